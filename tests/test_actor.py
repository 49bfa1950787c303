"""The table standing x action, written out once more by hand, and how a standing comes about."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.actor import ALLOWED, Action, Actor, Standing, standings
from bot.errors import NotAllowed

TABLE = {
    # member, moderator, organiser, admin
    Action.READ: "yes yes yes yes",
    Action.TAKE_PART: "yes yes yes yes",
    Action.ANNOUNCE: "no yes no yes",
    Action.REVIEW: "no no yes yes",
    Action.KNOWLEDGE: "no yes yes yes",
    Action.TAKE_DOWN: "no yes yes yes",
    Action.SET_UP: "no no no yes",
}


@pytest.mark.parametrize("action", Action)
def test_the_table(action: Action) -> None:
    expected = dict(zip(Standing, TABLE[action].split(), strict=True))
    for standing, answer in expected.items():
        who = Actor(1, 2, frozenset({Standing.MEMBER, standing}))
        assert who.may(action) == (answer == "yes"), standing
        if answer == "yes":
            who.check(action)
        else:
            with pytest.raises(NotAllowed) as refused:
                who.check(action)
            assert refused.value.why == action.value


def test_every_action_is_in_the_table() -> None:
    assert set(ALLOWED) == set(Action) == set(TABLE)


def test_two_standings_add_up_and_no_more() -> None:
    both = Actor(1, 2, frozenset({Standing.MEMBER, Standing.MODERATOR, Standing.ORGANISER}))
    assert [action for action in Action if not both.may(action)] == [Action.SET_UP]


def test_staff_is_everybody_beyond_member() -> None:
    assert not Actor(1, 2).is_staff
    for standing in set(Standing) - {Standing.MEMBER}:
        assert Actor(1, 2, frozenset({Standing.MEMBER, standing})).is_staff


def found(**facts: object) -> set[str]:
    """The standings beyond member; nothing is held and no role is chosen unless said."""
    nothing: dict[str, object] = {
        "manage_guild": False, "manage_events": False, "manage_messages": False,
        "role_ids": [], "moderator_roles": [], "organiser_roles": [],
    }  # fmt: skip
    made = standings(**{**nothing, **facts})  # type: ignore[arg-type]
    assert Standing.MEMBER in made
    return {standing.value for standing in made - {Standing.MEMBER}}


def test_without_a_choice_permissions_stand_in() -> None:
    assert found() == set()
    assert found(manage_events=True) == {"moderator"}
    assert found(manage_messages=True) == {"organiser"}
    assert found(manage_guild=True) == {"admin", "moderator", "organiser"}


def test_a_chosen_role_takes_the_place_of_the_permission() -> None:
    assert found(manage_events=True, moderator_roles=[7]) == set()
    assert found(role_ids=[7], moderator_roles=[7, 8]) == {"moderator"}
    assert found(manage_messages=True, organiser_roles=[7]) == set()
    assert found(role_ids=[8], organiser_roles=[7, 8]) == {"organiser"}
    assert found(manage_events=True, manage_messages=True, organiser_roles=[7]) == {"moderator"}


def test_one_role_may_be_chosen_for_both() -> None:
    assert found(role_ids=[7], moderator_roles=[7], organiser_roles=[7]) == {"moderator", "organiser"}


def test_ranks_do_not_imply_each_other() -> None:
    assert found(role_ids=[7], moderator_roles=[7], organiser_roles=[8]) == {"moderator"}
    assert found(role_ids=[8], moderator_roles=[7], organiser_roles=[8]) == {"organiser"}


@given(
    st.booleans(), st.booleans(), st.booleans(),
    st.sets(st.integers(1, 4)), st.sets(st.integers(1, 4)), st.sets(st.integers(1, 4)),
)  # fmt: skip
def test_more_never_takes_away(
    guild: bool, events: bool, messages: bool, held: set[int], moderators: set[int], organisers: set[int]
) -> None:
    """A further permission or role never costs a standing, and nobody is an admin without Manage Server."""
    facts = {"moderator_roles": moderators, "organiser_roles": organisers}
    now = found(manage_guild=guild, manage_events=events, manage_messages=messages, role_ids=held, **facts)
    assert ("admin" in now) == guild
    assert now <= found(manage_guild=guild, manage_events=True, manage_messages=True, role_ids=held, **facts)
    assert now <= found(
        manage_guild=guild, manage_events=events, manage_messages=messages, role_ids=held | {1, 2, 3, 4}, **facts
    )


@pytest.mark.parametrize(("standing", "action"), itertools.product(Standing, Action))
def test_nothing_of_it_depends_on_who_one_is_or_where(standing: Standing, action: Action) -> None:
    answers = {Actor(who, where, frozenset({standing})).may(action) for who in (1, 2) for where in (3, 4)}
    assert len(answers) == 1
