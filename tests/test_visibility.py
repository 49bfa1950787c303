"""What a person hides stays hidden: a plain member walks everything there is to see, and every payload is read."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
import simcord

from bot.actor import Standing
from bot.events.model import Answer, Basics
from bot.members.model import Reach, Registration, Visibility
from bot.pledges.model import Draft
from bot.pledges.model import Visibility as PledgeVisibility
from bot.servers.model import Channel
from bot.wheel.figures import Figure
from tests import simhelp
from tests.world import World

SIZES = (1, 2, 3, 4)
MIXED = (
    {Visibility.NAMED: 3, Visibility.COUNTED: 1, Visibility.HIDDEN: 3},
    {Visibility.NAMED: 1, Visibility.COUNTED: 4, Visibility.HIDDEN: 1},
)
OPEN_TO_ALL = [purpose for purpose in Channel if purpose is not Channel.ORGANISERS]


@dataclass(frozen=True)
class Person:
    """Somebody in the register, with everything that could give them away."""

    who: simcord.MemberActor
    sector: str
    visibility: Visibility
    words: tuple[str, ...]


@dataclass
class Coalition:
    """The server of the test: its people, by sector, and the one who looks."""

    world: World
    people: list[Person]
    viewer: simcord.MemberActor
    event: int

    def of(self, sector: str, visibility: Visibility) -> list[Person]:
        """The people of a sector with this choice."""
        return [person for person in self.people if (person.sector, person.visibility) == (sector, visibility)]

    def sector(self, visibility: Visibility, size: int) -> str:
        """The sector that holds so many people, all with this choice."""
        for slug in {person.sector for person in self.people}:
            if [person.visibility for person in self.people if person.sector == slug] == [visibility] * size:
                return slug
        raise LookupError(f"no sector with {size} x {visibility}")


async def coalition(world: World) -> Coalition:
    """Every visibility x sector size 1-4, two mixed sectors; each person has a pledge, kept or active, and signs up."""
    services = world.services
    slugs = iter(sector.slug for sector in services.content.core_sectors())
    plan = [{visibility: size} for visibility in Visibility for size in SIZES]
    moderator = world.actor(world.mo, Standing.MODERATOR)
    event = await services.events.plan(moderator, Basics("Open evening", "in 3 days 18:00"))
    await services.events.post(moderator, event.id, split=True)
    people: list[Person] = []
    for sizes in [*plan, *MIXED]:
        sector = next(slugs)
        for visibility, size in sizes.items():
            for _ in range(size):
                people.append(await person(world, len(people), sector, visibility))
                actor = world.actor(people[-1].who)
                answer = Answer.GOING if len(people) % 2 else Answer.MAYBE
                await services.events.sign_up(actor, event.id, answer, on_card=True)
    return Coalition(world, people, world.ben, event.id)


async def person(world: World, number: int, sector: str, visibility: Visibility) -> Person:
    """Register, pledge, keep every third pledge, tell in a note; all of it with words that nobody else uses."""
    services = world.services
    nick, organisation = f"Quill{number:03}x", f"Harbour House {number:03}x"
    who = world.guild.add_member(world.env.create_user(nick.lower(), global_name=nick), roles=[])
    actor = world.actor(who)
    registration = Registration(
        (sector,), organisation, f"We offer rooms {number:03}x", visibility, Reach.PROFILE,
        consent_version=services.content.coalition.notice_version,
    )  # fmt: skip
    await services.members.save(actor, (await services.members.prepare(actor, registration)).id)
    action = next(a for a in services.content.actions.values() if a.review.value == "after")
    draft = Draft(
        f"Promise {number:03}x", "It is done", services.clock() + timedelta(days=30), "", PledgeVisibility(visibility),
        action.slug, for_organisation=True,
    )  # fmt: skip
    pledge = await services.pledges.submit(actor, (await services.pledges.save_draft(actor, draft)).id)
    if number % 3 == 0:
        await services.pledges.done(actor, pledge.id, "Done it", "https://example.org/page")
        await services.pledges.confirm(world.actor(world.olga, Standing.ORGANISER), pledge.id)
    words = (str(who.id), nick, nick.lower(), organisation, f"rooms {number:03}x")
    hidden_words = (f"Promise {number:03}x",) if visibility is Visibility.HIDDEN else ()
    return Person(who, sector, visibility, (*words, *hidden_words))


async def walk(found: Coalition) -> None:
    """See everything that a plain member can: commands, suggestions, pages, buttons, menus."""
    world, me, here = found.world, found.viewer, found.world.somewhere
    sectors = [sector.slug for sector in world.services.content.core_sectors()]
    await pages(me, await me.slash(here, "pledge list"))
    for sector in sectors:
        await pages(me, await me.slash(here, "pledge list", sector=sector))
        await pages(me, await me.slash(here, "wheel", sector=sector))
        shown = await me.slash(here, "wheel")
        await simhelp.press(me, await simhelp.pick(me, shown, sector, menu="wheel.sector"), "See its pledges")
    for number in range(1, len(found.people) + 1):
        for command in ("pledge show", "pledge update"):
            await me.slash(here, command, pledge=str(number))
    for typed in ("", "Promise", "0", "Quill"):
        await me.autocomplete(here, "pledge show", "pledge", typed)
        await me.autocomplete(here, "join", "organisation", typed or "Harbour")
    await pages(me, await me.slash(here, "events"))
    opened = await simhelp.pick(me, await me.slash(here, "events"), str(found.event), menu="events.open")
    await simhelp.press(me, opened, "Going")
    for command in ("help", "report", "profile", "faq"):
        await me.slash(here, command)
    form = await me.slash(here, "join", organisation="Harbour House 000")
    draft = await simhelp.submit(me, form, {"sectors": [sectors[0]], "consent": ["yes"]})
    await simhelp.press(me, draft, "Save")
    await world.settle()
    for purpose in OPEN_TO_ALL:
        for message in world.channels[purpose].history():
            for label, custom_id in simhelp.buttons(message).items():
                if not custom_id.startswith("http"):
                    assert label
                    await me.click(message, custom_id=custom_id)
                    await world.settle()  # support and joining edit the card that stands


async def pages(me: simcord.MemberActor, shown: simcord.InteractionResult) -> None:
    """Turn every page, and open what the last one offers first."""
    while onwards := [label for label in ("Next", "More partners") if label in simhelp.buttons(shown)]:
        shown = await simhelp.press(me, shown, onwards[0])
    for placeholder, menu in simhelp.selects(shown).items():
        if placeholder == "Open …":
            await simhelp.pick(me, shown, next(iter(simhelp.options(menu).values())), menu="Open …")


def seen_by(found: Coalition) -> Iterator[str]:
    """Every payload of the bot that this person could read: answers to them, and posts where they can look."""
    world = found.world
    backend = world.env.backend
    public = {str(world.channels[purpose].id) for purpose in OPEN_TO_ALL}
    for request in world.watch.requests:
        parts = request.path.strip("/").split("/")
        if request.body is None or request.method not in ("POST", "PATCH", "PUT"):
            continue
        match parts:
            case ["channels", channel, *_]:
                mine = channel in public
            case ["interactions", number, *_]:
                mine = backend.interactions[int(number)].user_id == found.viewer.id
            case ["webhooks", _, token, *_]:
                mine = backend.interaction_by_token(token).user_id == found.viewer.id
            case _:
                mine = False
        if mine:
            yield json.dumps(request.body, ensure_ascii=False)


@pytest.mark.parametrize("locale", ["en-GB", "sv-SE"])
async def test_nobody_is_named_who_does_not_want_to_be(
    world: World, locale: str, record_property: Callable[[str, object], None]
) -> None:
    found = await coalition(world)
    await world.settle(30)
    if locale == "en-GB":
        await walk(found)
    else:
        await walk_in_swedish(found)
    payloads = list(seen_by(found))
    everything = "\n".join(payloads)
    for each in found.people:
        shown = [word for word in each.words if word in everything]
        if each.visibility is Visibility.NAMED:
            assert str(each.who.id) in shown, "those who want to be seen are, or this test reads nothing"
        else:
            assert shown == [], (each.visibility, each.sector)
    record_property("payloads read", len(payloads))
    print(f"{len(payloads)} payloads read ({locale})")
    assert len(payloads) > 100


async def walk_in_swedish(found: Coalition) -> None:
    """The same words have other labels; what is listed and shown is read again."""
    world, me = found.world, found.viewer
    simhelp.set_locale(me, "sv-SE")
    for sector in world.services.content.core_sectors():
        for command in ("pledge list", "wheel"):
            await me.slash(world.somewhere, command, sector=sector.slug)
    for number in range(1, len(found.people) + 1):
        await me.slash(world.somewhere, "pledge show", pledge=str(number))
    shown = await me.slash(world.somewhere, "pledge list")
    further = re.compile(r"1:pledge\.in::[^:]*:[^:]*:[^:]*:[^:]+")
    while onwards := [i for i in simhelp.buttons(shown).values() if further.fullmatch(i)]:
        shown = await simhelp.press(me, shown, onwards[0])


async def test_small_figures_are_a_few_and_hidden_people_are_in_none(world: World) -> None:
    found = await coalition(world)
    me, here = found.viewer, world.somewhere

    async def partners(sector: str) -> str:
        said = simhelp.texts(await me.slash(here, "wheel", sector=sector))
        return next(line for line in said.splitlines() if line.startswith("**Partners"))

    for size in SIZES:
        masked = "a few" if size < 3 else str(size)
        assert await partners(found.sector(Visibility.COUNTED, size)) == f"**Partners: {masked}**"
        assert await partners(found.sector(Visibility.HIDDEN, size)) == "**Partners: none yet**"
        assert await partners(found.sector(Visibility.NAMED, size)) == f"**Partners: {masked}**"
        said = simhelp.texts(await me.slash(here, "wheel", sector=found.sector(Visibility.HIDDEN, size)))
        assert "0 active, 0 kept" in said
    few, many = (sector.slug for sector in world.services.content.core_sectors()[12:14])
    assert await partners(few) == "**Partners: 3+**", "one who is counted is not told by taking the named away"
    assert await partners(many) == "**Partners: 5**"


async def test_the_size_of_a_cog_tells_no_more_than_its_label(world: World) -> None:
    found = await coalition(world)
    figures = {figure.slug: figure for figure in await world.services.wheel.figures(world.guild.id)}
    one, two = (figures[found.sector(Visibility.COUNTED, size)] for size in (1, 2))
    assert (one.partners, one.others, one.size) == (two.partners, two.others, two.size)
    for size in SIZES:
        hidden = figures[found.sector(Visibility.HIDDEN, size)]
        assert (hidden.partners.at_least, hidden.partners.vague, hidden.state.turns) == (0, False, False)


async def test_sign_ups_are_masked_too(world: World) -> None:
    """One person who is counted, one who is hidden: the card says "a few" for the one and nothing for the other."""
    services = world.services
    moderator = world.actor(world.mo, Standing.MODERATOR)
    seen = []
    for number, visibility in enumerate((Visibility.COUNTED, Visibility.HIDDEN)):
        event = await services.events.plan(moderator, Basics(f"Evening {number}", "in 3 days 18:00"))
        await services.events.post(moderator, event.id, split=True)
        each = await person(world, number, next(iter(services.content.sectors)), visibility)
        await services.events.sign_up(world.actor(each.who), event.id, Answer.GOING, on_card=True)
        opened = await simhelp.pick(
            world.ben, await world.ben.slash(world.somewhere, "events"), str(event.id), menu="events.open"
        )
        seen.append(simhelp.texts(opened))
    assert "**Going:** a few" in seen[0]
    assert "**Going:** nobody yet" in seen[1]


async def test_changing_ones_mind_takes_the_name_away(world: World) -> None:
    """Named yesterday, organisers only today: what stands is edited, and nothing new names the person."""
    services = world.services
    each = await person(world, 1, next(iter(services.content.sectors)), Visibility.NAMED)
    await world.settle(30)
    said = [simhelp.texts(m) for purpose in OPEN_TO_ALL for m in world.channels[purpose].history()]
    assert str(each.who.id) in "\n".join(said)
    actor = world.actor(each.who)
    registration = Registration(
        (each.sector,), "Harbour House 001x", "We offer rooms 001x", Visibility.HIDDEN, Reach.PROFILE,
        consent_version=services.content.coalition.notice_version,
    )  # fmt: skip
    await services.members.save(actor, (await services.members.prepare(actor, registration)).id)
    await world.settle(30)
    shown = [simhelp.texts(m) for purpose in OPEN_TO_ALL for m in world.channels[purpose].history()]
    for command, options in (("wheel", {"sector": each.sector}), ("pledge list", {}), ("pledge show", {"pledge": "1"})):
        shown.append(simhelp.texts(await world.ben.slash(world.somewhere, command, **options)))
    for word in (*each.words, "Promise 001x"):
        assert word not in "\n".join(shown), word
    assert "Nothing here yet" in "\n".join(shown)
    figures = next(f for f in await services.wheel.figures(world.guild.id) if f.slug == each.sector)
    assert (figures.active, figures.state.turns) == (Figure(), False)
