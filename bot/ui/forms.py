"""Forms: modals that hold no state, and what people typed into them.

A form is only its payload. It is stopped as it is made, so the library keeps nothing of it, and a
submission arrives through :mod:`bot.ui.doors` whether or not the process that opened the form still
lives. The random tail of the custom_id keeps two people's forms apart: with a fixed one the library
hands one person's form to another person's object.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import discord
from discord import ui

from bot.ui.escape import plain
from bot.ui.layout import custom_id

FIELD_LIMIT = 5
"""Top-level components of a modal, texts included: the documentation says 5, the OpenAPI file 40."""

Typed = str | list[str]


@dataclass(frozen=True, slots=True)
class Values:
    """What came back from a form, or what a form is to be filled with, by field."""

    fields: Mapping[str, Typed] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """Return a text field's content without surrounding blanks, "" where it is absent."""
        value = self.fields.get(name, "")
        return value.strip() if isinstance(value, str) else ""

    def choices(self, name: str) -> list[str]:
        """Return what was picked in a select or ticked in a group."""
        value = self.fields.get(name, [])
        return list(value) if isinstance(value, list) else [value]

    def choice(self, name: str) -> str | None:
        """Return the one thing picked, None where nothing was."""
        picked = [value for value in self.choices(name) if value]
        return picked[0] if picked else None

    def get(self, name: str, otherwise: str) -> str:
        """Return a text field as typed, ``otherwise`` where the form has not been filled yet."""
        value = self.fields.get(name)
        return value if isinstance(value, str) else otherwise

    def __bool__(self) -> bool:
        return bool(self.fields)


def read_values(components: Sequence[Mapping[str, Any]]) -> Values:
    """Return the values of a submitted modal, from Discord's own payload.

    Labels (type 18) wrap one component each; a text input carries ``value``, everything else
    ``values`` (or a single ``value`` for a radio group).
    """
    found: dict[str, Typed] = {}
    for outer in components:
        inner = outer.get("component") or next(iter(outer.get("components", ())), None)
        if not inner or "custom_id" not in inner:
            continue
        if "values" in inner:
            found[inner["custom_id"]] = [str(value) for value in inner["values"]]
        elif inner.get("type") == 4:
            found[inner["custom_id"]] = str(inner.get("value") or "")
        else:
            value = inner.get("value")
            found[inner["custom_id"]] = [] if value is None else [str(value)]
    return Values(found)


def uploaded(interaction: discord.Interaction[Any]) -> discord.Attachment | None:
    """Return the file that came with a form or as the option of a command, None where there is none.

    The library hands it over only through its own modals and commands, hence the private state.
    """
    data: Mapping[str, Any] = interaction.data or {}
    found = list(data.get("resolved", {}).get("attachments", {}).values())
    return discord.Attachment(data=found[0], state=interaction._state) if found else None


class Form(ui.Modal):
    """A modal for a door. Labels and title are at most 45 characters, descriptions 100."""

    def __init__(self, title: str, door: str, *ids: object) -> None:
        super().__init__(
            title=plain(title, 45), timeout=None, custom_id=f"{custom_id(door, *ids)}~{secrets.token_hex(4)}"
        )
        self.stop()

    def _labelled(self, label: str, description: str | None, component: ui.Item[Any]) -> Form:
        if len(self.children) >= FIELD_LIMIT:
            raise ValueError("a form takes five fields")
        self.add_item(
            ui.Label(
                text=plain(label, 45), description=plain(description, 100) if description else None, component=component
            )
        )
        return self

    def text(
        self,
        name: str,
        label: str,
        *,
        value: str = "",
        limit: int,
        long: bool = False,
        required: bool = True,
        hint: str | None = None,
        example: str | None = None,
    ) -> Form:
        """Add a text field of at most ``limit`` characters, filled with ``value``."""
        style = discord.TextStyle.paragraph if long else discord.TextStyle.short
        return self._labelled(
            label,
            hint,
            ui.TextInput(
                custom_id=name,
                style=style,
                default=value[:limit] or None,
                max_length=limit,
                required=required,
                placeholder=plain(example, 100) if example else None,
            ),
        )

    def select(
        self,
        name: str,
        label: str,
        options: Sequence[discord.SelectOption],
        *,
        least: int = 1,
        most: int = 1,
        hint: str | None = None,
        placeholder: str | None = None,
    ) -> Form:
        """Add a select of 1 to 25 options."""
        return self._labelled(
            label,
            hint,
            ui.Select(
                custom_id=name,
                options=list(options),
                min_values=least,
                max_values=min(most, len(options)),
                required=least > 0,
                placeholder=plain(placeholder, 150) if placeholder else None,
            ),
        )

    def file(self, name: str, label: str, *, hint: str | None = None) -> Form:
        """Add a field that takes one file; :func:`uploaded` gives what came."""
        return self._labelled(label, hint, ui.FileUpload(custom_id=name, min_values=1, max_values=1))

    def radio(
        self,
        name: str,
        label: str,
        options: Sequence[tuple[str, str, str | None]],
        chosen: str,
        *,
        hint: str | None = None,
    ) -> Form:
        """Add 2 to 10 exclusive options of (value, label, description)."""
        group: ui.RadioGroup[Any] = ui.RadioGroup(
            custom_id=name,
            options=[
                discord.RadioGroupOption(
                    label=plain(text, 100),
                    value=value,
                    description=plain(more, 100) if more else None,
                    default=value == chosen,
                )
                for value, text, more in options
            ],
        )
        return self._labelled(label, hint, group)

    def tick(
        self,
        name: str,
        label: str,
        options: Sequence[tuple[str, str]],
        *,
        required: bool = False,
        hint: str | None = None,
    ) -> Form:
        """Add 1 to 10 boxes of (value, label).

        A lone checkbox can not be required, a group with one box can. The library asks for at
        least one when it is required.
        """
        group: ui.CheckboxGroup[Any] = ui.CheckboxGroup(
            custom_id=name,
            required=required,
            min_values=1 if required else 0,
            max_values=len(options),
            options=[discord.CheckboxGroupOption(label=plain(text, 100), value=value) for value, text in options],
        )
        return self._labelled(label, hint, group)
