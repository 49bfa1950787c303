"""What people type wrongly, or to do harm, into the forms of a pledge: nothing is lost, and nobody is called."""

from __future__ import annotations

import re
from typing import Any

import pytest

from bot.pledges.model import MOST_OTHERS, NOTE_LIMIT, REASON_LIMIT, Status
from bot.tables import metadata
from tests import simhelp
from tests.cogs.pledging import active, desk_card, drafted, handed_in, number_of, pledge, public_cards
from tests.cogs.pressing import Result, displays, forged, seen_by_one
from tests.world import World

LIVE = re.compile(
    r"@everyone|@here|<@[!&]?\d+>|(?<!\\)\[[^\]]*\]\(http|discord\.gg/|discord\.com/invite|[\u202a-\u202e\u2066-\u2069]"
)
"""What Discord would bring to life, or what turns the writing round."""

OWN = {
    "what": "Teach twenty colleagues",
    "done_when": "They were all there",
    "due": "in 6 weeks",
    "help_wanted": "A room",
    "visibility": "organisers",
}


async def kept(world: World) -> dict[str, list[dict[str, Any]]]:
    """Everything stored about pledges."""
    async with world.services.database.reading() as reading:
        return {
            name: [dict(row) for row in await reading.all(table.select())]
            for name, table in metadata.tables.items()
            if name.startswith("pledge")
        }


def nobody_called(world: World) -> None:
    """Nothing that was sent rings anybody's bell."""
    bodies = [request.body for request in world.watch.requests if isinstance(request.body, dict)]
    sent = [body.get("data") or body for body in bodies]
    assert {str(one["allowed_mentions"]) for one in sent if "allowed_mentions" in one} == {"{'parse': []}"}


def refused(answer: Result) -> str:
    """Check that the person alone reads a sentence in which nothing comes to life, and return it."""
    said = simhelp.texts(answer)
    assert len(said) > 30, said
    assert "went wrong" not in said
    assert seen_by_one(answer)
    assert not any(LIVE.search(text) for text in displays(answer)), said
    return said


def typed(form: Result) -> dict[str, Any]:
    """What stands in an open form: text, and what is chosen."""
    found: dict[str, Any] = {}
    for field in simhelp.fields(form.modal).values():
        chosen = [option["value"] for option in field.get("options") or () if option.get("default")]
        found[field["custom_id"]] = chosen[0] if chosen else field.get("value", "")
    return found


# ------------------------------------------------------------------------------------------------ one's own words


async def test_dates_that_no_calendar_has(world: World) -> None:
    await world.register(world.anna)
    for due in (
        "next blue moon",
        "0000-00-00",
        "99999-12-31",
        "in 99999999999999999999 weeks",
        "in 30 years",
        "in -3 weeks",
        "1e400",
        "<t:99999999999999:F>",
        "@everyone <@1> [x](https://example.org) \u202e",
    ):
        answer = await drafted(world, world.anna, **{**OWN, "due": due})
        refused(answer)
        again = await simhelp.press(world.anna, answer, "Fix it")
        assert typed(again) == {**OWN, "due": due}
        if due == "in 30 years":
            assert number_of(await simhelp.submit(world.anna, again, {"due": "in 6 weeks"})) == 1
    assert len((await kept(world))["pledges"]) == 1, "what was fixed, and no other"
    nobody_called(world)


@pytest.mark.parametrize("field", ["what", "done_when", "due", "help_wanted"])
async def test_four_thousand_characters_in_a_field(world: World, field: str) -> None:
    await world.register(world.anna)
    form = simhelp.forge(await world.anna.slash(world.somewhere, "pledge make", action="Something of my own"))
    answer = await simhelp.submit(world.anna, form, {**OWN, field: "b" * 4_000})
    assert len(refused(answer)) < 500, "it is not all said back"
    assert (await kept(world))["pledges"] == []
    again = await simhelp.press(world.anna, answer, "Fix it")
    there = typed(again)
    assert there[field].startswith("b" * 20), "as much of it as the field takes"
    assert {**there, field: ""} == {**OWN, field: ""}
    assert number_of(await simhelp.submit(world.anna, again, {field: "in 6 weeks"}))


async def test_nothing_to_read_is_nothing(world: World) -> None:
    await world.register(world.anna)
    for blank in ("\n\n", "\u200b\u200d", "\u202e\u202d", "\u2800", "\ufeff\u00ad"):
        answer = await drafted(world, world.anna, **{**OWN, "done_when": blank})
        refused(answer)
        again = typed(await simhelp.press(world.anna, answer, "Fix it"))
        assert {**again, "done_when": ""} == {**OWN, "done_when": ""}
    assert (await kept(world))["pledges"] == []


async def test_a_reason_of_nothing_or_of_four_thousand_characters(world: World) -> None:
    await world.register(world.anna)
    _, number = await handed_in(world, world.anna)
    before = await kept(world)
    for reason in ("\u2800", "\u202e", "b" * 4_000):
        for label in ("Ask for changes", "Decline"):
            form = simhelp.forge(await simhelp.press(world.olga, desk_card(world, number), label))
            answer = await simhelp.submit(world.olga, form, {"reason": reason})
            refused(answer)
            again = typed(await simhelp.press(world.olga, answer, "Fix it"))
            assert again["reason"] in (reason, reason[:REASON_LIMIT], "")
    assert await kept(world) == before


async def test_four_thousand_characters_of_note_and_link(world: World) -> None:
    await world.register(world.anna)
    number = await active(world, world.anna)
    own = await world.anna.slash(world.somewhere, "pledge update", pledge=str(number))
    before = await kept(world)
    for label in ("Done", "Note or link", "Partly kept", "Can't any more"):
        form = simhelp.forge(await simhelp.press(world.anna, own, label))
        answer = await simhelp.submit(world.anna, form, {"note": "b" * 4_000})
        refused(answer)
        again = typed(await simhelp.press(world.anna, answer, "Fix it"))
        assert again["note"] == "b" * NOTE_LIMIT, label
    form = simhelp.forge(await simhelp.press(world.anna, own, "Note or link"))
    long = "https://example.org/" + "a" * 1_980
    answer = await simhelp.submit(world.anna, form, {"note": "All were there", "evidence": long})
    refused(answer)
    again = typed(await simhelp.press(world.anna, answer, "Fix it"))
    assert again["note"] == "All were there"
    assert long.startswith(again["evidence"])
    assert await kept(world) == before


async def test_an_export_for_four_thousand_characters_of_reason(world: World) -> None:
    await world.register(world.anna)
    await active(world, world.anna)
    form = await world.olga.slash(world.somewhere, "review export", **{"for": "internal", "file": "csv"})
    answer = await simhelp.submit(world.olga, simhelp.forge(form), {"reason": "b" * 4_000})
    refused(answer)
    assert (await kept(world))["pledge_exports"] == []
    assert typed(await simhelp.press(world.olga, answer, "Fix it"))["reason"].startswith("bbbb")


async def test_hostile_words_said_back_or_looked_for(world: World) -> None:
    await world.register(world.anna)
    await active(world, world.anna)
    hostile = "@everyone [x](https://example.org) discord.gg/abc <@1>"
    asked = {"words": hostile[:24], "organisation": hostile, "sector": hostile}
    for command, options in (
        ("pledge show", {"pledge": hostile}),
        ("pledge update", {"pledge": hostile}),
        ("pledge list", asked),
    ):
        refused(await world.anna.slash(world.somewhere, command, **options))
    nobody_called(world)


async def test_conditions_that_no_form_offers(world: World) -> None:
    await world.register(world.anna)
    own = "1:pledge.make:own"
    for whom in ("me.0", "me.-1", f"me.{10**9}", "me.text", "me.", "me.2.3", "nobody", "several.me", "*"):
        form = await world.anna.slash(world.somewhere, "pledge make", action="Something of my own")
        answer = await simhelp.submit(world.anna, simhelp.forge(form, f"{own}:{whom}~00000000"), OWN)
        assert len(simhelp.texts(answer)) > 30, whom
        assert all(row["only_if"] in range(MOST_OTHERS + 1) for row in (await kept(world))["pledges"]), whom


async def test_only_if_without_a_date_says_by_when(world: World) -> None:
    await world.register(world.anna)
    draft = await drafted(world, world.anna, due="")
    form = await simhelp.press(world.anna, draft, "Only if others join")
    draft = await simhelp.submit(world.anna, form, {"only_if": "2", "join_by": ""})
    assert re.search(r"\*\*Only if\*\* 2 others join by <t:\d+:D>", simhelp.texts(draft))


# ---------------------------------------------------------------------------------------------------------- links


async def test_links_that_are_another_than_they_look(world: World) -> None:
    await world.register(world.anna)
    number = await active(world, world.anna)
    own = await world.anna.slash(world.somewhere, "pledge update", pledge=str(number))
    before = await kept(world)
    for link in (
        "https://.org/us",
        "https://example..org/us",
        "https://\uff44iscord.gg/abc",
        "https://discord\uff0egg/abc",
        "https://discord\u3002gg/abc",
        "https://dis\u00adcord.gg/abc",
        "https://127\u30020\u30020\u30021/us",
        "https:example.org",
        "https://example.org/us\n@everyone",
        "<https://example.org/us>)[x](https://evil.example.com",
        "JaVaScRiPt://example.org/%0aalert(1)",
        "https://example.org:secret@evil.example.com/us",
        "https://xn--80ak6aa92e.com/us",
    ):
        form = simhelp.forge(await simhelp.press(world.anna, own, "Done"))
        answer = await simhelp.submit(world.anna, form, {"note": "All were there", "evidence": link})
        assert "secret" not in refused(answer), "a password is not said back"
        assert await kept(world) == before, link
        assert typed(await simhelp.press(world.anna, answer, "Fix it"))["note"] == "All were there"
    nobody_called(world)


async def test_what_might_lead_to_material_is_not_kept_anywhere(world: World) -> None:
    await world.register(world.anna)
    number = await active(world, world.anna)
    own = await world.anna.slash(world.somewhere, "pledge update", pledge=str(number))
    before = await kept(world)
    for link in (
        "https://example.onion./x",
        "https://example\u3002onion/x",
        "https://example.org/photo.JPG?size=2",
        "https://example.org/film.mp4#t=1",
        "https://example.org/photo%2ejpg",
        "https://example.org/?file=IMG_0001.png",
    ):
        form = await simhelp.press(world.anna, own, "Done")
        said = refused(await simhelp.submit(world.anna, form, {"note": "All were there", "evidence": link}))
        assert "takes no reports" in said or "none is kept here" in said
        assert link not in said
        assert await kept(world) == before, link
        async with world.services.database.reading() as reading:
            everything = [await reading.all(table.select()) for table in metadata.tables.values()]
        assert not any(link in str(dict(row)) for rows in everything for row in rows)


@pytest.mark.parametrize(
    ("link", "host", "url"),
    [
        ("HTTPS://Example.org/Us", "example.org", "https://Example.org/Us"),
        ("https://r\u00e4dda.example.org/us", "r\u00e4dda.example.org", "https://r\u00e4dda.example.org/us"),
        # Cyrillic letters that look like "apple".
        (
            "https://\u0430\u0440\u0440\u04cf\u0435.com/us",
            "xn--80ak6aa92e.com",
            "https://\u0430\u0440\u0440\u04cf\u0435.com/us",
        ),
    ],
)
async def test_a_host_is_shown_as_what_it_is(world: World, link: str, host: str, url: str) -> None:
    """Text with its host for organisers, a link for others once it is confirmed; no host passes for another."""
    await world.register(world.anna)
    number = await active(world, world.anna)
    own = await world.anna.slash(world.somewhere, "pledge update", pledge=str(number))
    await simhelp.submit(world.anna, await simhelp.press(world.anna, own, "Done"), {"evidence": link})
    await world.settle()
    card = desk_card(world, number)
    assert f"**Evidence:** {host} - " in simhelp.texts(card)
    assert not any("https://" in text for text in displays(card)), "nothing to tap by mistake"
    assert not any("Evidence" in simhelp.texts(public) for public in public_cards(world))
    await simhelp.press(world.olga, card, "Confirm done")
    await world.settle()
    assert simhelp.buttons(public_cards(world)[0])[f"Evidence: {host}"] == url


async def test_remove_this_link_is_for_its_maker_and_organisers(world: World) -> None:
    for who in (world.anna, world.ben):
        await world.register(who)
    number = await active(world, world.anna)
    own = await world.anna.slash(world.somewhere, "pledge update", pledge=str(number))
    form = await simhelp.press(world.anna, own, "Done")
    await simhelp.submit(world.anna, form, {"note": "See https://example.org/us", "evidence": "https://example.org/us"})
    before = await kept(world)
    for door in ("pledge.unlink", "review.unlink"):
        for who in (world.ben, world.mo):
            assert "example.org" not in refused(await forged(world, who, "press", door, number))
    assert await kept(world) == before
    await simhelp.press(world.olga, desk_card(world, number), "Confirm done")
    for _ in range(2):
        assert "example.org" not in simhelp.texts(await forged(world, world.anna, "press", "pledge.unlink", number))
    await world.settle()
    assert "example.org" not in str(await kept(world)), "gone from the history too"
    assert not any("example.org" in simhelp.texts(card) for card in [*public_cards(world), desk_card(world, number)])
    assert "example.org" not in simhelp.texts(await world.anna.slash(world.somewhere, "profile"))
    assert (await pledge(world, number)).status is Status.KEPT
