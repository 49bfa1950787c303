"""/pledge: make, list, show, update."""

from __future__ import annotations

from collections.abc import Sequence

from discord import app_commands

from bot.app import Cogwheel
from bot.content.find import find_actions, find_sectors
from bot.errors import Invalid
from bot.pledges import due, listing_cards
from bot.pledges.cards import spoken
from bot.pledges.listing import WORDS_LIMIT, Freshness, Search
from bot.pledges.model import MOST_OTHERS, Pledge, Status
from bot.ui.context import Interaction, actor, services
from bot.ui.doors import Doorway
from bot.ui.escape import plain
from bot.ui.forms import Values
from bot.ui.suggest import quietly
from bot.ui.words import N_, locale

_OWN = "own"


class PledgeDoors(Doorway):
    """The four commands."""

    group = app_commands.Group(name="pledge", description=N_("Pledge an action, and see it kept"), guild_only=True)

    @group.command(name="make", description=N_("Pledge an action: ready-made or in your own words"))
    @app_commands.rename(for_whom="for")
    @app_commands.describe(
        action=N_("Start typing to find a ready-made action, or leave empty to browse"),
        for_whom=N_("Who you're pledging for"),
        only_if=N_("It only starts if this many others join"),
    )
    @app_commands.choices(
        for_whom=[
            app_commands.Choice(name=N_("me"), value="me"),
            app_commands.Choice(name=N_("my organisation"), value="organisation"),
            app_commands.Choice(name=N_("several of us: I'll say who's doing it with me"), value="several"),
        ]
    )
    async def make(
        self,
        interaction: Interaction,
        action: str | None = None,
        for_whom: str = "me",
        only_if: app_commands.Range[int, 1, MOST_OTHERS] | None = None,
    ) -> None:
        """Open the form for an action, or the browser where none is named."""
        if action is None and for_whom == "me" and only_if is None:
            await self.doors.go(interaction, "pledge.browse")
        else:
            slug = action if action in services(interaction).content.actions else _OWN
            values = Values({"what": action}) if action and slug == _OWN else None
            terms = f"{for_whom}.{only_if}" if only_if else for_whom
            await self.doors.open(interaction, "pledge.make", slug, terms, values=values)

    @make.autocomplete("action")
    @quietly
    async def _actions(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        here, me = services(interaction), actor(interaction)
        member, sectors = await here.members.find(me.guild_id, me.user_id), await here.sectors.of(me.guild_id)
        found = find_actions(here.content, typed, locale(), member.sectors if member else (), sectors.slugs)
        return [app_commands.Choice(name=plain(a.title.text(locale()), 100), value=a.slug) for a in found[:25]]

    @group.command(name="list", description=N_("Everybody's pledges, filtered as you like, or just yours"))
    @app_commands.describe(
        sector=N_("One sector only"),
        status=N_("Only pledges with this status"),
        freshness=N_("How recently the pledges were updated"),
        organisation=N_("Only pledges for this organisation: start typing"),
        words=N_("Only pledges containing these words"),
        mine=N_("Only your own pledges"),
    )
    @app_commands.choices(
        status=[app_commands.Choice(name=name, value=one.value) for one, name in listing_cards.STATUSES.items()],
        freshness=[app_commands.Choice(name=name, value=one.value) for one, name in listing_cards.FRESHNESSES.items()],
    )
    async def list_(
        self,
        interaction: Interaction,
        sector: str | None = None,
        status: str | None = None,
        freshness: str | None = None,
        organisation: str | None = None,
        words: app_commands.Range[str, 1, WORDS_LIMIT] | None = None,
        mine: bool = False,
    ) -> None:
        """Show five pledges."""
        here, me = services(interaction), actor(interaction)
        sectors = await here.sectors.of(me.guild_id)
        meant = sectors.meant(sector, locale()) if sector else None
        known = await here.organisations.shown_like(me, organisation) if organisation else []
        number = next((one.id for one in known if one.name == organisation), known[0].id if known else 0)
        if (sector and meant is None) or (organisation and not number):
            raise Invalid("sector" if sector and meant is None else "organisation", "unknown choice")
        stands, fresh = Status(status) if status else None, Freshness(freshness) if freshness else None
        search = Search(meant.slug if meant else "", stands, fresh, number, listing_cards.typed(words or ""), mine)
        await self.doors.go(interaction, "pledge.in", *listing_cards.ids(search), "")

    @list_.autocomplete("sector")
    @quietly
    async def _sectors(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        sectors = await services(interaction).sectors.of(actor(interaction).guild_id)
        found = find_sectors(sectors.every, typed, locale())
        return [app_commands.Choice(name=plain(s.name.text(locale()), 100), value=s.slug) for s in found[:25]]

    @list_.autocomplete("organisation")
    @quietly
    async def _organisations(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        found = await services(interaction).organisations.shown_like(actor(interaction), typed)
        return [app_commands.Choice(name=one.name, value=one.name) for one in found]

    @group.command(name="show", description=N_("Show one pledge"))
    @app_commands.describe(pledge=N_("Which one: start typing"))
    async def show(self, interaction: Interaction, pledge: str) -> None:
        """Show a pledge picked from the list."""
        await self.doors.go(interaction, "pledge.update", due.number(pledge))

    @group.command(name="update", description=N_("Say how one of your pledges is going"))
    @app_commands.describe(pledge=N_("Which of your pledges: start typing"))
    async def update(self, interaction: Interaction, pledge: str) -> None:
        """Show one of my pledges with everything I can do."""
        await self.doors.go(interaction, "pledge.update", due.number(pledge))

    @show.autocomplete("pledge")
    @quietly
    async def _shown(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        look = services(interaction).pledges.matching
        found = [p for mine in (True, False) for p in await look(actor(interaction), typed, mine=mine)]
        return _choices(list({pledge.id: pledge for pledge in found}.values()))

    @update.autocomplete("pledge")
    @quietly
    async def _updatable(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return _choices(await services(interaction).pledges.matching(actor(interaction), typed, mine=True))


def _choices(pledges: Sequence[Pledge]) -> list[app_commands.Choice[str]]:
    return [app_commands.Choice(name=plain(spoken(one, one.what), 100), value=str(one.id)) for one in pledges]


async def setup(bot: Cogwheel) -> None:
    """Add the cog."""
    await bot.add_cog(PledgeDoors(bot.doors))
