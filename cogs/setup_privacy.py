"""/setup privacy: who is responsible, how long things stay, which figures are shown."""

from __future__ import annotations

from bot.actor import Action
from bot.app import Cogwheel
from bot.errors import Invalid
from bot.privacy import setup_cards as cards
from bot.privacy.contact import checked_contact
from bot.servers.model import RETENTION, ServerSettings
from bot.ui.context import Interaction, actor, services
from bot.ui.doors import Doorway, form, pick, press, submit
from bot.ui.escape import clean_line
from bot.ui.forms import Form, Values
from bot.ui.reply import move_on


class SetupPrivacyDoors(Doorway):
    """What an admin decides about privacy. Every choice is saved as it is made."""

    @press("setup.privacy")
    async def page(self, interaction: Interaction) -> None:
        """Show everything."""
        settings = await self._settings(interaction)
        here, me = services(interaction), actor(interaction)
        version = (await here.privacy.notice(me.guild_id)).version
        outdated = await here.members.outdated(me.guild_id, version)
        downloads = await here.privacy.downloads(me)
        await move_on(interaction, cards.page(settings, version, outdated, downloads))

    async def _settings(self, interaction: Interaction) -> ServerSettings:
        actor(interaction).check(Action.SET_UP)
        return await services(interaction).servers.settings(actor(interaction).guild_id)

    @press("setup.contact")
    async def ask_contact(self, interaction: Interaction) -> None:
        """Open the form for who is responsible."""
        await self.doors.open(interaction, "setup.contact")

    @form("setup.contact")
    async def contact_form(self, interaction: Interaction, values: Values) -> Form:
        """Build it, with who is named now."""
        return cards.contact_form(await self._settings(interaction), values)

    @submit("setup.contact")
    async def contact(self, interaction: Interaction, values: Values) -> None:
        """Save who is responsible."""
        named = checked_contact(clean_line(values.text("contact_name")), clean_line(values.text("contact")))
        await services(interaction).servers.choose_contact(actor(interaction), named)
        await self.page(interaction)

    @pick("setup.figure")
    async def figure(self, interaction: Interaction, picked: list[str]) -> None:
        """Save the smallest figure shown."""
        await services(interaction).servers.choose_small_figure(actor(interaction), _number(picked[0]))
        await self.page(interaction)

    @press("setup.milestones")
    async def milestones(self, interaction: Interaction, wanted: int) -> None:
        """Celebrate, or not."""
        await services(interaction).servers.choose_milestones(actor(interaction), bool(wanted))
        await self.page(interaction)

    @pick("setup.retention")
    async def retention(self, interaction: Interaction, picked: list[str]) -> None:
        """Erase sooner at once; erase later only after a look at what that means."""
        days = _number(picked[0])
        if days not in RETENTION:
            raise Invalid("retention", "unknown choice")
        if days > (await self._settings(interaction)).retention.days:
            await move_on(interaction, cards.retention_preview(days, await self._registered(interaction)))
        else:
            await self.keep_longer(interaction, days)

    @press("setup.retention_now")
    async def keep_longer(self, interaction: Interaction, days: int) -> None:
        """Save how long things stay."""
        await services(interaction).servers.choose_retention(actor(interaction), days)
        await self.page(interaction)

    async def _registered(self, interaction: Interaction) -> int:
        return await services(interaction).members.outdated(actor(interaction).guild_id, "")


def _number(text: str) -> int:
    if not text.isdecimal():
        raise Invalid("choice", "unknown choice")
    return int(text)


async def setup(bot: Cogwheel) -> None:
    """Add the cog."""
    await bot.add_cog(SetupPrivacyDoors(bot.doors))
