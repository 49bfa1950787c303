"""Forms: within Discord's limits, filled as they were left, read as they come back."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ui.forms import FIELD_LIMIT, Form, Values, read_values
from bot.ui.layout import option
from tests import payloads, simhelp


def refused(made: Form) -> list[payloads.Violation]:
    """What Discord would have against the form, as the answer to a command."""
    body = {"type": 9, "data": made.to_dict()}
    now = datetime(2026, 1, 1, tzinfo=UTC)
    return payloads.check("POST", "/interactions/1/token/callback", body, [], now=now, permissions=None, answers=2)


def answered(made: Form, **answers: Any) -> Values:
    """The values that come back when a person fills the form in: Discord sends each label with its component."""
    sent = []
    for label in made.to_dict()["components"]:
        inner = label["component"]
        name = inner["custom_id"]
        keys = {"custom_id": name, "type": inner["type"]}
        if inner["type"] == payloads.TEXT_INPUT:
            keys["value"] = answers.get(name, "")
        elif inner["type"] == payloads.RADIO:
            keys["value"] = answers.get(name)
        else:
            keys["values"] = answers.get(name, [])
        sent.append({"type": payloads.LABEL, "component": keys})
    return read_values(sent)


def full() -> Form:
    """A form of every kind of field, with words that are all too long."""
    long = "word " * 300
    made = Form(long, "x.form", 5, "slug")
    made.text("short", f"1 {long}", value=long * 5, limit=200, hint=long, example=long)
    made.text("long", f"2 {long}", value="kept", limit=4000, long=True, required=False)
    made.select(
        "menu", f"3 {long}", [option(long, n) for n in range(25)], least=0, most=30, hint=long, placeholder=long
    )
    made.radio("one", f"4 {long}", [("a", long, long), ("b", "B", None)], "b", hint=long)
    return made.tick("boxes", f"5 {long}", [("yes", long)], required=True, hint=long)


def test_a_full_form_is_within_the_limits() -> None:
    assert refused(full()) == []


def test_a_sixth_field_is_refused() -> None:
    made = full()
    assert len(made.children) == FIELD_LIMIT
    with pytest.raises(ValueError, match="five"):
        made.text("more", "More", limit=10)


def test_two_forms_of_one_door_differ_and_name_the_same_door() -> None:
    first, second = (Form("Title", "x.form", 5, "slug").custom_id for _ in range(2))
    assert first != second
    assert first.split("~")[0] == second.split("~")[0] == "1:x.form:5:slug"
    assert len(first) <= 100


async def test_the_library_keeps_nothing_of_a_form() -> None:
    assert Form("Title", "x.form").is_finished()


def test_a_form_comes_filled() -> None:
    shown = simhelp.fields(full().to_dict())
    short, _long, _menu, one, _boxes = shown.values()
    assert len(short["value"]) == 200
    assert [o["value"] for o in one["options"] if o.get("default")] == ["b"]
    assert short["max_length"] == 200


def test_every_kind_of_answer_is_read() -> None:
    values = answered(full(), short=" hi ", menu=["3", "4"], one="a", boxes=["yes"])
    assert values.text("short") == "hi"
    assert values.get("short", "") == " hi "
    assert values.text("long") == ""
    assert values.choices("menu") == ["3", "4"]
    assert values.choice("one") == "a"
    assert values.choice("boxes") == "yes"


def test_what_was_left_out_reads_as_nothing() -> None:
    values = answered(full())
    assert (values.text("short"), values.choices("menu"), values.choice("one")) == ("", [], None)
    assert (values.text("absent"), values.choices("absent"), values.choice("absent")) == ("", [], None)
    assert values.get("absent", "before") == "before"
    assert not Values()
    assert Values({"a": ""})


@given(st.dictionaries(st.sampled_from(["short", "long"]), st.text(max_size=50)))
def test_what_was_typed_fills_the_same_form_again(typed: dict[str, str]) -> None:
    values = Values(typed)
    made = Form("Title", "x.form")
    for name in ("short", "long"):
        made.text(name, name, value=values.get(name, "suggested"), limit=50)
    shown = simhelp.fields(made.to_dict())
    for name in ("short", "long"):
        assert (shown[name].get("value") or "") == typed.get(name, "suggested")


@pytest.mark.parametrize("odd", [[], [{}], [{"component": {}}], [{"component": {"custom_id": "x"}}], [{"type": 10}]])
def test_odd_payloads_read_as_nothing(odd: list[dict[str, Any]]) -> None:
    assert read_values(odd).text("x") == ""
