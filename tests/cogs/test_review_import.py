"""/review import, as organisers use it: a file, a dry run, the import, the way back, and handing one over."""

from __future__ import annotations

import asyncio

import pytest
import simcord

from bot.actor import Standing
from bot.content.model import Content
from bot.errors import StorageUnavailable
from bot.members.model import Reach
from bot.pledges.imports.file import read
from bot.pledges.imports.model import OPTIONAL, REQUIRED
from bot.pledges.imports.words import template_file
from bot.servers.model import Channel
from bot.storage import counters
from bot.tables import metadata
from tests import simhelp
from tests.cogs import pressing
from tests.world import World

Result = simcord.InteractionResult
FILE = "The table, saved as CSV"


def sector_of(content: Content, place: int = 0) -> str:
    return content.core_sectors()[place].name.text("en")


def table(world: World, *rows: str, header: str = "sector,pledge,organisation,status,visibility,due") -> bytes:
    """A file with rows whose first cell, the sector, is filled in."""
    sector = sector_of(world.services.content)
    return "\n".join([header, *(f'"{sector}",{row}' for row in rows)]).encode()


def three(world: World) -> bytes:
    return table(
        world,
        "Open the café twice,Förening Å,active,named,2027-06-30",
        "Write to all members,Förening Å,kept,named,",
        "Ask around,,closed,,",
    )


async def uploaded(world: World, data: bytes, who: simcord.MemberActor | None = None, name: str = "old.csv") -> Result:
    """The dry run of a file that is given as the option of the command."""
    return await (who or world.olga).slash(world.somewhere, "review import", file=(name, data))


async def pledged(world: World) -> list[tuple[str, str, str]]:
    async with world.services.database.reading() as reading:
        rows = await reading.all(metadata.tables["pledges"].select())
    return sorted((row["what"], row["status"], row["visibility"]) for row in rows)


async def payloads_kept(world: World) -> list[str | None]:
    async with world.services.database.reading() as reading:
        return [row["payload"] for row in await reading.all(metadata.tables["pledge_imports"].select())]


async def figure(world: World, name: str) -> int:
    async with world.services.database.reading() as reading:
        return sum((await counters.read(reading, world.guild.id, name)).values())


async def test_a_file_is_looked_at_first_and_then_imported(world: World) -> None:
    dry = await uploaded(world, three(world))
    said = simhelp.texts(dry)
    assert "**3 rows**, read as UTF-8, cells between commas" in said
    assert "active: **1**" in said
    assert "kept: **1**" in said
    assert "closed with honour: **1**" in said
    assert "> Open the café twice" in said
    assert dry.ephemeral
    assert await pledged(world) == []
    done = await simhelp.press(world.olga, dry, "Import 3")
    await world.settle()
    assert "3 pledges imported" in simhelp.texts(done)
    assert [words for words, _, _ in await pledged(world)] == [
        "Ask around", "Open the café twice", "Write to all members",
    ]  # fmt: skip
    assert (await figure(world, "pledges.active"), await figure(world, "pledges.kept")) == (1, 1)
    assert await payloads_kept(world) == [None]
    listed = simhelp.texts(await world.anna.slash(world.somewhere, "pledge list"))
    assert "Open the café twice" in listed
    assert "Förening Å" in listed


async def test_no_card_is_posted_for_what_comes_in(world: World) -> None:
    await world.settle()
    before = len(world.watch.sent("POST", "/channels/"))
    await simhelp.press(world.olga, await uploaded(world, three(world)), "Import 3")
    await world.settle()
    after = [one.path for one in world.watch.sent("POST", "/channels/")[before:]]
    quiet = [str(world.channels[channel].id) for channel in (Channel.PLEDGES, Channel.ORGANISERS)]
    assert not [path for path in after if any(channel in path for channel in quiet)]


async def test_the_button_way(world: World) -> None:
    """The digest offers it; the form takes the file."""
    digest = await world.olga.slash(world.somewhere, "review digest")
    home = await simhelp.press(world.olga, digest, "Import a spreadsheet")
    assert "Import earlier pledges" in simhelp.texts(home)
    form = await simhelp.press(world.olga, home, "Choose a file")
    dry = await simhelp.submit(world.olga, form, {FILE: ("old.csv", three(world))})
    assert "**3 rows**" in simhelp.texts(dry)
    await simhelp.press(world.olga, dry, "Import 3")
    assert len(await pledged(world)) == 3


async def test_the_template_fits(world: World) -> None:
    home = await world.olga.slash(world.somewhere, "review import")
    given = await simhelp.press(world.olga, home, "Template")
    assert "pledges-template.csv" in simhelp.texts(given)
    data = template_file(sector_of(world.services.content))
    assert read(data).columns == {*REQUIRED, *OPTIONAL}
    dry = await uploaded(world, data)
    assert "Import 1" in simhelp.buttons(dry)
    assert "Problems" not in simhelp.texts(dry)


async def test_faults_are_named_and_listed_in_a_file(world: World) -> None:
    data = table(world, "Good,,active,,", "Bad,,gone,everybody,05/06/2027", "=HYPERLINK(1),,,,")
    dry = await uploaded(world, data)
    said = simhelp.texts(dry)
    assert "**row 3, status:** “gone” can't be imported; write active, kept, partly kept or closed" in said
    assert "**row 3, due:** “05/06/2027” could mean two different days; write it like 2027-06-30" in said
    assert "**row 4, pledge:** “=HYPERLINK(1)” a formula; save its value instead" in said
    assert "pledges-faults.csv" in said
    await simhelp.press(world.olga, dry, "Import 1")
    assert [words for words, _, _ in await pledged(world)] == ["Good"]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "There is nothing in this file"),
        (b"PK\x03\x04 and so on", "This is a workbook, and I read CSV"),
        (b"%PDF-1.7", "This isn't a CSV"),
        (b"sector,pledge\n", "There is a header and no row below it"),
        (b"sector,words\na,b\n", "these are missing: `pledge`"),
        (b"sector,pledge,Pledge\na,b,c\n", "This column is there twice: `pledge`"),
        (b'sector,pledge\na,"b\n', "Around row 2 a quotation mark opens and doesn't close"),
    ],
)
async def test_a_file_that_does_not_fit_says_so_and_brings_the_template(world: World, data: bytes, words: str) -> None:
    answer = await uploaded(world, data)
    said = simhelp.texts(answer)
    assert words in said
    assert "pledges-template.csv" in said
    assert "Choose another file" in simhelp.buttons(answer)
    assert await payloads_kept(world) == []


async def test_a_file_that_is_too_large_is_not_even_fetched(world: World) -> None:
    answer = await uploaded(world, b"x" * (2 * 2**20 + 1))
    assert "larger than 2 MB" in simhelp.texts(answer)


async def test_two_organisers_at_once_import_once(world: World) -> None:
    dry = await uploaded(world, three(world))
    number = int(simhelp.buttons(dry)["Import 3"].split(":")[-1])
    other = await uploaded(world, three(world), world.otto)
    me, you = (world.actor(who, Standing.ORGANISER) for who in (world.olga, world.otto))
    again = int(simhelp.buttons(other)["Import 3"].split(":")[-1])
    imports = world.services.imports
    results = await asyncio.gather(
        imports.bring_in(me, number), imports.bring_in(you, number), imports.bring_in(you, again),
        return_exceptions=True,
    )  # fmt: skip
    assert len(await pledged(world)) == 3
    assert sum(isinstance(one, Exception) for one in results) == 1
    late = await simhelp.press(world.olga, dry, "Import 3")
    assert "Already *imported* by" in simhelp.texts(late)
    assert "2 rows" not in simhelp.texts(late)
    third = await uploaded(world, three(world))
    assert "3 rows are here already" in simhelp.texts(third)
    assert "Nothing would be imported" in simhelp.texts(third)


async def test_discarding_deletes_what_was_read(world: World) -> None:
    dry = await uploaded(world, three(world))
    assert await payloads_kept(world) != [None]
    gone = await simhelp.press(world.olga, dry, "Discard")
    assert "discarded" in simhelp.texts(gone)
    assert await payloads_kept(world) == [None]
    assert await pledged(world) == []


async def test_it_survives_a_restart_and_a_day_ends_it(world: World) -> None:
    dry = await uploaded(world, three(world))
    await world.restart()
    home = await world.olga.slash(world.somewhere, "review import")
    shown = await simhelp.pick(world.olga, home, "1", "Earlier imports")
    assert "3 rows wait" in simhelp.texts(shown)
    await world.pass_days(2)
    await world.services.imports.sweep()
    late = await simhelp.press(world.olga, dry, "Import 3")
    assert "already decided: *discarded*" in simhelp.texts(late)
    assert await payloads_kept(world) == [None]


async def test_the_whole_import_can_be_taken_back(world: World) -> None:
    done = await simhelp.press(world.olga, await uploaded(world, three(world)), "Import 3")
    await simhelp.press(world.olga, done, "Import a spreadsheet")
    home = await world.otto.slash(world.somewhere, "review import")
    done = await simhelp.pick(world.otto, home, "1", "Earlier imports")
    form = await simhelp.press(world.otto, done, "Take this import back")
    bad = await simhelp.submit(world.otto, form, {"Why is it taken back?": " \u200b "})
    assert "Something is missing" in simhelp.texts(bad)
    form = await simhelp.press(world.otto, done, "Take this import back")
    answer = await simhelp.submit(world.otto, form, {"Why is it taken back?": "The wrong year"})
    assert "3 pledges are withdrawn" in simhelp.texts(answer)
    await world.settle()
    assert {status for _, status, _ in await pledged(world)} == {"withdrawn"}
    assert (await figure(world, "pledges.active"), await figure(world, "pledges.kept")) == (0, 0)
    late = await pressing.forged(world, world.olga, "press", "import.back", 1)
    assert "Already *taken back* by" in simhelp.texts(late)
    again = await uploaded(world, three(world))
    assert "Import 3" in simhelp.buttons(again)


async def test_lost_standing_between_the_dry_run_and_the_import(world: World) -> None:
    dry = await uploaded(world, three(world))
    await world.services.servers.choose_roles(world.actor(world.ada, Standing.ADMIN), Standing.ORGANISER, [1])
    answer = await simhelp.press(world.olga, dry, "Import 3")
    assert "Only organisers can review" in simhelp.texts(answer)
    assert await pledged(world) == []


DOORS = [
    ("press", "import.home", ()),
    ("press", "import.open", ()),
    ("press", "import.template", ()),
    ("press", "import.go", (1,)),
    ("press", "import.discard", (1,)),
    ("press", "import.back", (1,)),
    ("pick", "import.show", ()),
    ("press", "handover.ask", (1,)),
    ("press", "handover.back", (1,)),
]


@pytest.mark.parametrize(("kind", "door", "ids"), DOORS)
async def test_members_reach_none_of_it(world: World, kind: str, door: str, ids: tuple[int, ...]) -> None:
    await simhelp.press(world.olga, await uploaded(world, three(world)), "Import 3")
    answer = await pressing.forged(world, world.anna, kind, door, *ids)
    assert "Only organisers can review" in simhelp.texts(answer)


async def test_members_upload_nothing(world: World) -> None:
    await world.services.servers.choose_roles(world.actor(world.ada, Standing.ADMIN), Standing.ORGANISER, [1])
    assert "Only organisers can review" in simhelp.texts(await uploaded(world, three(world)))
    assert await payloads_kept(world) == []


@pytest.mark.parametrize(("door", "state"), [("go", "ready"), ("discard", "ready"), ("back", "imported")])
async def test_another_servers_import_is_not_here(world: World, door: str, state: str) -> None:
    table_ = metadata.tables["pledge_imports"]

    async def work(tx):  # type: ignore[no-untyped-def]
        return await tx.insert(table_, guild_id=4, by_id=5, at=0, state=state, rows=1, came=1, payload="{}")

    number = await world.services.database.write(work)
    answer = await pressing.forged(world, world.olga, "press", f"import.{door}", number)
    assert "isn't in this server" in simhelp.texts(answer)


async def test_somebody_takes_it_on(world: World) -> None:
    await world.register(world.anna, visibility="counted")
    await world.services.members.choose_reach(world.actor(world.anna), Reach.DM)
    await simhelp.press(
        world.olga, await uploaded(world, table(world, "Open the café,House A,active,named,")), "Import 1"
    )
    card = await world.olga.slash(world.somewhere, "pledge show", pledge="1")
    assert "House A" in simhelp.texts(card)
    ask = await simhelp.press(world.olga, card, "Hand it to somebody")
    nobody = await simhelp.pick(world.olga, ask, [world.ben], "Somebody registered …")
    assert "hasn't registered here" in simhelp.texts(nobody)
    asked = await simhelp.pick(world.olga, ask, [world.anna], "Somebody registered …")
    assert "is asked to take it on" in simhelp.texts(asked)
    await world.settle()
    question = simhelp.dms(world.env, world.anna)[-1]
    assert "ask if you'll take this on" in simhelp.texts(question)
    assert "House A" in simhelp.texts(question), "whose promise it is"
    thanks = await simhelp.press(world.anna.user, question, "Yes, I'll take it on")
    assert "It's yours" in simhelp.texts(thanks)
    await world.settle()
    mine = await world.anna.slash(world.somewhere, "pledge update", pledge="1")
    assert "Shown as: **Counted only**" in simhelp.texts(mine)
    assert "Done" in simhelp.buttons(mine)
    seen = simhelp.texts(await world.ben.slash(world.somewhere, "pledge show", pledge="1"))
    assert "House A" not in seen
    late = await pressing.forged(world, world.olga, "press", "handover.ask", 1)
    assert "has moved on" in simhelp.texts(late)


async def test_organisers_see_whose_a_counted_one_is_and_others_do_not(world: World) -> None:
    await simhelp.press(
        world.olga, await uploaded(world, table(world, "Open the café,House A,active,counted,")), "Import 1"
    )
    for who, sees in ((world.olga, True), (world.ben, False)):
        shown = simhelp.texts(await who.slash(world.somewhere, "pledge show", pledge="1"))
        assert ("House A" in shown) is sees


async def test_a_file_brought_again_takes_the_place_of_the_one_before(world: World) -> None:
    first = await uploaded(world, table(world, "With a slip,,,,"))
    second = await uploaded(world, table(world, "Put right,,,,"))
    late = await simhelp.press(world.olga, first, "Import 1")
    assert "discarded" in simhelp.texts(late)
    await simhelp.press(world.olga, second, "Import 1")
    assert [words for words, _, _ in await pledged(world)] == ["Put right"]


async def test_what_another_organiser_imported_meanwhile_is_said_to_be_here(world: World) -> None:
    mine = await uploaded(world, table(world, "Open the café,House A,,,"))
    others = await uploaded(world, table(world, "Open the café,House A,,,"), world.otto)
    await simhelp.press(world.otto, others, "Import 1")
    answer = await simhelp.press(world.olga, mine, "Import 1")
    assert "All of its rows were here already" in simhelp.texts(answer)
    assert len(await pledged(world)) == 1


async def test_columns_that_are_there_are_named_beside_those_that_are_missing(world: World) -> None:
    answer = simhelp.texts(await uploaded(world, "Sektor;Åtagande\nSkolor;Läsa\n".encode()))
    assert "`sector`, `pledge`" in answer
    assert "“Sektor”, “Åtagande”" in answer


async def test_somebody_says_no(world: World) -> None:
    await world.register(world.anna)
    await simhelp.press(world.olga, await uploaded(world, table(world, "Open the café,,,,")), "Import 1")
    ask = await pressing.forged(world, world.olga, "press", "handover.ask", 1)
    await simhelp.pick(world.olga, ask, [world.anna], "Somebody registered …")
    card = await world.anna.slash(world.somewhere, "pledge show", pledge="1")
    answer = await simhelp.press(world.anna, card, "No, thank you")
    assert "you are not part of it" in simhelp.texts(answer)
    ask = await pressing.forged(world, world.olga, "press", "handover.ask", 1)
    assert f"**Said no:** <@{world.anna.id}>" in simhelp.texts(ask)


async def test_one_of_them_is_taken_back(world: World) -> None:
    await simhelp.press(world.olga, await uploaded(world, three(world)), "Import 3")
    card = await world.olga.slash(world.somewhere, "pledge show", pledge="2")
    assert "Hand it to somebody" not in simhelp.buttons(card)  # it is kept
    form = await simhelp.press(world.olga, card, "Take it back")
    answer = await simhelp.submit(world.olga, form, {"Why is it taken back?": "Not theirs"})
    assert "Withdrawn" in simhelp.texts(answer)
    assert sorted(status for _, status, _ in await pledged(world)) == ["active", "closed", "withdrawn"]


FAULTY = [
    ("imports.newest", lambda world: world.olga.slash(world.somewhere, "review import")),
    ("imports.look", lambda world: uploaded(world, three(world))),
    ("imports.bring_in", lambda world: pressing.forged(world, world.olga, "press", "import.go", 1)),
    ("imports.discard", lambda world: pressing.forged(world, world.olga, "press", "import.discard", 1)),
    ("imports.find", lambda world: pressing.forged(world, world.olga, "pick", "import.show")),
    ("imports.to_take_back", lambda world: pressing.forged(world, world.olga, "press", "import.back", 1)),
    ("pledges.to_hand_over", lambda world: pressing.forged(world, world.olga, "press", "handover.ask", 1)),
    ("pledges.hand_over", lambda world: pressing.forged(world, world.olga, "pick", "handover.pick", 1)),
    ("pledges.check_reviewer", lambda world: pressing.forged(world, world.olga, "press", "handover.back", 1)),
]


@pytest.mark.parametrize(("target", "attempt"), FAULTY, ids=[target for target, _ in FAULTY])
async def test_every_fault_answers(world: World, target: str, attempt) -> None:  # type: ignore[no-untyped-def]
    await pressing.answers_faults(world, target, lambda: attempt(world))


async def test_a_fault_while_it_is_taken_back_answers(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    done = await simhelp.press(world.olga, await uploaded(world, three(world)), "Import 3")
    form = await simhelp.press(world.olga, done, "Take this import back")
    pressing.breaking(monkeypatch, world, "imports.take_back", StorageUnavailable("locked"))
    answer = await simhelp.submit(world.olga, form, {"Why is it taken back?": "The wrong year"})
    assert "busy right now" in simhelp.texts(answer)
    card = await world.olga.slash(world.somewhere, "pledge show", pledge="1")
    form = await simhelp.press(world.olga, card, "Take it back")
    pressing.breaking(monkeypatch, world, "imports.take_back_one", StorageUnavailable("locked"))
    answer = await simhelp.submit(world.olga, form, {"Why is it taken back?": "The wrong year"})
    assert "busy right now" in simhelp.texts(answer)
