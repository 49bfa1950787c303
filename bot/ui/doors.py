"""Every button, select and form comes in here, before and after a restart alike.

A component's custom_id is ``<version>:<door>:<ids>``, a form's has a random tail behind ``~``. Cogs
name their handlers with :func:`press`, :func:`pick`, :func:`form` and :func:`submit`; one listener
looks the door up, checks and converts the ids from the handler's own annotations, and sees to it
that whatever happens the person gets an answer. Nothing is kept by the library's view store, whose
faults are only logged and whose modals die with the process.
"""

from __future__ import annotations

import functools
import inspect
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar, get_type_hints

import discord
from discord.ext import commands

from bot.errors import CogwheelError, ConsentNeeded, Invalid, TextStopped
from bot.logs import reference
from bot.ui import errors, words
from bot.ui.context import Interaction, actor, enter, services, vouch
from bot.ui.forms import Form, Values, read_values
from bot.ui.layout import VERSION, button, custom_id, primary
from bot.ui.reply import move_on, reply

if TYPE_CHECKING:
    from bot.forms.model import Kept

_log = logging.getLogger(__name__)
_MARK = "__door__"
_FIX, _CONTINUE, _AGREE = "fix", "continue", "agree"
_PICKED = "picked"

Handler = Callable[..., Awaitable[Any]]
F = TypeVar("F", bound=Handler)
StoppedCard = Callable[[TextStopped, discord.ui.Button[Any] | None], discord.ui.LayoutView]
NoticeCard = Callable[[int, discord.ui.Button[Any]], Awaitable[discord.ui.LayoutView]]
"""(guild_id, the button that goes on) -> the card with the notice that has changed."""


def _mark(kind: str, name: str) -> Callable[[F], F]:
    def decorate(handler: F) -> F:
        setattr(handler, _MARK, (*getattr(handler, _MARK, ()), (kind, name)))
        return handler

    return decorate


def press(name: str) -> Callable[[F], F]:
    """Mark the handler of a button: ``async (self, interaction, *ids)``."""
    return _mark("press", name)


def pick(name: str) -> Callable[[F], F]:
    """Mark the handler of a select: ``async (self, interaction, picked: list[str], *ids)``."""
    return _mark("pick", name)


def form(name: str) -> Callable[[F], F]:
    """Mark what builds a form: ``async (self, interaction, values: Values, *ids) -> Form``.

    ``values`` is empty for a fresh form and holds everything typed when *Fix it* reopens one.
    """
    return _mark("form", name)


def submit(name: str) -> Callable[[F], F]:
    """Mark what a submitted form does: ``async (self, interaction, values: Values, *ids)``."""
    return _mark("submit", name)


def _is_number(text: str) -> bool:
    """Whether a text is an id or a count as we write them: no sign, no blank, within what a database holds."""
    return text.isascii() and text.isdigit() and len(text) < 20 and int(text) < 2**63


@functools.cache
def _kinds_of_ids(handler: Handler, skip: int) -> tuple[type, ...]:
    """Return the annotated types of a method's parameters behind the first ``skip``."""
    hints = get_type_hints(handler)
    return tuple(hints.get(name, str) for name in list(inspect.signature(handler).parameters)[skip:])


@dataclass(frozen=True, slots=True)
class _Door:
    handler: Handler
    kinds: tuple[type, ...]

    def convert(self, ids: list[str]) -> list[object] | None:
        """Return the ids as the handler wants them, None where they do not fit (an older version)."""
        if len(ids) != len(self.kinds):
            return None
        if any(kind is int and not _is_number(text) for kind, text in zip(self.kinds, ids, strict=True)):
            return None
        try:
            return [kind(text) for kind, text in zip(self.kinds, ids, strict=True)]
        except ValueError:
            return None


class Doors:
    """The registry of persistent items, and the listener behind all of them."""

    def __init__(self, stopped_card: StoppedCard, notice_card: NoticeCard) -> None:
        self._doors: dict[tuple[str, str], _Door] = {}
        self._names: dict[tuple[str, str], Handler] = {}
        self._stopped_card = stopped_card
        self._notice_card = notice_card

    def register(self, cog: commands.Cog) -> None:
        """Take in every marked handler of a cog. Raises ValueError for a name that is taken."""
        for _, handler in inspect.getmembers(cog, lambda member: hasattr(member, _MARK)):
            for kind, name in getattr(handler, _MARK):
                if (kind, name) in self._doors:
                    raise ValueError(f"two handlers for {kind} {name}")
                self._names[kind, name] = handler
                self._doors[kind, name] = _Door(handler, _kinds_of_ids(handler.__func__, 2 if kind == "press" else 3))

    @property
    def names(self) -> Mapping[tuple[str, str], Handler]:
        """(kind, name) -> handler, for cards that offer what there is, and the test that drives every one of them."""
        return self._names

    async def open(self, interaction: Interaction, name: str, *ids: object, values: Values | None = None) -> None:
        """Answer an interaction with a form. Must be the first answer: Discord opens none after a defer."""
        door = self._doors["form", name]
        try:
            built: Form = await door.handler(interaction, values or Values(), *ids)
        except ConsentNeeded as error:
            await self._ask_again(interaction, error, "form", custom_id(name, *ids), values or Values())
            return
        await interaction.response.send_modal(built)

    async def go(self, interaction: Interaction, name: str, *ids: object) -> None:
        """Go on as if the button of this door had been pressed: how a command and a button share one way."""
        try:
            await self._doors["press", name].handler(interaction, *ids)
        except ConsentNeeded as error:
            await self._ask_again(interaction, error, "press", custom_id(name, *ids), Values())

    async def fill(self, interaction: Interaction, name: str, values: Values, *ids: object) -> None:
        """Go on as if this form had been submitted: how the options of a command get *Fix it* as a form's do."""
        await self._submitted(interaction, custom_id(name, *ids), values)

    async def route(self, interaction: Interaction) -> None:
        """Handle a component or a modal; commands go their own way. Never raises."""
        if interaction.type is discord.InteractionType.component:
            await enter(interaction)
            await self._component(interaction)
        elif interaction.type is discord.InteractionType.modal_submit:
            await enter(interaction)
            data: Mapping[str, Any] = interaction.data or {}
            await self._submitted(interaction, data["custom_id"].split("~")[0], read_values(data["components"]))

    async def _component(self, interaction: Interaction) -> None:
        data: Mapping[str, Any] = interaction.data or {}
        version, _, rest = data["custom_id"].partition(":")
        name, *ids = rest.split(":")
        if version == VERSION and name in (_FIX, _CONTINUE):
            await self._answering(interaction, self._again, interaction, name, ids)
        elif version == VERSION and name == _AGREE:
            await self._answering(interaction, self._agreed, interaction, ids)
        else:
            kind = "press" if data.get("component_type") == discord.ComponentType.button.value else "pick"
            await self._operated(interaction, kind, data["custom_id"], list(data.get("values", ())))

    async def _operated(self, interaction: Interaction, kind: str, custom_id: str, picked: list[str]) -> None:
        version, _, rest = custom_id.partition(":")
        name, *ids = rest.split(":")
        door = self._doors.get((kind, name)) if version == VERSION else None
        converted = door.convert(ids) if door else None
        if door is None or converted is None:
            await self._answering(interaction, reply, interaction, errors.stale())
            return
        given = converted if kind == "press" else [picked, *converted]
        try:
            await door.handler(interaction, *given)
        except ConsentNeeded as error:
            values = Values({_PICKED: picked})
            await self._answering(interaction, self._ask_again, interaction, error, kind, custom_id, values)
        except Exception as error:
            await answer_error(interaction, error)

    async def _submitted(self, interaction: Interaction, custom_id: str, values: Values) -> None:
        version, _, rest = custom_id.partition(":")
        name, *ids = rest.split(":")
        door = self._doors.get(("submit", name)) if version == VERSION else None
        converted = door.convert(ids) if door else None
        if door is None or converted is None:
            await self._answering(interaction, reply, interaction, errors.stale())
            return
        try:
            await door.handler(interaction, values, *converted)
        except TextStopped as error:
            await self._answering(interaction, self._stopped, interaction, error, custom_id, values)
        except ConsentNeeded as error:
            await self._answering(interaction, self._ask_again, interaction, error, "submit", custom_id, values)
        except CogwheelError as error:
            await self._answering(interaction, self._refused, interaction, error, custom_id, values)
        except Exception as error:
            await self._answering(interaction, self._broken, interaction, error, custom_id, values)

    async def _stopped(self, interaction: Interaction, error: TextStopped, custom_id: str, values: Values) -> None:
        # What the guard held back is kept in memory only, and only for this person.
        forms = services(interaction).forms
        kept = forms.hold(interaction.guild_id or 0, interaction.user.id, custom_id, values.fields)
        if error.structural:
            again = primary(words._("Fix it"), _FIX, kept)
        else:
            again = button(words._("Continue, this is not about a case"), _CONTINUE, kept)
        await reply(interaction, self._stopped_card(error, again))

    async def _refused(self, interaction: Interaction, error: CogwheelError, custom_id: str, values: Values) -> None:
        await reply(interaction, errors.explain(error, await self._fix_button(interaction, error, custom_id, values)))

    async def _broken(self, interaction: Interaction, error: Exception, custom_id: str, values: Values) -> None:
        code = reference()
        _log.error("form %s failed (%s)", custom_id, code, exc_info=error)
        again = await self._fix_button(interaction, error, custom_id, values)
        await reply(interaction, errors.unexpected(code, again))

    async def _fix_button(
        self, interaction: Interaction, error: Exception, custom_id: str, values: Values
    ) -> discord.ui.Button[Any] | None:
        label = words._("Fix it") if isinstance(error, Invalid) else words._("Open the form again")
        return primary(label, _FIX, await self._keep(interaction, custom_id, values))

    async def _keep(self, interaction: Interaction, custom_id: str, values: Values) -> str:
        forms = services(interaction).forms
        guild_id, user_id = interaction.guild_id or 0, interaction.user.id
        try:
            return await forms.keep(guild_id, user_id, custom_id, values.fields)
        except Exception:  # the database is what failed: memory still carries it
            return forms.hold(guild_id, user_id, custom_id, values.fields)

    async def _again(self, interaction: Interaction, what: str, ids: list[str]) -> None:
        kept = await self._kept(interaction, ids[0] if ids else "")
        if kept is None:
            await reply(interaction, errors.stale())
        elif what == _CONTINUE:
            vouch(interaction)
            await self._submitted(interaction, kept.custom_id, Values(kept.values))
        else:
            await self._reopen(interaction, kept)

    async def _kept(self, interaction: Interaction, key: str) -> Kept | None:
        return await services(interaction).forms.take(interaction.guild_id or 0, interaction.user.id, key)

    async def _reopen(self, interaction: Interaction, kept: Kept) -> None:
        name, *rest = kept.custom_id.partition(":")[2].split(":")
        door = self._doors.get(("form", name))
        converted = door.convert(rest) if door else None
        if door is None or converted is None:
            await reply(interaction, errors.stale())
        else:
            await self.open(interaction, name, *converted, values=Values(kept.values))

    # The notice has changed since this person read it.

    async def _ask_again(
        self, interaction: Interaction, error: ConsentNeeded, how: str, custom_id: str, values: Values
    ) -> None:
        """Show the notice with the button that goes on where the person was: a form to open or sent, a click."""
        if not error.version:
            if how != "submit":
                raise error
            await self._refused(interaction, error, custom_id, values)
            return
        kept = await self._keep(interaction, custom_id, values)
        button = primary(words._("I have read it, go on"), _AGREE, how, kept, error.version)
        await reply(interaction, await self._notice_card(interaction.guild_id or 0, button))

    async def _agreed(self, interaction: Interaction, ids: list[str]) -> None:
        how, key, version = ids if len(ids) == 3 else ("", "", "")
        kept = await self._kept(interaction, key)
        try:
            await services(interaction).members.agree(actor(interaction), version)
        except ConsentNeeded as error:  # it has changed once more
            if kept is None:
                await self._ask_again(interaction, error, "press", custom_id("consent.open"), Values())
            else:
                await self._ask_again(interaction, error, how, kept.custom_id, Values(kept.values))
            return
        if kept is None:
            await move_on(interaction, errors.agreed())
        elif how == "form":
            await self._reopen(interaction, kept)
        elif how == "submit":
            await self._submitted(interaction, kept.custom_id, Values(kept.values))
        else:
            await self._operated(interaction, how, kept.custom_id, Values(kept.values).choices(_PICKED))

    async def _answering(self, interaction: Interaction, handler: Handler, *args: object) -> None:
        try:
            await handler(*args)
        except Exception as error:
            await answer_error(interaction, error)


async def answer_error(interaction: Interaction, error: BaseException) -> None:
    """Tell the person what went wrong and what to do next, with the reference that the log has. Never raises."""
    try:
        if isinstance(error, CogwheelError):
            await reply(interaction, errors.explain(error))
        else:
            code = reference()
            _log.error("an interaction failed (%s)", code, exc_info=error)
            await reply(interaction, errors.unexpected(code))
    except discord.HTTPException as failed:
        _log.warning("an answer could not be delivered: %s %s (%s)", failed.status, failed.code, reference())
    except Exception:
        _log.exception("an answer could not be made (%s)", reference())


class Doorway(commands.Cog):
    """Base of every cog: its marked handlers are registered when it is loaded."""

    def __init__(self, doors: Doors) -> None:
        self.doors = doors
        doors.register(self)


__all__ = ["Doors", "Doorway", "actor", "answer_error", "form", "pick", "press", "services", "submit"]
