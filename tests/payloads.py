"""Discord's limits on what a bot may send, checked on the body of any request, before a real server refuses it.

``check()`` is the way in. Where a rule comes from:
[C] developers/components/reference of discord/discord-api-docs; [O] Discord's OpenAPI file (its lengths are code
points, as ``len`` counts); [D] the page of the resource in the same documentation; [P] discord.py 2.7.1; [S] seen and
reported in Discord's issue tracker; [own] a rule of this project, stricter than Discord.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import discord

Body = Mapping[str, Any]
V2_FLAG, EPHEMERAL_FLAG = 1 << 15, 1 << 6
SENDABLE_FLAGS = V2_FLAG | 1 << 2 | 1 << 12 | 1 << 13  # [D] message create: V2, no embeds, silent, voice message
ROW, BUTTON, STRING_SELECT, TEXT_INPUT = 1, 2, 3, 4
SECTION, TEXT, THUMBNAIL, GALLERY, FILE, SEPARATOR, CONTAINER, LABEL = 9, 10, 11, 12, 13, 14, 17, 18
UPLOAD, RADIO, CHECKBOXES, CHECKBOX = 19, 21, 22, 23
SELECTS = {STRING_SELECT, 5, 6, 7, 8}
MiB = 1 << 20


@dataclass(frozen=True, slots=True)
class Violation:
    """``rule`` names what was broken, ``where`` the request and the place in its body, ``detail`` the figure found."""

    rule: str
    where: str
    detail: str


@dataclass(slots=True)
class _Call:
    """One request under check; the rules add to ``found``."""

    method: str
    path: str
    files: Sequence[str]
    sizes: Sequence[int]
    existing: Sequence[str]
    now: datetime
    permissions: discord.Permissions | None
    answers: int | None
    found: list[Violation] = field(default_factory=list)
    custom_ids: set[str] = field(default_factory=set)
    numeric_ids: set[int] = field(default_factory=set)

    def say(self, rule: str, where: str, detail: object = "") -> None:
        self.found.append(Violation(rule, f"{self.method} {self.path} {where}".rstrip(), str(detail)))

    def text(self, rule: str, where: str, value: Any, low: int, high: int) -> None:
        """A string of ``low`` to ``high`` characters. Discord trims strings, so blank ones count as empty [S]."""
        if value is None and low == 0:
            return
        if not isinstance(value, str) or (low and len(value.strip()) < low) or len(value) > high:
            size = len(value) if isinstance(value, str) else type(value).__name__
            self.say(rule, where, f"{size}, allowed {low}-{high}: {str(value)[:40]!r}")

    def count(self, rule: str, where: str, value: Any, low: int, high: int) -> list[Any]:
        """A list of ``low`` to ``high`` entries; given back as a list whatever it was."""
        items = list(value) if isinstance(value, list | tuple) else []
        if not low <= len(items) <= high:
            self.say(rule, where, f"{len(items)}, allowed {low}-{high}")
        return items

    def number(self, rule: str, where: str, value: Any, low: float, high: float) -> None:
        if value is not None and (
            isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high
        ):
            self.say(rule, where, f"{value!r}, allowed {low}-{high}")

    def unique(self, rule: str, where: str, values: Sequence[Any]) -> None:
        twice = {str(value) for value in values if values.count(value) > 1}
        if twice:
            self.say(rule, where, sorted(twice))

    def need(self, where: str, *names: str) -> None:
        """The bot must hold one of these permissions where the request acts; skipped where they are not known."""
        if self.permissions is not None and not any(getattr(self.permissions, name) for name in names):
            self.say("permission", where, " or ".join(names))


def check(
    method: str,
    path: str,
    body: dict[str, Any] | list[Any] | None,
    files: Sequence[str],
    *,
    now: datetime,
    permissions: discord.Permissions | None,
    sizes: Sequence[int] = (),
    existing: Sequence[str] = (),
    answers: int | None = None,
    reason: str | None = None,
) -> list[Violation]:
    """What Discord (or a rule of ours) has against this request; an empty list when all is well.

    ``path`` is the part after ``/api/v10``; ``files`` are the names and ``sizes`` the bytes of uploads, ``existing``
    the names of files already on the message that is edited; ``permissions`` are the bot's in that place, None where
    there are none (DMs, interaction tokens); ``answers`` is the type of the interaction that a callback answers;
    ``reason`` is the one for the audit log. Routes without a rule pass. Never raises on odd bodies.
    """
    call = _Call(method, path, files, sizes, existing, now, permissions, answers)
    for where, text in _strings(body):
        if "\x00" in text or any(unicodedata.category(char) == "Cs" for char in text):
            call.say("encoding", where, "NUL or half a surrogate pair cannot be sent")
    if reason is not None and len(reason) > 512:  # [D] audit-log: 1-512 characters
        call.say("reason", "", len(reason))
    for methods, pattern, rule in _ROUTES:
        if method in methods and re.fullmatch(pattern, path):
            try:
                rule(call, body if isinstance(body, list) else body or {})
            except (AttributeError, KeyError, TypeError, ValueError) as error:
                call.say("shape", "", f"the body is not of the documented shape: {error!r}")
    return call.found


def _strings(node: Any, where: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(node, str):
        yield where, node
    elif isinstance(node, Mapping):
        for key, child in node.items():
            yield from _strings(child, f"{where}.{key}")
    elif isinstance(node, list):
        for index, child in enumerate(node):
            yield from _strings(child, f"{where}[{index}]")


# -------------------------------------------------------------------------------------------------- messages


def _message(call: _Call, data: Body, at: str = "", *, create: bool = True, reply: bool = False) -> None:
    """Create Message, Edit Message, their webhook and callback forms [D message]; limits of a bot's message [O]."""
    content, embeds, parts = data.get("content"), data.get("embeds") or [], data.get("components") or []
    flags = data.get("flags") or 0
    v2 = bool(flags & V2_FLAG)
    call.text("content", f"{at}content", content, 0, 2000)
    _links(call, f"{at}content", content)
    call.count("embeds", f"{at}embeds", embeds, 0, 10)
    for index, embed in enumerate(embeds):
        _embed(call, f"{at}embeds[{index}]", embed)
    if sum(map(_embed_length, embeds)) > 6000:  # [D] over all embeds of the message
        call.say("embed-total", f"{at}embeds", sum(map(_embed_length, embeds)))
    _allowed_flags(call, at, flags, reply)
    filled = bool((content or "").strip() or embeds or parts or data.get("sticker_ids") or data.get("poll"))
    emptied = all(key in data for key in ("content", "embeds", "components")) and not call.existing
    if not filled and not call.files and (create or emptied) and not data.get("attachments"):
        call.say("empty", at, "Cannot send an empty message (50006)")
    elif v2 and not parts and (create or "components" in data):
        call.say("empty", f"{at}components", "a V2 message shows nothing but its components [C]")
    if v2 and ((content or "").strip() or embeds or data.get("poll") or data.get("sticker_ids")):
        call.say("v2-mixed", at, "no content, embeds, poll or stickers beside Components V2 [C]")
    _layout(call, f"{at}components", parts, v2)
    _uploads(call, data, at, v2)
    if (content or "").strip() or embeds or any(c.get("type") == TEXT for c in _walk(parts)):
        _mentions(call, at, data.get("allowed_mentions"), data.get("message_reference"))
    nonce = data.get("nonce")
    if nonce is not None and len(str(nonce)) > 25:  # [O]
        call.say("nonce", f"{at}nonce", len(str(nonce)))
    if bool(data.get("enforce_nonce")) != (nonce is not None):  # [D] without it a nonce does not deduplicate
        call.say("nonce", f"{at}enforce_nonce", "nonce and enforce_nonce go together")
    if embeds:
        call.need(f"{at}embeds", "embed_links")  # [D] permissions
    if call.files:
        call.need(f"{at}files", "attach_files")
    if data.get("message_reference"):
        call.need(f"{at}message_reference", "read_message_history")


def _allowed_flags(call: _Call, at: str, flags: int, reply: bool) -> None:
    unknown = flags & ~(SENDABLE_FLAGS | (EPHEMERAL_FLAG if reply else 0))
    if unknown:  # [D] only these can be set; EPHEMERAL only in replies to interactions
        call.say("flags", f"{at}flags", bin(unknown))


def _mentions(call: _Call, at: str, allowed: Any, reference: Any) -> None:
    """[own] Every message with text says itself whom it may ping; nothing is left to what the text contains."""
    if not isinstance(allowed, Mapping) or not isinstance(allowed.get("parse"), list):
        call.say("mentions", f"{at}allowed_mentions", f"must be explicit, is {allowed!r}")
        return
    if allowed["parse"]:
        call.say("mentions", f"{at}allowed_mentions.parse", f"lets the text ping {allowed['parse']}")
    if allowed.get("replied_user") and reference:
        call.say("mentions", f"{at}allowed_mentions.replied_user", "pings by being a reply")
    for key in ("users", "roles"):  # [O] at most 100, unique
        ids = [str(item) for item in call.count("mentions", f"{at}allowed_mentions.{key}", allowed.get(key), 0, 100)]
        call.unique("mentions", f"{at}allowed_mentions.{key}", ids)


def _uploads(call: _Call, data: Body, at: str, v2: bool) -> None:
    """Files come with their names, are shown, described [own] and within the size every server allows [D uploading]."""
    declared = data.get("attachments") or []
    names = [*call.files, *(item.get("filename") or "" for item in declared)]
    if max(len(call.files), len(declared)) > 10:
        call.say("files", f"{at}files", max(len(call.files), len(declared)))
    call.unique("file-name", f"{at}files", list(call.files))
    if any(size > 10 * MiB for size in call.sizes) or sum(call.sizes) > 25 * MiB:
        call.say("file-size", f"{at}files", f"{max(call.sizes)} bytes, {sum(call.sizes)} together")
    refs: set[str] = set()
    described: set[str] = {item.get("filename") or "" for item in declared if (item.get("description") or "").strip()}
    for node in _nodes([data.get("embeds"), data.get("components")]):
        url = node.get("url")
        if isinstance(url, str) and url.startswith("attachment://"):
            refs.add(url.removeprefix("attachment://"))
    for node in _nodes(data.get("components")):
        if isinstance(node.get("media"), Mapping) and node.get("description"):
            described.add(str(node["media"].get("url")).removeprefix("attachment://"))
    for name in sorted(refs - {*names, *call.existing}):
        call.say("attachment", at, f"attachment://{name} is not among {names}")
    for name in call.files:
        if not re.fullmatch(r"[A-Za-z0-9_.\-]{1,200}", name):  # [D] other characters are replaced, links to it break
            call.say("file-name", f"{at}files", name)
        if v2 and name not in refs:  # [C] files of a V2 message show only through a component
            call.say("attachment-unused", f"{at}files", name)
        if name.lower().endswith((".png", ".jpg", ".jpeg", ".gif", ".webp")) and name not in described:
            call.say("alt-text", f"{at}files", f"{name} has no description")
    for item in declared:
        call.text("alt-text", f"{at}attachments", item.get("description"), 0, 1024)


def _nodes(node: Any) -> Iterator[Body]:
    if isinstance(node, Mapping):
        yield node
    if isinstance(node, Mapping | list):
        for child in node.values() if isinstance(node, Mapping) else node:
            yield from _nodes(child)


def _embed_texts(embed: Body) -> Iterator[tuple[str, Any, int, int]]:
    yield "title", embed.get("title"), 0, 256
    yield "description", embed.get("description"), 0, 4096
    for index, part in enumerate(embed.get("fields") or []):
        yield f"fields[{index}].name", part.get("name"), 1, 256
        yield f"fields[{index}].value", part.get("value"), 1, 1024
    if embed.get("footer"):
        yield "footer.text", embed["footer"].get("text"), 1, 2048
    if embed.get("author"):
        yield "author.name", embed["author"].get("name"), 1, 256


def _embed_length(embed: Body) -> int:
    return sum(len(text) for _, text, _, _ in _embed_texts(embed) if isinstance(text, str))


def _embed(call: _Call, at: str, embed: Body) -> None:
    """[D message, embed limits]; [S] empty embeds and empty fields are refused."""
    call.count("embed-fields", f"{at}.fields", embed.get("fields"), 0, 25)
    for name, text, low, high in _embed_texts(embed):
        call.text("embed-text", f"{at}.{name}", text, low, high)
        _links(call, f"{at}.{name}", text)
    call.number("color", f"{at}.color", embed.get("color"), 0, 0xFFFFFF)
    pictures = {key: embed.get(key) or {} for key in ("image", "thumbnail")}
    if not any((text or "").strip() for _, text, _, _ in _embed_texts(embed)) and not any(pictures.values()):
        call.say("embed-empty", at, "nothing to show")
    for key, value in {"url": embed.get("url"), **{k: p.get("url") for k, p in pictures.items()}}.items():
        if value is not None:
            _url(call, f"{at}.{key}", value, 2048, "http", "https", *(("attachment",) if key in pictures else ()))


def _url(call: _Call, at: str, value: Any, limit: int, *schemes: str) -> None:
    try:
        parts = urlsplit(value)
    except (ValueError, AttributeError, TypeError):
        call.say("url", at, value)
        return
    if parts.scheme not in schemes or not parts.netloc or len(value) > limit or re.search(r"[\s<>]", value):
        call.say("url", at, f"{value[:60]!r} ({len(value)} of {limit}, {'/'.join(schemes)})")


_LINK = re.compile(r"(?<!\\)\[(?P<label>(?:[^\[\]\\\n]|\\.)*)\]\(\s*<?(?P<url>[^\s)>]*)")


def _links(call: _Call, at: str, text: Any) -> None:
    """[own] A masked link has words of its own and leads to a web page. Code and escaped brackets are left alone."""
    if not isinstance(text, str):
        return
    for link in _LINK.finditer(re.sub(r"```.*?```|`[^`]*`", "", text, flags=re.S)):
        parts = link["url"].partition("://")
        words = link["label"].strip()
        if parts[0] not in ("http", "https", "discord") or not parts[2] or not words or "://" in words:
            call.say("masked-link", at, link[0])


# ------------------------------------------------------------------------------------------------ components


def _walk(components: Any) -> Iterator[Body]:
    for node in components if isinstance(components, list) else []:
        yield node
        inner = [*(node.get("components") or []), node.get("accessory"), node.get("component")]
        yield from _walk([child for child in inner if child])


# [C] what may stand in what; None is the message itself.
_CHILDREN: dict[int | None, set[int]] = {
    None: {ROW, SECTION, TEXT, GALLERY, FILE, SEPARATOR, CONTAINER},
    CONTAINER: {ROW, SECTION, TEXT, GALLERY, FILE, SEPARATOR},
    ROW: {BUTTON, *SELECTS},
    SECTION: {TEXT},
}


def _layout(call: _Call, at: str, components: list[Body], v2: bool) -> None:
    """[C] Components V2: 40 components and 4000 characters of text over the message [P]; before V2: five rows."""
    every = list(_walk(components))
    if len(every) > 40:
        call.say("component-count", at, len(every))
    if (total := sum(len(c.get("content") or "") for c in every if c.get("type") == TEXT)) > 4000:
        call.say("text-total", at, total)
    if not v2 and any(c.get("type") != ROW for c in components):
        call.say("v2-flag", at, "these components need the V2 flag")
    if not v2 and len(components) > 5:
        call.say("component-count", at, f"{len(components)} rows")
    for index, component in enumerate(components):
        _component(call, f"{at}[{index}]", component, None)


def _component(call: _Call, at: str, c: Body, parent: int | None) -> None:
    kind = c["type"]
    if kind not in _CHILDREN.get(parent, set()) and not at.endswith("accessory"):
        call.say("nesting", at, f"type {kind} cannot stand in {parent or 'a message'}")
        return
    _numeric_id(call, at, c)
    children = c.get("components") or []
    match kind:
        case 1:  # row: up to five buttons or one select
            call.count("row", at, children, 1, 5)
            if len(children) > 1 and any(child.get("type") in SELECTS for child in children):
                call.say("row", at, "a select stands alone in its row")
        case 17:
            call.count("container", at, children, 1, 40)
            call.number("color", f"{at}.accent_color", c.get("accent_color"), 0, 0xFFFFFF)
        case 9:
            call.count("section", at, children, 1, 3)
            if (c.get("accessory") or {}).get("type") not in (BUTTON, THUMBNAIL):
                call.say("section", f"{at}.accessory", "a section needs a button or a thumbnail beside it")
            else:
                _component(call, f"{at}.accessory", c["accessory"], SECTION)
        case 10:
            call.text("text-display", f"{at}.content", c.get("content"), 1, 4000)
            _links(call, at, c.get("content"))
        case 2:
            _button(call, at, c)
        case 11:
            _picture(call, at, c)
        case 12:
            for index, item in enumerate(call.count("gallery", f"{at}.items", c.get("items"), 1, 10)):
                _picture(call, f"{at}.items[{index}]", item)
        case 13:
            _url(call, f"{at}.file", (c.get("file") or {}).get("url"), 2048, "attachment")  # [C] uploads only
        case 14:
            call.number("separator", f"{at}.spacing", c.get("spacing"), 1, 2)
        case _:
            _select(call, at, c, modal=False)
    for index, child in enumerate(children):
        _component(call, f"{at}.components[{index}]", child, kind)


def _numeric_id(call: _Call, at: str, c: Body) -> None:
    if number := c.get("id"):  # [C] 0 counts as absent
        if number in call.numeric_ids:
            call.say("component-id", f"{at}.id", f"{number} twice")
        call.numeric_ids.add(number)


def _custom_id(call: _Call, at: str, value: Any) -> None:
    call.text("custom-id", f"{at}.custom_id", value, 1, 100)
    if value in call.custom_ids:  # [C] unique over the message or modal
        call.say("custom-id", f"{at}.custom_id", f"{value!r} twice")
    call.custom_ids.add(str(value))


def _button(call: _Call, at: str, c: Body) -> None:
    """[C]; premium buttons, style 6, are refused: this bot sells nothing [own]."""
    if c.get("style") not in (1, 2, 3, 4, 5):
        call.say("button", f"{at}.style", c.get("style"))
    if not (c.get("label") or "").strip() and not c.get("emoji"):
        call.say("button", at, "neither label nor emoji")
    call.text("button", f"{at}.label", c.get("label"), 0, 80)
    _emoji(call, at, c.get("emoji"))
    if c.get("style") == 5:
        _url(call, f"{at}.url", c.get("url"), 512, "http", "https", "discord")
        if c.get("custom_id"):
            call.say("button", at, "a link has no custom_id")
    else:
        _custom_id(call, at, c.get("custom_id"))
        if c.get("url"):
            call.say("button", at, "only links have a url")


def _emoji(call: _Call, at: str, emoji: Any) -> None:
    """[S] BUTTON_COMPONENT_INVALID_EMOJI: an id of a custom one, or a character that is an emoji."""
    if emoji is not None and not emoji.get("id"):
        name = emoji.get("name") or ""
        if not name or name.isascii() or any(char.isalpha() for char in name):
            call.say("emoji", f"{at}.emoji", name)


def _picture(call: _Call, at: str, item: Body) -> None:
    _url(call, f"{at}.media", (item.get("media") or {}).get("url"), 2048, "http", "https", "attachment")
    call.text("alt-text", f"{at}.description", item.get("description"), 1, 1024)  # [C] <= 1024; [own] always there


def _choices(call: _Call, at: str, c: Body, low: int, high: int) -> list[Body]:
    """The options of a select, radio or checkbox group [C]."""
    found: list[Body] = call.count("options", f"{at}.options", c.get("options"), low, high)
    call.unique("options", f"{at}.options", [option.get("value") for option in found])
    for index, option in enumerate(found):
        call.text("options", f"{at}.options[{index}].label", option.get("label"), 1, 100)
        call.text("options", f"{at}.options[{index}].value", option.get("value"), 1, 100)
        call.text("options", f"{at}.options[{index}].description", option.get("description"), 0, 100)
        _emoji(call, f"{at}.options[{index}]", option.get("emoji"))
    return found


def _range(call: _Call, at: str, c: Body, top: int, most: int, *, modal: bool) -> None:
    """[C] min_values <= max_values <= what there is; in a modal 0 goes with required = false only."""
    low, high = c.get("min_values"), c.get("max_values")
    call.number("values", f"{at}.min_values", low, 0, top)
    call.number("values", f"{at}.max_values", high, 1, top)
    low, high = 1 if low is None else low, most if high is None else high
    options = c.get("options")
    if low > high or (options and high > len(options)):
        call.say("values", at, f"min {low}, max {high}, options {len(options or [])}")
    if modal and low == 0 and c.get("required", True):
        call.say("required", at, "min_values 0 needs required = false")
    chosen = len(c.get("default_values") or []) or sum(bool(option.get("default")) for option in options or [])
    if chosen > high or (chosen and chosen < low):
        call.say("values", at, f"{chosen} chosen beforehand, allowed {low}-{high}")


def _select(call: _Call, at: str, c: Body, *, modal: bool) -> None:
    _custom_id(call, at, c.get("custom_id"))
    call.text("placeholder", f"{at}.placeholder", c.get("placeholder"), 0, 150)
    if c["type"] == STRING_SELECT:
        _choices(call, at, c, 1, 25)
    _range(call, at, c, 25, 1, modal=modal)
    if modal and c.get("disabled"):
        call.say("nesting", at, "no disabled components in modals")


# ---------------------------------------------------------------------------------------------------- modals


def _modal(call: _Call, data: Body) -> None:
    """[D interactions, modal] title 45, custom_id 100; [P] five top-level components, text displays included."""
    call.text("modal-title", "title", data.get("title"), 1, 45)
    call.text("custom-id", "custom_id", data.get("custom_id"), 1, 100)
    for index, part in enumerate(call.count("modal-count", "components", data.get("components"), 1, 5)):
        at = f"components[{index}]"
        _numeric_id(call, at, part)
        if part["type"] == TEXT:
            call.text("text-display", f"{at}.content", part.get("content"), 1, 4000)
            _links(call, at, part.get("content"))
        elif part["type"] == LABEL and part.get("component"):
            call.text("label", f"{at}.label", part.get("label"), 1, 45)
            call.text("label", f"{at}.description", part.get("description"), 0, 100)
            _control(call, f"{at}.component", part["component"])
        else:  # [C] rows in modals are deprecated; [own] not used
            call.say("nesting", at, f"type {part['type']} in a modal: only labels with a control, and text")


def _control(call: _Call, at: str, c: Body) -> None:
    """[C] The controls of a modal."""
    _numeric_id(call, at, c)
    match c["type"]:
        case 4:
            _text_input(call, at, c)
        case 3 | 5 | 6 | 7 | 8:
            _select(call, at, c, modal=True)
        case 21:
            _custom_id(call, at, c.get("custom_id"))
            if sum(bool(option.get("default")) for option in _choices(call, at, c, 2, 10)) > 1:
                call.say("values", at, "two chosen beforehand")
        case 22:
            _custom_id(call, at, c.get("custom_id"))
            _range(call, at, c, 10, len(_choices(call, at, c, 1, 10)), modal=True)
        case 23:
            _custom_id(call, at, c.get("custom_id"))
            if c.get("required"):
                call.say("required", at, "a lone checkbox cannot be required")
        case 19:
            _custom_id(call, at, c.get("custom_id"))
            _range(call, at, c, 10, 1, modal=True)
        case kind:
            call.say("nesting", at, f"type {kind} is no control of a modal")


def _text_input(call: _Call, at: str, c: Body) -> None:
    _custom_id(call, at, c.get("custom_id"))
    if c.get("style") not in (1, 2):
        call.say("text-input", f"{at}.style", c.get("style"))
    call.number("text-input", f"{at}.min_length", c.get("min_length"), 0, 4000)
    call.number("text-input", f"{at}.max_length", c.get("max_length"), 1, 4000)
    longest = c.get("max_length") or 4000
    if (c.get("min_length") or 0) > longest:
        call.say("text-input", at, "min_length over max_length")
    call.text("text-input", f"{at}.value", c.get("value"), 0, longest)
    call.text("placeholder", f"{at}.placeholder", c.get("placeholder"), 0, 100)


# ---------------------------------------------------------------------------------------------- interactions

# [D interactions] the callback types that each type of interaction takes (2 command, 3 component, 4 autocomplete,
# 5 modal); a modal answers no modal.
_ANSWERS = {2: {4, 5, 9}, 3: {4, 5, 6, 7, 9}, 4: {8}, 5: {4, 5, 6, 7}}


def _callback(call: _Call, body: Body) -> None:
    kind, data = body.get("type"), body.get("data") or {}
    if kind not in _ANSWERS.get(call.answers or 0, {4, 5, 6, 7, 8, 9}):
        call.say("callback", "type", f"type {kind} cannot answer an interaction of type {call.answers}")
    elif kind in (4, 7):
        _message(call, data, "data.", create=kind == 4, reply=True)
    elif kind == 5:
        _allowed_flags(call, "data.", data.get("flags") or 0, reply=True)
    elif kind == 8:
        for index, choice in enumerate(call.count("autocomplete", "choices", data.get("choices"), 0, 25)):
            _choice(call, f"choices[{index}]", choice, "autocomplete")
    elif kind == 9:
        _modal(call, data)


def _choice(call: _Call, at: str, choice: Body, rule: str) -> None:
    """[D commands] name 1-100, a string value at most 100 (the file says 6000), numbers within 2^53."""
    _localised(call, at, choice, "name", rule, 100)
    if isinstance(choice.get("value"), str):
        call.text(rule, f"{at}.value", choice["value"], 1, 100)
    else:
        call.number(rule, f"{at}.value", choice.get("value", "absent"), -(2**53), 2**53)


# -------------------------------------------------------------------------------------------------- commands

_LOCALES = {locale.value for locale in discord.Locale}
_MOST_COMMANDS = {1: 100, 2: 15, 3: 15}  # [D commands, registering]


def _localised(call: _Call, at: str, node: Body, key: str, rule: str, high: int) -> None:
    call.text(rule, f"{at}.{key}", node.get(key), 1, high)
    for locale, text in (node.get(f"{key}_localizations") or {}).items():
        call.text(rule, f"{at}.{key}_localizations.{locale}", text, 1, high)
        if locale not in _LOCALES:
            call.say(rule, f"{at}.{key}_localizations", f"no such locale {locale}")


def _commands(call: _Call, body: Any) -> None:
    """Bulk overwrite and create of commands [D commands]."""
    commands = body if isinstance(body, list) else [body]
    kinds = [command.get("type") or 1 for command in commands]
    for kind, most in _MOST_COMMANDS.items():
        if kinds.count(kind) > most:
            call.say("command-count", "", f"{kinds.count(kind)} of type {kind}, allowed {most}")
    call.unique("command-name", "", [f"{c.get('name')} ({k})" for c, k in zip(commands, kinds, strict=True)])
    for command, kind in zip(commands, kinds, strict=True):
        at = f"/{command.get('name')}"
        if kind == 1:
            _slash(call, at, command, 0)
            if (total := _command_length(command)) > 8000:
                call.say("command-length", at, total)
        else:
            _localised(call, at, command, "name", "command-name", 32)
            if command.get("description") or command.get("options"):
                call.say("command-description", at, "menus have neither description nor options")


def _slash(call: _Call, at: str, node: Body, depth: int) -> None:
    """A command, a group (type 2), a subcommand (type 1) or an option."""
    _localised(call, at, node, "name", "command-name", 32)
    for name in [node.get("name") or "", *(node.get("name_localizations") or {}).values()]:
        if not re.fullmatch(r"[-_'\w]+", name) or name != name.lower():
            call.say("command-name", at, f"{name!r}: letters, digits, - and _ in lower case")
    _localised(call, at, node, "description", "command-description", 100)
    options = call.count("options", f"{at} options", node.get("options"), 0, 25)
    call.unique("options", f"{at} options", [option.get("name") for option in options])
    types = {option.get("type") for option in options}
    inner = depth > 1 or (depth == 1 and (node.get("type") == 1 or 2 in types))
    if types & {1, 2} and (types - {1, 2} or inner):
        call.say("nesting", at, "subcommands stand alone, two levels deep")
    needed = [bool(option.get("required")) for option in options]
    if needed != sorted(needed, reverse=True):
        call.say("option-order", at, "required options come first")
    for option in options:
        here = f"{at} {option.get('name')}"
        _slash(call, here, option, depth + 1)
        choices = call.count("options", f"{here} choices", option.get("choices"), 0, 25)
        for index, choice in enumerate(choices):
            _choice(call, f"{here} choices[{index}]", choice, "options")
        call.unique("options", f"{here} choices", [choice.get("name") for choice in choices])
        if option.get("autocomplete") and choices:
            call.say("options", here, "choices and autocomplete exclude each other")
        for low, high in (("min_length", "max_length"), ("min_value", "max_value")):
            if (option.get(low) or 0) > (option[high] if option.get(high) is not None else float("inf")):
                call.say("options", here, f"{low} over {high}")


def _command_length(node: Body) -> int:
    """[D commands] names, descriptions and values together; of the translations the longest counts."""
    total = 0
    for key in ("name", "description"):
        texts = [node.get(key) or "", *(node.get(f"{key}_localizations") or {}).values()]
        total += max(map(len, texts))
    total += len(node["value"]) if isinstance(node.get("value"), str) else 0
    return total + sum(map(_command_length, [*(node.get("options") or []), *(node.get("choices") or [])]))


# --------------------------------------------------------------------------------- events, threads, roles, DMs


def _event(call: _Call, body: Body) -> None:
    """[D guild-scheduled-event] name 100, description 1000, location 100; creating needs Create Events since 2026."""
    create = call.method == "POST"
    call.need("", "create_events", *(() if create else ("manage_events",)))
    if create or "name" in body:
        call.text("event-name", "name", body.get("name"), 1, 100)
    call.text("event-description", "description", body.get("description"), 0, 1000)
    place = (body.get("entity_metadata") or {}).get("location")
    if body.get("entity_type") == 3 or place is not None:
        call.text("event-location", "entity_metadata.location", place, 1, 100)
    if create and body.get("privacy_level") != 2:
        call.say("event-privacy", "privacy_level", body.get("privacy_level"))
    start, end = _instant(call, body, "scheduled_start_time"), _instant(call, body, "scheduled_end_time")
    if create and (start is None or (end is None and body.get("entity_type") == 3)):
        call.say("event-time", "", "an external event has a start and an end")
    if start is not None and not call.now < start <= call.now + timedelta(days=5 * 365):  # [S] 2050 ends in HTTP 500
        call.say("event-time", "scheduled_start_time", f"{start} is not in the five years from {call.now}")
    if end is not None and end <= (start or call.now):
        call.say("event-time", "scheduled_end_time", f"{end} is not after the start")
    for key in ("count", "end", "by_year_day"):
        if (body.get("recurrence_rule") or {}).get(key) is not None:
            call.say("event-recurrence", f"recurrence_rule.{key}", "apps cannot set it")


def _instant(call: _Call, body: Body, key: str) -> datetime | None:
    if body.get(key) is None:
        return None
    instant = datetime.fromisoformat(body[key])
    if instant.tzinfo is None:
        call.say("event-time", key, "without a zone")
        return None
    return instant


def _thread(call: _Call, body: Body) -> None:
    """[D channel, threads]"""
    call.text("thread-name", "name", body.get("name"), 1, 100)
    if body.get("auto_archive_duration") not in (None, 60, 1440, 4320, 10080):
        call.say("thread-archive", "auto_archive_duration", body["auto_archive_duration"])
    call.number("slowmode", "rate_limit_per_user", body.get("rate_limit_per_user"), 0, 21600)
    call.count("thread-tags", "applied_tags", body.get("applied_tags"), 0, 5)
    if "message" in body:  # the first message of a forum post
        call.need("message", "send_messages")
        _message(call, body["message"], "message.")
    else:
        call.need("", "create_private_threads" if body.get("type") == 12 else "create_public_threads")


def _channel(call: _Call, body: Body) -> None:
    """[D channel, modify] topic 1024, forums 4096."""
    if call.method == "POST" or "name" in body:
        call.text("channel-name", "name", body.get("name"), 1, 100)
    call.text("channel-topic", "topic", body.get("topic"), 0, 4096 if body.get("type") in (15, 16) else 1024)
    call.number("slowmode", "rate_limit_per_user", body.get("rate_limit_per_user"), 0, 21600)
    if body.get("auto_archive_duration") not in (None, 60, 1440, 4320, 10080):
        call.say("thread-archive", "auto_archive_duration", body["auto_archive_duration"])
    if "archived" in body or "locked" in body:  # [D channel, modify thread]
        call.need("", "manage_threads")


def _role(call: _Call, body: Body) -> None:
    """[D permissions, guild] name 100, colour 24 bits, permissions as a string of digits the bot itself holds."""
    call.need("", "manage_roles")
    call.text("role-name", "name", body.get("name", "new role"), 1, 100)
    call.number("color", "color", body.get("color"), 0, 0xFFFFFF)
    granted = body.get("permissions")
    if granted is not None and not str(granted).isdecimal():
        call.say("role-permissions", "permissions", granted)
    elif granted is not None and call.permissions is not None and int(granted) & ~call.permissions.value:
        call.say("permission", "permissions", "a bot grants no right that it lacks")


def _dm(call: _Call, body: Body) -> None:
    if not str(body.get("recipient_id") or "").isdecimal():  # [D user, create DM]
        call.say("dm-recipient", "recipient_id", body.get("recipient_id"))


def _member(call: _Call, body: Body) -> None:
    call.text("nick", "nick", body.get("nick"), 0, 32)  # [D user, nicknames]
    call.unique("member-roles", "roles", [str(role) for role in body.get("roles") or []])


def _bulk_delete(call: _Call, body: Body) -> None:
    """[D message] 2-100, none older than two weeks; ids carry their time in milliseconds from 2015."""
    ids = call.count("bulk-delete", "messages", body.get("messages"), 2, 100)
    if any(call.now - discord.utils.snowflake_time(int(one)) > timedelta(days=14) for one in ids):
        call.say("bulk-delete", "messages", "older than two weeks")


def _needs(*names: str) -> Callable[[_Call, Any], None]:
    return lambda call, _: call.need("", *names)


_ROUTES: tuple[tuple[tuple[str, ...], str, Callable[[_Call, Any], None]], ...] = (
    (("POST",), r"/channels/\d+/messages", lambda call, body: _message(call, body)),
    (("PATCH",), r"/channels/\d+/messages/\d+", lambda call, body: _message(call, body, create=False)),
    (("POST",), r"/webhooks/\d+/[^/]+", lambda call, body: _message(call, body, reply=True)),
    (("PATCH",), r"/webhooks/\d+/[^/]+/messages/[^/]+", lambda c, body: _message(c, body, create=False, reply=True)),
    (("POST",), r"/interactions/\d+/[^/]+/callback", _callback),
    (("PUT", "POST"), r"/applications/\d+/(guilds/\d+/)?commands", _commands),
    (("PATCH",), r"/applications/\d+/(guilds/\d+/)?commands/\d+", _commands),
    (("POST",), r"/guilds/\d+/scheduled-events", _event),
    (("PATCH",), r"/guilds/\d+/scheduled-events/\d+", _event),
    (("POST",), r"/channels/\d+/(messages/\d+/)?threads", _thread),
    (("PATCH",), r"/channels/\d+", _channel),
    (("POST",), r"/guilds/\d+/channels", _channel),
    (("POST",), r"/guilds/\d+/roles", _role),
    (("PATCH",), r"/guilds/\d+/roles/\d+", _role),
    (("PUT", "DELETE"), r"/guilds/\d+/members/\d+/roles/\d+", _needs("manage_roles")),
    (("PATCH",), r"/guilds/\d+/members/[^/]+", _member),
    (("POST",), r"/users/@me/channels", _dm),
    (("POST",), r"/channels/\d+/messages/bulk-delete", _bulk_delete),
    (("PUT", "DELETE"), r"/channels/\d+/messages/pins/\d+", _needs("pin_messages")),  # [D] apart since 2026
)
