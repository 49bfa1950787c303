"""Bad bodies, each refused by the rule meant for it and by no other, and good ones that pass."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import discord
import pytest
from discord import app_commands, ui
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import payloads

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
QUIET: dict[str, Any] = {"parse": []}
SEND = ("POST", "/channels/1/messages")
EDIT = ("PATCH", "/channels/1/messages/2")
REPLY = ("POST", "/interactions/1/token/callback")
FOLLOW = ("POST", "/webhooks/1/token")
SYNC = ("PUT", "/applications/1/commands")
EVENTS = ("POST", "/guilds/1/scheduled-events")
ALL = discord.Permissions.all()

Case = tuple[tuple[str, str], Any]


def check(case: Case, files: Sequence[str] = (), **extra: Any) -> list[payloads.Violation]:
    (method, path), body = case
    extra = {"now": NOW, "permissions": ALL, **extra}
    return payloads.check(method, path, body, files, **extra)


def rules(case: Case, files: Sequence[str] = (), **extra: Any) -> set[str]:
    return {violation.rule for violation in check(case, files, **extra)}


# ------------------------------------------------------------------------------------------- good bodies


def said(**fields: Any) -> Case:
    return SEND, {"content": "Hello", "allowed_mentions": QUIET, **fields}


def layout(*components: dict[str, Any], **fields: Any) -> Case:
    return SEND, {"flags": 1 << 15, "components": list(components), "allowed_mentions": QUIET, **fields}


def text(content: str = "Hello") -> dict[str, Any]:
    return {"type": 10, "content": content}


def row(*children: dict[str, Any]) -> dict[str, Any]:
    return {"type": 1, "components": list(children)}


def button(custom_id: str = "a", **fields: Any) -> dict[str, Any]:
    return {"type": 2, "style": 1, "label": "Go", "custom_id": custom_id, **fields}


def link(url: str) -> dict[str, Any]:
    return {"type": 2, "style": 5, "label": "Open", "url": url}


def choices(count: int, **fields: Any) -> list[dict[str, Any]]:
    return [{"label": f"Choice {n}", "value": str(n), **fields} for n in range(count)]


def select(**fields: Any) -> dict[str, Any]:
    return {"type": 3, "custom_id": "menu", "options": choices(3), **fields}


def gallery(*urls: str, **fields: Any) -> dict[str, Any]:
    return {"type": 12, "items": [{"media": {"url": url}, "description": "A wheel", **fields} for url in urls]}


def section(**fields: Any) -> dict[str, Any]:
    return {"type": 9, "components": [text()], "accessory": button(), **fields}


def box(*children: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"type": 17, "components": list(children), **fields}


def embed(**fields: Any) -> Case:
    return said(embeds=[{"title": "News", **fields}])


def modal(*controls: dict[str, Any], **fields: Any) -> Case:
    parts = [{"type": 18, "label": "Name", "component": control} for control in controls]
    return REPLY, {"type": 9, "data": {"custom_id": "form", "title": "Form", "components": parts, **fields}}


def entry(**fields: Any) -> dict[str, Any]:
    return {"type": 4, "custom_id": "name", "style": 1, **fields}


def radio(count: int = 2, **fields: Any) -> dict[str, Any]:
    return {"type": 21, "custom_id": "radio", "options": choices(count), **fields}


def checkboxes(count: int = 2, **fields: Any) -> dict[str, Any]:
    return {"type": 22, "custom_id": "boxes", "options": choices(count), **fields}


def offered(*found: dict[str, Any]) -> Case:
    return REPLY, {"type": 8, "data": {"choices": list(found)}}


def command(**fields: Any) -> dict[str, Any]:
    return {"type": 1, "name": "wheel", "description": "Show the wheel", **fields}


def option(name: str = "word", **fields: Any) -> dict[str, Any]:
    return {"type": 3, "name": name, "description": "A word", **fields}


def event(**fields: Any) -> Case:
    return EVENTS, {
        "name": "Meeting",
        "entity_type": 3,
        "privacy_level": 2,
        "entity_metadata": {"location": "Stockholm"},
        "scheduled_start_time": "2026-06-02T12:00:00+00:00",
        "scheduled_end_time": "2026-06-02T13:00:00+00:00",
        **fields,
    }


def thread(**fields: Any) -> Case:
    return ("POST", "/channels/1/threads"), {"name": "Introduction", "type": 11, **fields}


def card(rows: int) -> Case:
    """A container with a text and a row of five buttons for each event."""
    parts = [part for n in range(rows) for part in (text(), row(*(button(f"{n}:{k}") for k in range(5))))]
    return layout(box(*parts))


GOOD: dict[str, Case] = {
    "text at its limit": said(content="x" * 2000),
    "nonce": said(nonce="n" * 25, enforce_nonce=True),
    "one person pinged": said(allowed_mentions={"parse": [], "users": ["1"], "roles": []}),
    "embed at its limits": embed(title="t" * 256, description="d" * 4096, color=0xFFFFFF, url="https://a.example/"),
    "rows of buttons": said(components=[row(*(button(f"{r}{b}") for b in range(5))) for r in range(5)]),
    "forty components, or nearly": card(5),
    "everything in one layout": layout(
        box(
            text("# Hello [there](https://a.example) and \\[not a link](at all), `[x](y)`"),
            section(accessory={"type": 11, "media": {"url": "https://a.example/x.png"}, "description": "A cog"}),
            {"type": 14, "spacing": 2},
            row(select(placeholder="p" * 150, options=choices(25), max_values=25)),
            row(
                link("https://a.example/"), link("discord://-/channels/1/2"), button("e", label="", emoji={"name": "⚙️"})
            ),
            accent_color=0,
        )
    ),
    "edit of a text": (EDIT, {"content": "Hello", "allowed_mentions": QUIET}),
    "edit that takes the buttons away": (EDIT, {"components": []}),
    "ephemeral reply": (REPLY, {"type": 4, "data": {"content": "Hi", "flags": 64, "allowed_mentions": QUIET}}),
    "followup": (FOLLOW, {"content": "Hi", "flags": 64, "allowed_mentions": QUIET}),
    "deferred": (REPLY, {"type": 5, "data": {"flags": 64}}),
    "deferred update": (REPLY, {"type": 6}),
    "modal of every control": modal(
        entry(min_length=1, max_length=80, value="v" * 80, placeholder="p" * 100),
        select(min_values=0, required=False),
        radio(10),
        checkboxes(1, required=True),
        {"type": 19, "custom_id": "file", "max_values": 10},
    ),
    "text in a modal": (
        REPLY,
        {"type": 9, "data": {"custom_id": "f", "title": "t" * 45, "components": [text()] * 5}},
    ),
    "autocomplete": offered(*({"name": "n" * 100, "value": "v" * 100} for _ in range(25))),
    "commands": (
        SYNC,
        [
            command(options=[option(required=True), option("zone", autocomplete=True)]),
            command(name="frågor", description_localizations={"sv-SE": "Fråga något"}),
            command(name="pledge", options=[{**command(name="make", options=[option()])}]),
            {"type": 3, "name": "Add to FAQ"},
        ],
    ),
    "event": event(),
    "thread": thread(auto_archive_duration=1440),
    "role": (("POST", "/guilds/1/roles"), {"name": "Schools", "color": 0, "permissions": "0"}),
    "DM": (("POST", "/users/@me/channels"), {"recipient_id": 12}),
    "route without a rule": (("GET", "/users/@me"), None),
}


@pytest.mark.parametrize("case", GOOD.values(), ids=GOOD)
def test_good_bodies_pass(case: Case) -> None:
    assert check(case) == []


@pytest.mark.parametrize(
    ("case", "files"),
    [
        (layout(gallery("attachment://wheel.png")), ["wheel.png"]),
        (layout(text(), {"type": 13, "file": {"url": "attachment://list.csv"}}), ["list.csv"]),
        (said(attachments=[{"id": 0, "filename": "a.png", "description": "A wheel"}]), ["a.png"]),
        ((SEND, {}), ["list.csv"]),
    ],
)
def test_good_uploads_pass(case: Case, files: list[str]) -> None:
    assert check(case, files, sizes=[1000]) == []


def test_a_picture_already_on_the_message_may_be_named_in_an_edit() -> None:
    edit = (EDIT, layout(gallery("attachment://wheel.png"))[1])
    assert check(edit, existing=["wheel.png"]) == []
    assert rules(edit) == {"attachment"}


# ------------------------------------------------------------------------------------------------ bad bodies

LONG_OPTIONS = [option(f"o{n}", description="d" * 100) for n in range(9)]
BAD: dict[str, tuple[str, Case]] = {
    "text too long": ("content", said(content="x" * 2001)),
    "empty message": ("empty", (SEND, {})),
    "blank message": ("empty", said(content=" \n ")),
    "layout of nothing": ("empty", layout()),
    "edit that empties": ("empty", (EDIT, {"content": "", "embeds": [], "components": []})),
    "eleven embeds": ("embeds", said(embeds=[{"title": "x"}] * 11)),
    "embed without anything": ("embed-empty", said(embeds=[{"color": 1}])),
    "embed title": ("embed-text", embed(title="t" * 257)),
    "embed field without value": ("embed-text", embed(fields=[{"name": "n", "value": ""}])),
    "embed field with a blank name": ("embed-text", embed(fields=[{"name": " ", "value": "v"}])),
    "embed with 26 fields": ("embed-fields", embed(fields=[{"name": "n", "value": "v"}] * 26)),
    "embeds over 6000": ("embed-total", said(embeds=[{"description": "d" * 3001}] * 2)),
    "embed colour": ("color", embed(color=0x1000000)),
    "embed link": ("url", embed(url="javascript:alert(1)")),
    "embed picture": ("url", embed(image={"url": "ftp://a.example/x.png"})),
    "no word on mentions": ("mentions", (SEND, {"content": "Hello"})),
    "no word on mentions in an edit": ("mentions", (EDIT, {"content": "Hello"})),
    "no word on mentions in a layout": ("mentions", (SEND, {"flags": 1 << 15, "components": [text()]})),
    "text decides whom it pings": ("mentions", said(allowed_mentions={"parse": ["users"]})),
    "a reply pings its author": (
        "mentions",
        said(allowed_mentions={"parse": [], "replied_user": True}, message_reference={"message_id": "3"}),
    ),
    "101 people pinged": ("mentions", said(allowed_mentions={"parse": [], "users": [str(n) for n in range(101)]})),
    "nonce too long": ("nonce", said(nonce="n" * 26, enforce_nonce=True)),
    "nonce that nobody enforces": ("nonce", said(nonce="n")),
    "ephemeral outside a reply": ("flags", said(flags=64)),
    "javascript link in text": ("masked-link", said(content="[click](javascript:alert(1))")),
    "link to nothing": ("masked-link", layout(text("[click]()"))),
    "link with no words": ("masked-link", said(content="[ ](https://a.example)")),
    "link dressed as another": ("masked-link", said(content="[https://good.example](https://bad.example)")),
    "half a surrogate": ("encoding", said(content="\ud83d")),
    "layout beside text": ("v2-mixed", layout(text(), content="Hello")),
    "layout beside embeds": ("v2-mixed", layout(text(), embeds=[{"title": "x"}])),
    "layout without its flag": ("v2-flag", layout(text(), flags=0)),
    "six rows": ("component-count", said(components=[row(button(str(n))) for n in range(6)])),
    "41 components": ("component-count", layout(*(text() for _ in range(41)))),
    "six events with five buttons": ("component-count", card(6)),
    "4001 characters": ("text-total", layout(text("x" * 2000), text("y" * 2001))),
    "blank text display": ("text-display", layout(text(" "))),
    "empty container": ("container", layout(box())),
    "container in a container": ("nesting", layout(box(box(text())))),
    "bare button": ("nesting", layout(button())),
    "empty row": ("row", layout(row())),
    "six buttons": ("row", layout(row(*(button(str(n)) for n in range(6))))),
    "select beside a button": ("row", layout(row(select(), button()))),
    "section without texts": ("section", layout(section(components=[]))),
    "section without its accessory": ("section", layout(section(accessory=None))),
    "button with neither label nor emoji": ("button", layout(row(button(label=" ")))),
    "button label": ("button", layout(row(button(label="x" * 81)))),
    "button with a letter for an emoji": ("emoji", layout(row(button(emoji={"name": "gear"})))),
    "button id too long": ("custom-id", layout(row(button("x" * 101)))),
    "button without an id": ("custom-id", layout(row(button(custom_id="")))),
    "the same id twice": ("custom-id", layout(row(button("a")), section(accessory=button("a")))),
    "the same number twice": ("component-id", layout({**text(), "id": 7}, {**text(), "id": 7})),
    "javascript button": ("url", layout(row(link("javascript:alert(1)")))),
    "long link": ("url", layout(row(link("https://a.example/" + "x" * 500)))),
    "link without a host": ("url", layout(row(link("https://")))),
    "select without options": ("options", layout(row(select(options=[])))),
    "26 options": ("options", layout(row(select(options=choices(26))))),
    "options of one value": ("options", layout(row(select(options=choices(1) * 2)))),
    "option label": ("options", layout(row(select(options=[{"label": "x" * 101, "value": "1"}])))),
    "option value": ("options", layout(row(select(options=[{"label": "x", "value": "v" * 101}])))),
    "option description": ("options", layout(row(select(options=choices(1, description="x" * 101))))),
    "more to choose than there is": ("values", layout(row(select(max_values=4)))),
    "least over most": ("values", layout(row(select(min_values=2, max_values=1)))),
    "more chosen beforehand than allowed": ("values", layout(row(select(options=choices(2, default=True))))),
    "select placeholder": ("placeholder", layout(row(select(placeholder="p" * 151)))),
    "empty gallery": ("gallery", layout(gallery())),
    "eleven pictures": ("gallery", layout(gallery(*["https://a.example/x.png"] * 11))),
    "picture without description": ("alt-text", layout(gallery("https://a.example/x.png", description=None))),
    "picture described at length": ("alt-text", layout(gallery("https://a.example/x.png", description="x" * 1025))),
    "picture that was not sent": ("attachment", layout(gallery("attachment://wheel.png"))),
    "embed picture that was not sent": ("attachment", embed(image={"url": "attachment://wheel.png"})),
    "modal title": ("modal-title", modal(entry(), title="t" * 46)),
    "modal without a title": ("modal-title", modal(entry(), title="")),
    "modal of nothing": ("modal-count", modal()),
    "modal of six": ("modal-count", modal(*(entry(custom_id=str(n)) for n in range(6)))),
    "modal with one id twice": ("custom-id", modal(entry(), entry())),
    "modal with a row": ("nesting", modal(components=[row(entry())])),
    "modal with a button": ("nesting", modal(button())),
    "modal label": ("label", modal(components=[{"type": 18, "label": "x" * 46, "component": entry()}])),
    "modal label description": (
        "label",
        modal(components=[{"type": 18, "label": "x", "description": "d" * 101, "component": entry()}]),
    ),
    "prefilled over its own limit": ("text-input", modal(entry(max_length=5, value="sixsix"))),
    "shortest over longest": ("text-input", modal(entry(min_length=10, max_length=5))),
    "longest 0": ("text-input", modal(entry(max_length=0))),
    "text placeholder": ("placeholder", modal(entry(placeholder="p" * 101))),
    "radio of one": ("options", modal(radio(1))),
    "radio of eleven": ("options", modal(radio(11))),
    "radio with two chosen": ("values", modal(radio(options=choices(2, default=True)))),
    "eleven checkboxes": ("options", modal(checkboxes(11))),
    "none required": ("required", modal(select(min_values=0))),
    "lone checkbox required": ("required", modal({"type": 23, "custom_id": "c", "required": True})),
    "26 offers": ("autocomplete", offered(*({"name": "n", "value": "v"} for _ in range(26)))),
    "offer without a name": ("autocomplete", offered({"name": "", "value": "v"})),
    "offer with a long name": ("autocomplete", offered({"name": "n" * 101, "value": "v"})),
    "offer with a long value": ("autocomplete", offered({"name": "n", "value": "v" * 101})),
    "unknown callback": ("callback", (REPLY, {"type": 3})),
    "command name in capitals": ("command-name", (SYNC, [command(name="Wheel")])),
    "command name with a space": ("command-name", (SYNC, [command(name="the wheel")])),
    "command name too long": ("command-name", (SYNC, [command(name="w" * 33)])),
    "two commands of one name": ("command-name", (SYNC, [command(), command()])),
    "command without description": ("command-description", (SYNC, [command(description="")])),
    "description too long in Swedish": (
        "command-description",
        (SYNC, [command(description_localizations={"sv-SE": "x" * 101})]),
    ),
    "menu with a description": ("command-description", (SYNC, [{"type": 3, "name": "Add", "description": "x"}])),
    "sixteen menus": ("command-count", (SYNC, [{"type": 3, "name": f"Menu {n}"} for n in range(16)])),
    "required option last": ("option-order", (SYNC, [command(options=[option(), option("b", required=True)])])),
    "26 command options": ("options", (SYNC, [command(options=[option(f"o{n}") for n in range(26)])])),
    "one option twice": ("options", (SYNC, [command(options=[option(), option()])])),
    "26 choices": (
        "options",
        (SYNC, [command(options=[option(choices=[{"name": str(n), "value": str(n)} for n in range(26)])])]),
    ),
    "option beside a subcommand": ("nesting", (SYNC, [command(options=[command(name="make"), option()])])),
    "whole command too long": (
        "command-length",
        (SYNC, [command(options=[command(name=f"s{n}", options=LONG_OPTIONS) for n in range(9)])]),
    ),
    "event name": ("event-name", event(name="x" * 101)),
    "event description": ("event-description", event(description="x" * 1001)),
    "event without a place": ("event-location", event(entity_metadata={})),
    "event in a long place": ("event-location", event(entity_metadata={"location": "x" * 101})),
    "event in the past": ("event-time", event(scheduled_start_time="2026-06-01T11:59:59+00:00")),
    "event that ends as it starts": ("event-time", event(scheduled_end_time="2026-06-02T12:00:00+00:00")),
    "event without an end": ("event-time", event(scheduled_end_time=None)),
    "event in another age": (
        "event-time",
        event(scheduled_start_time="2050-01-01T00:00:00+00:00", scheduled_end_time="2050-01-01T01:00:00+00:00"),
    ),
    "event in no zone": ("event-time", event(scheduled_end_time="2026-06-02T13:00:00")),
    "event that counts its repeats": ("event-recurrence", event(recurrence_rule={"count": 3})),
    "thread name": ("thread-name", thread(name="x" * 101)),
    "thread archive": ("thread-archive", thread(auto_archive_duration=61)),
    "forum post without a word": ("empty", (thread()[0], {"name": "Post", "message": {}})),
    "channel topic": ("channel-topic", (("PATCH", "/channels/1"), {"topic": "x" * 1025})),
    "channel without a name": ("channel-name", (("POST", "/guilds/1/channels"), {})),
    "six hours and a second": ("slowmode", thread(rate_limit_per_user=21601)),
    "six tags": ("thread-tags", thread(applied_tags=[str(n) for n in range(6)])),
    "event for the whole world": ("event-privacy", event(privacy_level=1)),
    "nick": ("nick", (("PATCH", "/guilds/1/members/2"), {"nick": "x" * 33})),
    "one role twice": ("member-roles", (("PATCH", "/guilds/1/members/2"), {"roles": ["5", "5"]})),
    "separator": ("separator", layout({"type": 14, "spacing": 3})),
    "role name": ("role-name", (("POST", "/guilds/1/roles"), {"name": "x" * 101})),
    "role permissions": ("role-permissions", (("PATCH", "/guilds/1/roles/2"), {"permissions": "all"})),
    "DM to nobody": ("dm-recipient", (("POST", "/users/@me/channels"), {"recipient_id": None})),
    "one message deleted in bulk": ("bulk-delete", (("POST", "/channels/1/messages/bulk-delete"), {"messages": []})),
    "not a message at all": ("shape", (SEND, ["Hello"])),
}


@pytest.mark.parametrize(("rule", "case"), BAD.values(), ids=BAD)
def test_bad_bodies_are_refused_by_their_rule_alone(rule: str, case: Case) -> None:
    assert rules(case) == {rule}


@pytest.mark.parametrize(
    ("rule", "case", "files", "extra"),
    [
        ("files", (SEND, {}), [f"{n}.csv" for n in range(11)], {}),
        ("file-name", (SEND, {}), ["min fil.csv"], {}),
        ("file-name", (SEND, {}), ["a.csv", "a.csv"], {}),
        ("file-size", (SEND, {}), ["a.csv"], {"sizes": [11 << 20]}),
        ("file-size", (SEND, {}), ["a.csv", "b.csv", "c.csv"], {"sizes": [9 << 20] * 3}),
        ("attachment-unused", layout(text()), ["a.csv"], {}),
        ("alt-text", (SEND, {}), ["wheel.PNG"], {}),
        ("permission", (SEND, {}), ["a.csv"], {"permissions": discord.Permissions(send_messages=True)}),
        ("permission", embed(), [], {"permissions": discord.Permissions(send_messages=True)}),
        ("permission", event(), [], {"permissions": discord.Permissions(manage_events=True)}),
        ("permission", thread(type=12), [], {"permissions": discord.Permissions(create_public_threads=True)}),
        ("permission", (("PUT", "/guilds/1/members/2/roles/3"), None), [], {"permissions": discord.Permissions()}),
        ("callback", modal(entry()), [], {"answers": 5}),
        ("callback", (REPLY, {"type": 6}), [], {"answers": 2}),
        ("callback", offered(), [], {"answers": 2}),
        ("reason", (("GET", "/users/@me"), None), [], {"reason": "x" * 513}),
    ],
)
def test_what_the_body_alone_does_not_show(rule: str, case: Case, files: list[str], extra: dict[str, Any]) -> None:
    assert rules(case, files, **extra) == {rule}


def test_a_violation_says_where_and_how_much() -> None:
    found = check(layout(box(row(button(label="x" * 81)))))
    assert [(v.rule, v.where) for v in found] == [
        ("button", "POST /channels/1/messages components[0].components[0].components[0].label")
    ]
    assert found[0].detail.startswith("81, allowed 0-80")


def test_what_the_library_builds_passes() -> None:
    view = ui.LayoutView()
    view.add_item(ui.Container(ui.TextDisplay("# Hello"), ui.ActionRow(ui.Button(label="Go", custom_id="go"))))
    form = ui.Modal(title="Form", custom_id="form")
    form.add_item(ui.Label(text="Name", component=ui.TextInput(max_length=80)))
    form.add_item(ui.Label(text="Sector", component=ui.Select(options=[discord.SelectOption(label="Schools")])))

    @app_commands.command(name="wheel", description="Show the wheel")
    async def wheel(interaction: discord.Interaction, sector: str) -> None: ...

    tree = app_commands.CommandTree(discord.Client(intents=discord.Intents.none()))
    quiet = discord.AllowedMentions.none().to_dict()
    assert (
        check(
            layout(
                *view.to_components(),  # type: ignore[no-untyped-call]
                allowed_mentions=quiet,
            )
        )
        == []
    )
    assert check((REPLY, {"type": 9, "data": form.to_dict()})) == []
    assert check((SYNC, [wheel.to_dict(tree)])) == []


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(0, 50) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["type", "data", "components", "component", "options", "embeds", "content", "flags", "items"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(st.sampled_from([SEND, EDIT, REPLY, SYNC, EVENTS]), JSON)
@settings(max_examples=200, deadline=None)
def test_odd_bodies_never_raise_and_are_left_as_they_were(route: tuple[str, str], body: Any) -> None:
    before = copy.deepcopy(body)
    check((route, body))
    assert body == before
