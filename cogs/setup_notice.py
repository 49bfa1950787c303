"""The notice of /setup privacy: a server's own words, seen as they will read before they are used."""

from __future__ import annotations

from dataclasses import replace

from bot.actor import Action
from bot.app import Cogwheel
from bot.forms.model import Kept
from bot.privacy import setup_cards as cards
from bot.servers.model import ServerSettings
from bot.ui import errors
from bot.ui.context import Interaction, actor, services
from bot.ui.doors import Doorway, form, press, submit
from bot.ui.escape import clean, quiet
from bot.ui.forms import Form, Values
from bot.ui.layout import custom_id
from bot.ui.reply import move_on, reply
from bot.ui.words import locale

_CHECKED = custom_id("setup.notice_now")
"""Under this the form waits once its words have been checked, so that they are not asked about twice."""


class SetupNoticeDoors(Doorway):
    """Writing, seeing, using."""

    async def _settings(self, interaction: Interaction) -> ServerSettings:
        actor(interaction).check(Action.SET_UP)
        return await services(interaction).servers.settings(actor(interaction).guild_id)

    @press("setup.notice")
    async def ask(self, interaction: Interaction) -> None:
        """Open the form for the server's own words."""
        await self.doors.open(interaction, "setup.notice")

    @form("setup.notice")
    async def notice_form(self, interaction: Interaction, values: Values) -> Form:
        """Build it, with the words of now."""
        return cards.notice_form(await self._settings(interaction), values)

    @submit("setup.notice")
    async def notice(self, interaction: Interaction, values: Values) -> None:
        """Show the notice as it will read, unless nothing changes."""
        settings, here, me = await self._settings(interaction), services(interaction), actor(interaction)
        own, instead = _words(values)
        here.privacy.check_notice(me, own, shown=quiet(own), instead=instead)
        if (own, instead) == (settings.notice, settings.notice_instead):
            await self.doors.go(interaction, "setup.privacy")
            return
        key = await here.forms.keep(me.guild_id, me.user_id, _CHECKED, values.fields)
        after = replace(settings, notice=own, notice_instead=instead, notice_count=settings.notice_count + 1)
        people = await here.members.outdated(me.guild_id, "")
        await move_on(interaction, cards.notice_preview(here.privacy.notice_of(after, locale()), people, key))

    @press("setup.notice_again")
    async def again(self, interaction: Interaction, key: str) -> None:
        """Open the form with what was typed."""
        kept = await self._kept(interaction, key)
        await self.doors.open(interaction, "setup.notice", values=Values(kept.values) if kept else None)

    @press("setup.notice_now")
    async def use(self, interaction: Interaction, key: str) -> None:
        """Use the notice that was shown."""
        kept = await self._kept(interaction, key)
        if kept is None:
            await reply(interaction, errors.stale())
            return
        own, instead = _words(Values(kept.values))
        await services(interaction).servers.choose_notice(actor(interaction), own, instead=instead)
        await self.doors.go(interaction, "setup.privacy")

    async def _kept(self, interaction: Interaction, key: str) -> Kept | None:
        me = actor(interaction)
        kept = await services(interaction).forms.take(me.guild_id, me.user_id, key)
        return kept if kept is not None and kept.custom_id == _CHECKED else None


def _words(values: Values) -> tuple[str, bool]:
    own = clean(values.text("notice"))
    return own, bool(own) and values.choice("where") == cards.INSTEAD


async def setup(bot: Cogwheel) -> None:
    """Add the cog."""
    await bot.add_cog(SetupNoticeDoors(bot.doors))
