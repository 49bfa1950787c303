"""Everything the tests do to the simulator beyond its public interface, in one place.

1. A fixture calls ``prepare()`` and holds ``with watched() as watch:`` around the whole life of the environment (make
   it autouse, so that it comes before ``simcord_env``); any request that broke a rule of ``payloads`` fails the test.
2. Read what people see: ``texts(result or message)``, ``buttons(..)``, ``selects(..)``, ``fields(result.modal)``.
3. Act by visible words (ids work too): ``await press(ann, message, "Join")``, ``await pick(ann, message, "Banks")``,
   ``await submit(ann, result, {"Organisation": "x", "Sectors": ["Schools", "Banks"], "Visibility": "Named"})``.
4. The world: ``set_locale``, ``await restrict_bot``, ``close_dms``, ``dms``, ``post``; role counts are answered.
5. A test that breaks a rule on purpose says ``watch.excuse("rule")``; ``watch.requests`` holds all that was sent.

Pinned to simcord 3.2.1: each private name of it that the tests use is touched in this file only.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

import discord
import simcord
import simcord.interactions
from simcord.backend import Backend
from simcord.backend.errors import BackendError
from simcord.http import router

from tests import payloads

Actor = simcord.MemberActor | simcord.UserHandle
Shown = discord.Message | simcord.ResponseMessage | simcord.InteractionResult

_LOCALES = "cogwheel_locales"
_COUNTS_PATH = "/guilds/{guild_id}/roles/member-counts"


# ------------------------------------------------------------------------------------------------- set-up


def prepare() -> None:
    """Make the simulator fast and complete enough for our tests; calling it again changes nothing.

    Settling waits 1 ms instead of 50 ms (200 tests: 21.8 s -> 1.8 s), interactions carry the locale set with
    :func:`set_locale`, and ``Guild.role_member_counts()`` is answered.
    """
    settle: Any = simcord.Env._settle_internal
    settle.__kwdefaults__["idle"] = 0.001
    _localise_interactions()
    if not any(template == _COUNTS_PATH.strip("/").split("/") for template, _ in router._ROUTES.get("GET", ())):
        router.route("GET", _COUNTS_PATH)(_role_member_counts)


def _localise_interactions() -> None:
    original = simcord.interactions.base_payload
    if hasattr(original, _LOCALES):
        return

    def base_payload(backend: Backend, **arguments: Any) -> Any:
        record, payload = original(backend, **arguments)
        locales: dict[int | None, str] = getattr(backend, _LOCALES, {})
        payload["locale"] = locales.get(arguments["user_id"], locales.get(None, payload["locale"]))
        if arguments["guild_id"] is not None:
            payload["guild_locale"] = backend.get_guild(arguments["guild_id"]).preferred_locale
        return record, payload

    setattr(base_payload, _LOCALES, True)
    simcord.interactions.base_payload = base_payload


def _role_member_counts(ctx: router.RequestContext) -> dict[str, int]:
    """Get Guild Role Member Counts: every role but @everyone; needs Manage Roles (discord.py 2.7 documentation)."""
    guild_id = ctx.int_arg("guild_id")
    ctx.require_guild_permissions(guild_id, "manage_roles")
    guild = ctx.backend.get_guild(guild_id)
    members = guild.members.values()
    return {str(role): sum(role in member.role_ids for member in members) for role in guild.roles if role != guild_id}


def set_locale(who: Actor | simcord.Env, locale: str) -> None:
    """From now on ``who`` uses Discord in ``locale``, e.g. "sv-SE"; an environment stands for all without their own."""
    backend = who.backend if isinstance(who, simcord.Env) else who._env.backend
    locales: dict[int | None, str] = getattr(backend, _LOCALES, {})
    setattr(backend, _LOCALES, {**locales, (None if isinstance(who, simcord.Env) else who.id): locale})


async def restrict_bot(env: simcord.Env, guild: simcord.GuildHandle, permissions: discord.Permissions) -> None:
    """Leave the bot nothing but ``permissions``, and @everyone only the right to see, read and use commands.

    The simulator still asks for Manage Events where Discord asks for Create Events, and for Manage Channels where it
    asks for Manage Threads; ``payloads`` checks the latter.
    """
    if permissions.manage_threads:
        permissions |= discord.Permissions(manage_channels=True)
    everyone = discord.Permissions(view_channel=True, read_message_history=True, use_application_commands=True)
    env.backend.edit_role(guild.id, guild.default_role.id, {"permissions": everyone.value})
    env.backend.edit_role(guild.id, guild.roles[env.backend.bot_user.name].id, {"permissions": permissions.value})
    await env.settle()


def close_dms(env: simcord.Env, who: Actor) -> None:
    """Let Discord refuse every message to ``who`` with 50007, as for a person who takes no messages from servers."""
    env.inject_error("POST", _dm_path(env, who), status=403, code=50007,
                     message="Cannot send messages to this user", times=None)  # fmt: skip


def open_dms(env: simcord.Env, who: Actor) -> None:
    """Undo :func:`close_dms`."""
    env.backend.faults[:] = [fault for fault in env.backend.faults if fault["path"] != _dm_path(env, who)]


def _dm_path(env: simcord.Env, who: Actor) -> str:
    return f"/channels/{env.backend.get_dm_channel(who.id).id}/messages"


def dms(env: simcord.Env, who: Actor) -> list[discord.Message]:
    """The messages of the conversation between the bot and ``who``, oldest first."""
    user = who.user if isinstance(who, simcord.MemberActor) else who
    return sorted(user.dm_channel.history(), key=lambda message: message.id)


def post(channel: simcord.ChannelHandle, containing: str = "") -> discord.Message:
    """The newest message in ``channel`` that shows ``containing``; ``LookupError`` with all that is there otherwise."""
    messages = sorted(channel.history(), key=lambda message: message.id, reverse=True)
    for message in messages:
        if containing in texts(message):
            return message
    raise LookupError(f"no message with {containing!r} in #{channel.name}; there are {[texts(m) for m in messages]}")


# ---------------------------------------------------------------------------------------- watching requests


@dataclass(frozen=True, slots=True)
class Request:
    """One request of the bot as it left: ``body`` is a copy, ``files`` are names, ``at`` is simulated time."""

    method: str
    path: str
    body: dict[str, Any] | list[Any] | None
    files: tuple[str, ...]
    at: datetime


@dataclass(slots=True)
class Watch:
    """What the bot sent while :func:`watched`, and where it broke a rule that was not excused."""

    requests: list[Request] = field(default_factory=list)
    violations: list[payloads.Violation] = field(default_factory=list)
    excused: set[str] = field(default_factory=set)

    def excuse(self, *rules: str) -> None:
        """Let this test break ``rules`` (their names as in :class:`payloads.Violation`), before or after the fact."""
        self.excused.update(rules)

    def unexcused(self) -> list[payloads.Violation]:
        """The violations that count."""
        return [violation for violation in self.violations if violation.rule not in self.excused]

    def sent(self, method: str, path_part: str) -> list[Request]:
        """The requests with this method whose path contains ``path_part``, in order."""
        return [request for request in self.requests if request.method == method and path_part in request.path]


@contextmanager
def watched(*, strict: bool = True) -> Iterator[Watch]:
    """Check every request that any bot makes inside the block, at the moment it is made.

    Covers the REST client, interaction callbacks, followups and uploads, and goes on over ``env.restart_bot()``.
    With ``strict`` leaving the block raises ``AssertionError`` naming each violation.
    """
    watch = Watch()
    original = router.dispatch

    def dispatch(backend: Backend, method: str, path: str, **extra: Any) -> Any:
        files = extra.get("files") or []
        names = tuple(file.filename for file in files)
        body = copy.deepcopy(extra.get("json"))
        watch.requests.append(Request(method, path, body, names, backend.clock.now()))
        watch.violations += payloads.check(
            method, path, body, names,
            now=backend.clock.now(), permissions=_bot_permissions(backend, path), sizes=[_size(file) for file in files],
            existing=_existing_files(backend, method, path, body), answers=_answered_type(backend, path),
            reason=extra.get("reason"),
        )  # fmt: skip
        return original(backend, method, path, **extra)

    router.dispatch = dispatch
    try:
        yield watch
    finally:
        router.dispatch = original
    if strict and watch.unexcused():
        raise AssertionError("Discord would refuse:\n" + "\n".join(f"  {v}" for v in watch.unexcused()))


def _size(file: discord.File) -> int:
    here = file.fp.tell()
    end = file.fp.seek(0, 2)
    file.fp.seek(here)
    return end - here


def _bot_permissions(backend: Backend, path: str) -> discord.Permissions | None:
    """The bot's permissions where ``path`` acts; None in DMs, for interaction tokens and for routes without a place."""
    kind, _, rest = path.strip("/").partition("/")
    try:
        place = int(rest.split("/")[0])
        if kind == "guilds":
            return discord.Permissions(backend.compute_permissions(place, backend.bot_user.id, None))
        if kind == "channels" and (guild_id := backend.get_channel(place).guild_id) is not None:
            return discord.Permissions(backend.compute_permissions(guild_id, backend.bot_user.id, place))
    except (BackendError, KeyError, ValueError):
        pass  # an unknown place: the simulator itself refuses the request
    return None


def _answered_type(backend: Backend, path: str) -> int | None:
    """The type of the interaction that a callback answers."""
    parts = path.strip("/").split("/")
    record = backend.interactions.get(int(parts[1])) if parts[0] == "interactions" else None
    return None if record is None else int(record.type)


def _existing_files(backend: Backend, method: str, path: str, body: Any) -> list[str]:
    """Names of the files already on the message that a request edits."""
    record: Any
    try:
        match [method, *path.strip("/").split("/")]:
            case ["PATCH", "channels", place, "messages", number]:
                message = backend.get_message(int(place), int(number))
            case ["PATCH", "webhooks", _, token, "messages", target]:
                record = backend.interaction_by_token(token)
                number = str(record.message_id) if target == "@original" else target
                message = backend.get_message(record.channel_id, int(number))
            case ["POST", "interactions", number, _, "callback"] if body["type"] == 7:
                record = backend.interactions[int(number)]
                message = backend.get_message(record.channel_id, record.source_message_id)
            case _:
                return []
    except (BackendError, KeyError, TypeError, ValueError):
        return []
    return [str(attachment["filename"]) for attachment in message.attachments]


# ------------------------------------------------------------------------------------- reading what is shown


def _raw(message: discord.Message | simcord.ResponseMessage) -> dict[str, Any]:
    if isinstance(message, simcord.ResponseMessage):
        embeds, components = message.embeds, message.components
    else:
        stored = message.components
        embeds, components = message.embeds, [component.to_dict() for component in stored]  # type: ignore[misc]
    return {
        "content": message.content,
        "embeds": [embed.to_dict() for embed in embeds],
        "components": components,
        "attachments": [{"filename": a.filename, "description": a.description} for a in message.attachments],
    }


def walk(components: Sequence[Any] | Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Every component of a message or modal in the order shown, nested ones included."""
    yield from simcord.components.walk_components(components)


def _messages(shown: Shown) -> list[discord.Message | simcord.ResponseMessage]:
    if not isinstance(shown, simcord.InteractionResult):
        return [shown]
    return [message for message in (shown.response, *shown.followups) if message is not None]


def texts(shown: Shown | Mapping[str, Any]) -> str:
    """All text a person sees or hears: content, embeds, text displays, labels, options, alt texts, file names.

    Takes a message, a reply, the result of an interaction (its modal, response and followups) or a modal.
    """
    if isinstance(shown, Mapping):
        return "\n".join(_strings(shown))
    found = [line for message in _messages(shown) for line in _strings(_raw(message))]
    if isinstance(shown, simcord.InteractionResult) and shown.modal is not None:
        found = [*_strings(shown.modal), *found]
    return "\n".join(found)


_VISIBLE = ("content", "title", "description", "name", "label", "text", "value", "placeholder", "filename")


def _strings(node: Any, key: str = "") -> Iterator[str]:
    if isinstance(node, Mapping):
        hidden = {"value"} if "label" in node else set()  # the value of an option is not shown
        if "emoji" in node:
            hidden.add("emoji")
        for name, child in node.items():
            if name not in hidden:
                yield from _strings(child, name)
    elif isinstance(node, list | tuple):
        for child in node:
            yield from _strings(child, key)
    elif isinstance(node, str) and node and key in _VISIBLE:
        yield node


def buttons(shown: Shown) -> dict[str, str]:
    """{label: custom_id} of the buttons, {label: url} for links; a button without words appears under its emoji."""
    found: dict[str, str] = {}
    for message in _messages(shown):
        for component in walk(_raw(message)["components"]):
            if component["type"] == discord.ComponentType.button.value:
                label = component.get("label") or (component.get("emoji") or {}).get("name") or ""
                found[label] = component.get("custom_id") or component.get("url") or ""
    return found


_SELECTS = (3, 5, 6, 7, 8)


def selects(shown: Shown) -> dict[str, dict[str, Any]]:
    """{placeholder, or custom_id without one: select menu}, as Discord has it."""
    found = (c for message in _messages(shown) for c in walk(_raw(message)["components"]) if c["type"] in _SELECTS)
    return {menu.get("placeholder") or menu["custom_id"]: menu for menu in found}


def options(component: Mapping[str, Any]) -> dict[str, str]:
    """{label: value} of a select, radio group or checkbox group."""
    return {option["label"]: option["value"] for option in component.get("options") or ()}


_FIELDS = (3, 4, 5, 6, 7, 8, 19, 21, 22, 23)


def fields(modal: Mapping[str, Any] | None) -> dict[str, dict[str, Any]]:
    """{label above the field, or its custom_id: component} of a modal (``result.modal``), in the order shown."""
    assert modal is not None, "the bot showed no modal"
    found: dict[str, dict[str, Any]] = {}
    for component in modal["components"]:
        for control in walk([component]):
            if control["type"] in _FIELDS:
                found[component.get("label") or control.get("label") or control["custom_id"]] = control
    return found


# --------------------------------------------------------------------------------------------------- acting


async def press(actor: Actor, shown: Shown, label: str) -> simcord.InteractionResult:
    """Click the button with this label, or else with this custom_id, or else the only one whose label contains it."""
    for message in _messages(shown):
        there = buttons(message)
        found = [there[label]] if label in there else [i for i in there.values() if i == label]
        found = found or [custom_id for text, custom_id in there.items() if label in text]
        if len(found) == 1:
            return cast(simcord.InteractionResult, await actor.click(message, custom_id=found[0]))
    raise LookupError(f"no single button {label!r}; there are {list(buttons(shown))}")


async def pick(actor: Actor, shown: Shown, choice: str | Sequence[Any], menu: str = "") -> simcord.InteractionResult:
    """Choose options (by label or value, or handles) in the select whose placeholder or custom_id contains ``menu``."""
    for message in _messages(shown):
        for placeholder, component in selects(message).items():
            if menu in placeholder or menu in component["custom_id"]:
                chosen = _chosen(component, choice)
                picked = await actor.select(message, chosen, custom_id=component["custom_id"])
                return cast(simcord.InteractionResult, picked)
    raise LookupError(f"no select {menu!r}; there are {list(selects(shown))}")


async def submit(
    actor: Actor, shown: simcord.InteractionResult, answers: Mapping[str, Any] | None = None
) -> simcord.InteractionResult:
    """Send the modal that ``shown`` opened, with ``answers`` {label or custom_id: what the person enters}.

    Text takes a string; a select or checkbox group takes option labels or values (one string or several) or handles;
    a radio group one label or value; a checkbox a bool; an upload ``(name, bytes)``. A field without an answer keeps
    what the bot filled in, as it does for a person.
    """
    present = fields(shown.modal)
    values = {control["custom_id"]: kept for control in present.values() if (kept := _kept(control)) is not None}
    by_id = {control["custom_id"]: control for control in present.values()}
    for name, answer in (answers or {}).items():
        control = present.get(name) or by_id.get(name)
        if control is None:
            raise LookupError(f"no field {name!r}; there are {list(present)} with ids {list(by_id)}")
        values[control["custom_id"]] = _answer(control, answer)
    return cast(simcord.InteractionResult, await actor.submit_modal(shown, values))


def forge(shown: simcord.InteractionResult, custom_id: str = "") -> simcord.InteractionResult:
    """Let the modal of ``shown`` go off as no client would send it: past every limit, or under another custom_id."""
    spec = shown._interaction.modal
    assert spec is not None, "the bot showed no modal"
    spec["custom_id"] = custom_id or spec["custom_id"]
    for control in walk(spec["components"]):
        control.pop("max_length", None)
        control.pop("min_length", None)
        if "required" in control:
            control["required"] = False
    return shown


def _kept(control: Mapping[str, Any]) -> Any:
    """What a person who touches nothing sends; None where that is nothing."""
    chosen = [option["value"] for option in control.get("options") or () if option.get("default")]
    match control["type"]:
        case 4:
            return control.get("value")
        case 3 | 22:
            return chosen or None
        case 21:
            return chosen[0] if chosen else None
        case 23:
            return control.get("default", False)
    return None


def _answer(control: Mapping[str, Any], answer: Any) -> Any:
    match control["type"]:
        case 21:
            return options(control).get(answer, answer)
        case 3 | 5 | 6 | 7 | 8 | 22:
            return _chosen(control, answer)
    return answer


def _chosen(component: Mapping[str, Any], choice: Any) -> list[Any]:
    single = isinstance(choice, str) or not isinstance(choice, Sequence)
    by_label = options(component)
    return [by_label.get(item, item) if isinstance(item, str) else item for item in ([choice] if single else choice)]
