"""What follows from the clock and from what was decided."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.events.model import STEPS, Answer, Counts, Event, Moved, Seen, State, is_full

START = datetime(2026, 12, 1, 17, tzinfo=UTC)
HOUR = timedelta(hours=1)
EVENT = Event(1, 2, 3, State.ANNOUNCED, "x", START, START + HOUR, "Europe/Stockholm", START, START)


@pytest.mark.parametrize(
    ("stored", "post_at", "now", "state"),
    [
        (State.DRAFT, None, START + 2 * HOUR, State.DRAFT),
        (State.SCHEDULED, START - HOUR, START - 2 * HOUR, State.SCHEDULED),
        (State.SCHEDULED, START - HOUR, START - HOUR, State.ANNOUNCED),
        (State.SCHEDULED, START - HOUR, START + HOUR, State.HELD),
        (State.ANNOUNCED, None, START, State.ANNOUNCED),
        (State.ANNOUNCED, None, START + HOUR, State.HELD),
        (State.CANCELLED, None, START + HOUR, State.CANCELLED),
    ],
)
def test_the_clock_moves_an_event_on(stored: State, post_at: datetime | None, now: datetime, state: State) -> None:
    assert replace(EVENT, stored=stored, post_at=post_at).state(now) is state


def test_what_is_over_or_called_off_can_not_be_touched() -> None:
    for state in (State.HELD, State.CANCELLED):
        assert [step for step, sources in STEPS.items() if state in sources] == []
    assert not EVENT.may(Moved.SIGN_UP, START + HOUR)
    assert EVENT.may(Moved.SIGN_UP, START)


def test_a_closed_link_is_for_those_who_are_going() -> None:
    closed = replace(EVENT, closed=True, link="https://example.org/room")
    for answer, seen in ((None, ""), (Answer.MAYBE, ""), (Answer.WAITING, ""), (Answer.GOING, closed.link)):
        assert Seen(closed, Counts(), answer).link_for(False) == seen
    assert Seen(closed, Counts()).link_for(True) == closed.link
    assert Seen(replace(closed, closed=False), Counts()).link_for(False) == closed.link


def test_full_is_when_every_place_is_taken() -> None:
    assert not is_full(EVENT, Counts(taken=10_000))
    assert is_full(replace(EVENT, capacity=3), Counts(taken=3, going=2))
    assert not is_full(replace(EVENT, capacity=3), Counts(taken=2, going=2))
