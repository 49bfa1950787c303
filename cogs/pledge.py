"""/pledge: make, list, show, update."""

from __future__ import annotations

from collections.abc import Sequence

from discord import app_commands

from bot.app import Cogwheel
from bot.content.find import find_actions, find_sectors
from bot.errors import Invalid
from bot.pledges import cards, due
from bot.pledges.model import Pledge
from bot.ui.context import Interaction, actor, services
from bot.ui.doors import Doorway, pick, press
from bot.ui.escape import plain
from bot.ui.forms import Values
from bot.ui.reply import move_on
from bot.ui.suggest import quietly
from bot.ui.words import N_, _, locale

_OWN = "own"


class PledgeDoors(Doorway):
    """The four commands, and the lists behind them."""

    group = app_commands.Group(name="pledge", description=N_("Pledge an action, and see it kept"), guild_only=True)

    @group.command(name="make", description=N_("Pledge an action: ready-made or in your own words"))
    @app_commands.rename(for_whom="for")
    @app_commands.describe(
        action=N_("Start typing to find a ready-made action, or leave empty to browse"),
        for_whom=N_("Whom you pledge for"),
    )
    @app_commands.choices(
        for_whom=[
            app_commands.Choice(name=N_("me"), value="me"),
            app_commands.Choice(name=N_("my organisation"), value="organisation"),
        ]
    )
    async def make(self, interaction: Interaction, action: str | None = None, for_whom: str = "me") -> None:
        """Open the form for an action, or the browser where none is named."""
        if action is None and for_whom == "me":
            await self.doors.go(interaction, "pledge.browse")
        else:
            slug = action if action in services(interaction).content.actions else _OWN
            values = Values({"what": action}) if action and slug == _OWN else None
            await self.doors.open(interaction, "pledge.make", slug, for_whom, values=values)

    @make.autocomplete("action")
    @quietly
    async def _actions(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        member = await services(interaction).members.find(actor(interaction).guild_id, actor(interaction).user_id)
        found = find_actions(services(interaction).content, typed, locale(), member.sectors if member else ())
        return [app_commands.Choice(name=plain(a.title.text(locale()), 100), value=a.slug) for a in found[:25]]

    @group.command(name="list", description=N_("Pledges of everybody, a sector, or your own"))
    @app_commands.describe(sector=N_("One sector only"), mine=N_("Only your own"))
    async def list_(self, interaction: Interaction, sector: str | None = None, mine: bool = False) -> None:
        """Show five pledges."""
        if mine:
            await self.mine(interaction, 0)
            return
        content = services(interaction).content
        meant = [*find_sectors(content, sector, locale())] if sector and sector not in content.sectors else []
        slug = meant[0].slug if meant else sector or ""
        if slug and slug not in content.sectors:
            raise Invalid("sector", "unknown choice")
        await self.everybody(interaction, slug, 0)

    @list_.autocomplete("sector")
    @quietly
    async def _sectors(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        found = find_sectors(services(interaction).content, typed, locale())
        return [app_commands.Choice(name=plain(s.name.text(locale()), 100), value=s.slug) for s in found[:25]]

    @press("pledge.list")
    async def everybody(self, interaction: Interaction, sector: str, after: int) -> None:
        """Show a page of what everybody may see."""
        here = services(interaction)
        page = await here.pledges.public(actor(interaction), sector=sector or None, after=after or None)
        known = here.content.sectors.get(sector)
        title = _("Pledges · {sector}", sector=known.name.text(locale())) if known else _("Pledges")
        empty = _("Nothing here yet. Be the first: one small step is enough.")
        await move_on(
            interaction, cards.list_card(title, page, empty, ("pledge.open", "pledge.list"), (sector,), after)
        )

    @press("pledge.mine")
    async def mine(self, interaction: Interaction, after: int) -> None:
        """Show a page of my own."""
        page = await services(interaction).pledges.mine(actor(interaction), after or None)
        empty = _("You have not pledged anything yet.")
        await move_on(
            interaction, cards.list_card(_("Your pledges"), page, empty, ("pledge.open", "pledge.mine"), (), after)
        )

    @group.command(name="show", description=N_("One pledge"))
    @app_commands.describe(pledge=N_("Which one: start typing"))
    async def show(self, interaction: Interaction, pledge: str) -> None:
        """Show a pledge picked from the list."""
        await self._open(interaction, pledge)

    @group.command(name="update", description=N_("Tell how one of your pledges goes"))
    @app_commands.describe(pledge=N_("Which one of yours: start typing"))
    async def update(self, interaction: Interaction, pledge: str) -> None:
        """Show one of my pledges with everything I can do."""
        await self._open(interaction, pledge)

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

    @pick("pledge.open")
    async def opened(self, interaction: Interaction, picked: list[str]) -> None:
        """Open a pledge from a list."""
        await self._open(interaction, picked[0])

    @press("pledge.update")
    async def update_from_card(self, interaction: Interaction, pledge_id: int) -> None:
        """Open a pledge from a card."""
        await self._open(interaction, str(pledge_id))

    async def _open(self, interaction: Interaction, number: str) -> None:
        here = services(interaction)
        pledge = await here.pledges.show(actor(interaction), due.number(number))
        if pledge.maker_id == actor(interaction).user_id:
            await move_on(interaction, cards.own_card(pledge, here.clock()))
        else:
            sector = here.content.sectors.get(pledge.sector)
            name = sector.name.text(locale()) if sector else pledge.sector
            await move_on(interaction, cards.shown_card(pledge, name))


def _choices(pledges: Sequence[Pledge]) -> list[app_commands.Choice[str]]:
    return [app_commands.Choice(name=plain(pledge.what, 100), value=str(pledge.id)) for pledge in pledges]


async def setup(bot: Cogwheel) -> None:
    """Add the cog."""
    await bot.add_cog(PledgeDoors(bot.doors))
