"""The table of a pledge's life, read as a whole."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.pledges.model import PUBLIC, RULES, Act, Review, Status, Who, possible, rule_for

ENDS = {Status.DECLINED, Status.WITHDRAWN, Status.PARTLY_KEPT, Status.CLOSED}


@given(st.sampled_from(Review), st.lists(st.sampled_from(Act), max_size=30))
def test_no_sequence_of_acts_leaves_the_table(review: Review, acts: list[Act]) -> None:
    status = Status.DRAFT
    for act in acts:
        rule = rule_for(act, status, review)
        if rule is None:
            continue
        assert status not in ENDS
        assert act in possible(status, review, rule.who)
        status = rule.target


def test_each_act_has_one_outcome() -> None:
    for review in Review:
        for status in Status:
            for act in Act:
                fitting = [r for r in RULES if r.act is act and status in r.sources and review in r.reviews]
                assert len(fitting) <= 1


def test_only_organisers_decide_what_is_reviewed() -> None:
    for review in Review:
        for status in Status:
            if Act.APPROVE in possible(status, review, Who.REVIEWER):
                assert status is Status.SUBMITTED
            assert Act.APPROVE not in possible(status, review, Who.MAKER)
            assert Act.CONFIRM not in possible(status, review, Who.MAKER)


def test_self_declared_pledges_never_reach_a_queue() -> None:
    reached, todo = {Status.DRAFT}, [Status.DRAFT]
    while todo:
        status = todo.pop()
        for act in Act:
            rule = rule_for(act, status, Review.NONE)
            if rule and rule.who is not Who.REVIEWER and rule.target not in reached:
                reached.add(rule.target)
                todo.append(rule.target)
    assert Status.SUBMITTED not in reached
    assert Status.DONE_CLAIMED not in reached
    assert Status.KEPT in reached


def test_drafts_and_queues_are_never_public() -> None:
    assert not PUBLIC & {Status.DRAFT, Status.SUBMITTED, Status.CHANGES_ASKED, Status.DECLINED, Status.WITHDRAWN}
