"""/review import: commitments from before the bot, out of a spreadsheet; a dry run first, and the way back."""

from __future__ import annotations

import time
from contextlib import suppress
from io import BytesIO

import discord

from bot.app import Cogwheel
from bot.pledges import due
from bot.pledges.imports import cards
from bot.pledges.imports.model import MOST_BYTES, Refusal, Unfit
from bot.pledges.imports.service import Told
from bot.pledges.imports.words import faults_file, template_file
from bot.ui.context import Interaction, actor, services
from bot.ui.doors import Doorway, form, pick, press, submit
from bot.ui.forms import Form, Values, uploaded
from bot.ui.reply import move_on, replace, reply, thinking, working
from bot.ui.words import _, locale

_SECONDS_BETWEEN = 3.0
"""Discord allows a message to be edited about five times in five seconds; people read more slowly than that."""


class ReviewImportDoors(Doorway):
    """Bringing in a spreadsheet."""

    @press("import.home")
    async def home(self, interaction: Interaction) -> None:
        """Say how it goes, and list the newest."""
        await move_on(interaction, cards.home(await services(interaction).imports.newest(actor(interaction))))

    @press("import.template")
    async def template(self, interaction: Interaction) -> None:
        """Hand over a file that fits."""
        services(interaction).imports.check(actor(interaction))
        await reply(interaction, cards.template(), files=[await self._template(interaction)])

    async def _template(self, interaction: Interaction) -> discord.File:
        sectors = await services(interaction).sectors.of(actor(interaction).guild_id)
        return _attached(template_file(sectors.active[0].name.text(locale())), cards.TEMPLATE)

    @press("import.open")
    async def ask(self, interaction: Interaction) -> None:
        """Ask for a file."""
        await self.doors.open(interaction, "import.file")

    @form("import.file")
    async def upload_form(self, interaction: Interaction, values: Values) -> Form:
        """Build the form, for those who may bring a file."""
        services(interaction).imports.check(actor(interaction))
        return cards.upload_form()

    @submit("import.file")
    async def look(self, interaction: Interaction, values: Values) -> None:
        """Read the file and show what would happen; it comes with the form, or as the option of the command."""
        here, me = services(interaction), actor(interaction)
        here.imports.check(me)
        await thinking(interaction)
        file = uploaded(interaction)
        data = await _data(file) if file is not None else Refusal(Unfit.NOT_FETCHED)
        found = await here.imports.look(me, data) if isinstance(data, bytes) else data
        if isinstance(found, Refusal):
            await reply(interaction, cards.refused(found), files=[await self._template(interaction)])
            return
        sectors = await here.sectors.of(me.guild_id)
        names = [sector.name.text(locale()) for sector in sectors.active]
        faults = [_attached(faults_file(found.faults, names), cards.FAULTS)] if found.faults else []
        await reply(interaction, cards.dry_run(found, sectors), files=faults)

    @press("import.go")
    async def go(self, interaction: Interaction, import_id: int) -> None:
        """Bring everything in that fits."""
        here, me = services(interaction), actor(interaction)
        here.imports.check(me)
        await working(interaction)
        await replace(interaction, cards.shown(await here.imports.bring_in(me, import_id, _progress(interaction))))

    @press("import.discard")
    async def discard(self, interaction: Interaction, import_id: int) -> None:
        """Delete what was read."""
        found = await services(interaction).imports.discard(actor(interaction), import_id)
        await replace(interaction, cards.shown(found))

    @pick("import.show")
    async def show(self, interaction: Interaction, picked: list[str]) -> None:
        """Show an earlier import."""
        found = await services(interaction).imports.find(actor(interaction), due.number(picked[0]))
        await move_on(interaction, cards.shown(found))

    @press("import.back")
    async def back(self, interaction: Interaction, import_id: int) -> None:
        """Ask why it is taken back."""
        await self.doors.open(interaction, "import.back", import_id)

    @form("import.back")
    async def back_form(self, interaction: Interaction, values: Values, import_id: int) -> Form:
        """Build the form, while there is something to take back."""
        await services(interaction).imports.to_take_back(actor(interaction), import_id)
        return cards.back_form(_("Take this import back"), "import.back", import_id, values)

    @submit("import.back")
    async def taken_back(self, interaction: Interaction, values: Values, import_id: int) -> None:
        """Take it back."""
        here, me = services(interaction), actor(interaction)
        await working(interaction)
        result = await here.imports.take_back(me, import_id, values.text("reason"), _progress(interaction))
        await replace(interaction, cards.taken_back(result))


async def _data(file: discord.Attachment) -> bytes | Refusal:
    if file.size > MOST_BYTES:
        return Refusal(Unfit.TOO_LARGE)
    try:
        return await file.read()
    except discord.HTTPException:
        return Refusal(Unfit.NOT_FETCHED)


def _attached(data: bytes, name: str) -> discord.File:
    return discord.File(BytesIO(data), name)


def _progress(interaction: Interaction) -> Told:
    last = time.monotonic()

    async def told(done: int, of: int) -> None:
        nonlocal last
        if time.monotonic() - last >= _SECONDS_BETWEEN:
            last = time.monotonic()
            with suppress(discord.HTTPException):  # nothing stops for a reply that is gone
                await interaction.edit_original_response(view=cards.working(done, of), attachments=[])

    return told


async def setup(bot: Cogwheel) -> None:
    """Add the cog."""
    await bot.add_cog(ReviewImportDoors(bot.doors))
