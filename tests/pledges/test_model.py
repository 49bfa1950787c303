"""The table of a pledge's life, read as a whole."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.pledges.model import PUBLIC, REVERSALS, RULES, Act, Review, Status, Who, possible, rule_for

ENDS = {Status.WITHDRAWN, Status.PARTLY_KEPT, Status.CLOSED}


@given(st.sampled_from(Review), st.lists(st.tuples(st.sampled_from(Act), st.booleans()), max_size=30))
def test_no_sequence_of_acts_leaves_the_table(review: Review, acts: list[tuple[Act, bool]]) -> None:
    status = Status.DRAFT
    for act, conditional in acts:
        rule = rule_for(act, status, review, conditional)
        if rule is None:
            continue
        assert status not in ENDS or act is Act.UNIMPORT  # only what never lived here goes from its end
        assert act in possible(status, review, rule.who)
        status = rule.target


def test_each_act_has_one_outcome() -> None:
    for review in Review:
        for status in Status:
            for act in Act:
                for conditional in (True, False):
                    fitting = [
                        r
                        for r in RULES
                        if r.act is act
                        and status in r.sources
                        and review in r.reviews
                        and r.conditional in (None, conditional)
                    ]
                    assert len(fitting) <= 1


def test_only_organisers_decide_what_is_reviewed() -> None:
    for review in Review:
        for status in Status:
            if Act.APPROVE in possible(status, review, Who.REVIEWER):
                assert status is Status.SUBMITTED
            for act in (Act.APPROVE, Act.CONFIRM, *REVERSALS):
                assert act not in possible(status, review, Who.MAKER)


def test_self_declared_pledges_never_reach_a_queue() -> None:
    reached, todo = {Status.DRAFT}, [Status.DRAFT]
    while todo:
        status = todo.pop()
        for act in Act:
            for conditional in (True, False):
                rule = rule_for(act, status, Review.NONE, conditional)
                if rule and rule.who is not Who.REVIEWER and rule.target not in reached:
                    reached.add(rule.target)
                    todo.append(rule.target)
    assert Status.SUBMITTED not in reached
    assert Status.DONE_CLAIMED not in reached
    assert Status.KEPT in reached


def test_time_ends_only_what_goes_on() -> None:
    over = {s for s in Status for review in Review if rule_for(Act.LAPSE, s, review) is not None}
    assert over == {Status.ACTIVE, Status.WAITING}


def test_drafts_and_queues_are_never_public() -> None:
    assert not PUBLIC & {Status.DRAFT, Status.SUBMITTED, Status.CHANGES_ASKED, Status.DECLINED, Status.WITHDRAWN}


def test_taking_back_undoes_exactly_one_decision_and_always_says_why() -> None:
    for act in REVERSALS:
        (back,) = [rule for rule in RULES if rule.act is act]
        assert back.needs_reason
        decided = [rule for rule in RULES if rule.act in back.follows and rule.who is Who.REVIEWER]
        assert {rule.target for rule in decided} <= back.sources
        assert {source for rule in decided for source in rule.sources} == {back.target}
