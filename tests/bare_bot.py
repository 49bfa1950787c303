"""What an answer costs at the least: a bot that knows its answers by heart, for ``tests/bench.py`` to compare with.

``python -m tests.bare_bot ANSWERS`` reads a JSON object of command name to {"components": [...], "files": [...]} and
answers each command with that card, built anew from the library's own classes; ``/ping`` answers "pong".
"""

from __future__ import annotations

import io
import json
import os
import sys
from pathlib import Path
from typing import Any

import discord
from discord import app_commands, ui


def built(data: dict[str, Any]) -> Any:
    """Return the library's item for a component as Discord describes it."""
    kind, inside = data["type"], data.get("components", ())
    if kind == 17:
        made: Any = ui.Container(accent_colour=data.get("accent_color"))
    elif kind == 1:
        made = ui.ActionRow()
    elif kind == 10:
        return ui.TextDisplay(data["content"])
    elif kind == 14:
        return ui.Separator()
    elif kind == 12:
        gallery: ui.MediaGallery[Any] = ui.MediaGallery()
        for item in data["items"]:
            name = item["media"]["url"].split("?")[0].rsplit("/", 1)[-1]
            gallery.add_item(media=f"attachment://{name}", description=item.get("description"))
        return gallery
    elif kind == 2:
        style = discord.ButtonStyle(data["style"])
        return ui.Button(
            style=style, label=data.get("label"), custom_id=data.get("custom_id"), url=data.get("url"),
            emoji=data["emoji"].get("name") if data.get("emoji") else None,
        )  # fmt: skip
    elif kind == 3:
        options = [
            discord.SelectOption(
                label=o["label"], value=o["value"], description=o.get("description"), default=o.get("default", False),
                emoji=o["emoji"].get("name") if o.get("emoji") else None,
            )
            for o in data["options"]
        ]  # fmt: skip
        return ui.Select(custom_id=data["custom_id"], options=options, placeholder=data.get("placeholder"))
    else:
        raise ValueError(f"no component of type {kind} stands on the cards that are measured")
    for item in inside:
        made.add_item(built(item))
    return made


class Bare(discord.Client):
    """A client with slash commands and nothing else."""

    def __init__(self, answers: dict[str, Any]) -> None:
        super().__init__(intents=discord.Intents(guilds=True))
        self.tree = app_commands.CommandTree(self)
        for name, answer in answers.items():
            self.tree.add_command(self._command(name, answer))

    def _command(self, name: str, answer: dict[str, Any]) -> app_commands.Command[Any, ..., None]:
        async def card(interaction: discord.Interaction) -> None:
            view = ui.LayoutView(timeout=None)
            for component in answer["components"]:
                view.add_item(built(component))
            view.stop()
            files = [discord.File(io.BytesIO(Path(path).read_bytes()), filename=n) for n, path in answer["files"]]
            await interaction.response.send_message(view=view, files=files, ephemeral=True)

        async def ping(interaction: discord.Interaction) -> None:
            await interaction.response.send_message("pong", ephemeral=True)

        return app_commands.Command(name=name, description=name, callback=card if answer["components"] else ping)

    async def setup_hook(self) -> None:
        """Register the commands."""
        await self.tree.sync()


if __name__ == "__main__":
    Bare(json.loads(Path(sys.argv[1]).read_text())).run(os.environ["DISCORD_TOKEN"], log_handler=None)
