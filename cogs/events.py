"""/events: what is coming; and the buttons under every event."""

from __future__ import annotations

from discord import app_commands, ui

from bot.actor import Action
from bot.app import Cogwheel
from bot.content.find import find_sectors
from bot.events import announcing, cards, typed
from bot.events.model import Answer, Seen, State
from bot.events.service import Changed
from bot.ui.context import Interaction, actor, services
from bot.ui.doors import Doorway, pick, press
from bot.ui.escape import plain
from bot.ui.reply import move_on, replace, reply
from bot.ui.suggest import quietly
from bot.ui.words import N_, locale, speaking

_WHENS = ("soon", "month", "mine", "past")


class EventDoors(Doorway):
    """Finding events and answering them."""

    @app_commands.command(name="events", description=N_("Upcoming events, in your own time zone"))
    @app_commands.guild_only()
    @app_commands.describe(sector=N_("Only events for one sector"), when=N_("Which events"))
    @app_commands.choices(
        when=[
            app_commands.Choice(name=N_("coming"), value="soon"),
            app_commands.Choice(name=N_("this month"), value="month"),
            app_commands.Choice(name=N_("mine"), value="mine"),
            app_commands.Choice(name=N_("past"), value="past"),
        ]
    )
    async def events(self, interaction: Interaction, sector: str | None = None, when: str = "soon") -> None:
        """Show the first five."""
        sectors = await services(interaction).sectors.of(actor(interaction).guild_id)
        meant = sectors.meant(sector, locale()) if sector else None
        await self.page(interaction, meant.slug if meant else "", when, "")

    @events.autocomplete("sector")
    @quietly
    async def _sectors(self, interaction: Interaction, so_far: str) -> list[app_commands.Choice[str]]:
        sectors = await services(interaction).sectors.of(actor(interaction).guild_id)
        found = find_sectors(sectors.active, so_far, locale())
        return [app_commands.Choice(name=plain(s.name.text(locale()), 100), value=s.slug) for s in found[:25]]

    @press("events.list")
    async def page(self, interaction: Interaction, sector: str, when: str, after: str) -> None:
        """Show a page."""
        here = services(interaction)
        when = when if when in _WHENS else "soon"
        page = await here.events.coming(actor(interaction), sector=sector, when=when, after=after)
        sectors = await here.sectors.of(actor(interaction).guild_id)
        await move_on(interaction, cards.list_card(page, here.content, sectors, sector, when, after, here.clock()))

    @press("events.open")
    async def soon(self, interaction: Interaction) -> None:
        """Show what is coming, from a card that others see."""
        await self.page(interaction, "", "soon", "")

    @pick("events.when")
    async def other(self, interaction: Interaction, picked: list[str], sector: str) -> None:
        """Show another list."""
        await self.page(interaction, sector, picked[0], "")

    @pick("events.open")
    async def opened(self, interaction: Interaction, picked: list[str]) -> None:
        """Open an event from a list."""
        await self.show(interaction, typed.number(picked[0]))

    @press("events.show")
    async def show(self, interaction: Interaction, event_id: int) -> None:
        """Open an event; what is not out yet opens as its preview."""
        here = services(interaction)
        seen = await here.events.see(actor(interaction), event_id)
        if seen.event.state(here.clock()) in (State.DRAFT, State.SCHEDULED):
            await announcing.show(interaction, Changed(seen.event))
        else:
            await move_on(interaction, await self._own(interaction, seen))

    async def _own(self, interaction: Interaction, seen: Seen) -> ui.LayoutView:
        here, me = services(interaction), actor(interaction)
        settings = await here.servers.settings(me.guild_id)
        sectors, staff = await here.sectors.of(me.guild_id), me.may(Action.ANNOUNCE)
        return cards.own_view(seen, here.content, sectors, settings.small_figure, here.clock(), staff=staff)

    @press("events.going")
    async def going(self, interaction: Interaction, event_id: int) -> None:
        """Say yes."""
        await self._answer(interaction, event_id, Answer.GOING)

    @press("events.maybe")
    async def maybe(self, interaction: Interaction, event_id: int) -> None:
        """Say maybe."""
        await self._answer(interaction, event_id, Answer.MAYBE)

    @press("events.no")
    async def cannot(self, interaction: Interaction, event_id: int) -> None:
        """Say no."""
        await self._answer(interaction, event_id, Answer.NO)

    async def _answer(self, interaction: Interaction, event_id: int, answer: Answer) -> None:
        here = services(interaction)
        public = interaction.message is not None and not interaction.message.flags.ephemeral
        seen = await here.events.sign_up(actor(interaction), event_id, answer, on_card=public)
        if not public:
            await replace(interaction, await self._own(interaction, seen))
            return
        # Everybody sees the card, in the server's language; the answer is for one person, in theirs.
        settings = await here.servers.settings(seen.event.guild_id)
        sectors, small = await here.sectors.of(settings.guild_id), settings.small_figure
        with speaking(settings.locale):
            card = cards.public_card(seen.event, seen.counts, here.content, sectors, small, here.clock())
        await replace(interaction, card)
        await reply(interaction, cards.answered(seen))


async def setup(bot: Cogwheel) -> None:
    """Add the cog."""
    await bot.add_cog(EventDoors(bot.doors))
