"""How the bot logs: one line a record in text or JSON, in UTC, with no secret and nothing that a person wrote.

Two things would carry people's words into a log, and both are stopped here for every logger at once: libraries that
log whole payloads and statements at DEBUG, and exceptions that quote the value they could not take.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
import secrets
import sqlite3
import sys
import time
import traceback
from contextvars import ContextVar
from typing import Any, Literal, TextIO

import discord

from bot.errors import StorageUnavailable

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Douglas Crockford's base 32: no I, L, O, U, so that it survives being read aloud."""
REFERENCE_LENGTH = 6

current_reference: ContextVar[str | None] = ContextVar("current_reference", default=None)
"""The reference of what is being answered now; every record logged meanwhile carries it."""

WITHHELD = "(text withheld)"
REDACTED = "[redacted]"

# Libraries that write payloads, statements and values below these levels, whatever LOG_LEVEL says.
_FLOORS = {
    "discord": logging.INFO,
    "aiohttp": logging.INFO,
    "aiosqlite": logging.INFO,
    "sqlalchemy": logging.WARNING,
    "alembic": logging.WARNING,
    "asyncio": logging.INFO,
    "PIL": logging.INFO,
}
# Exceptions whose text is made by a machine. Any other (ValueError above all) may quote what somebody typed.
_SPEAKING = (
    OSError,
    MemoryError,
    ImportError,
    AttributeError,
    NameError,
    RecursionError,
    StorageUnavailable,
    discord.HTTPException,
    discord.ConnectionClosed,
    discord.LoginFailure,
    discord.GatewayNotFound,
    discord.PrivilegedIntentsRequired,
)
_SECRETS = (
    # https://discord.com/developers/docs/reference#authentication: three base64url parts; lengths as seen in practice
    (re.compile(r"\b[\w-]{18,40}\.[\w-]{5,8}\.[\w-]{25,}"), REDACTED),
    (re.compile(r"((?:webhooks|interactions)/\d+/)[^/\s?\"'<>]+"), rf"\1{REDACTED}"),
    # An interaction token alone: base64 of "interaction:" and more
    (re.compile(r"\baW50ZXJhY3Rpb2[\w+/=-]{12,}"), REDACTED),
)
_NEAR = re.compile(r'near ".*?"', re.DOTALL)
_NAMED = {0x09: " ", 0x0A: "\\n", 0x0D: "\\r"}
_CONTROLS = {code: f"\\x{code:02x}" for code in (*range(0x20), *range(0x7F, 0xA0))} | _NAMED


def reference() -> str:
    """Return a new short reference: six characters, shown to a person and kept in the log.

    One in 32^6 (about a billion), enough to find one incident among a server's few thousand; it is no secret.
    """
    return "".join(secrets.choice(CROCKFORD) for _ in range(REFERENCE_LENGTH))


class Formatter(logging.Formatter):
    """What both formats share: UTC, redaction of the finished line, exceptions without people's words."""

    def __init__(self, token: str | None = None) -> None:
        super().__init__()
        self._token = token

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as it is written, with everything secret taken out."""
        line = self.line(record)
        if self._token:
            line = line.replace(self._token, REDACTED)
        for pattern, replacement in _SECRETS:
            line = pattern.sub(replacement, line)
        return line

    def line(self, record: logging.LogRecord) -> str:
        """Return the record as one line, before redaction."""
        raise NotImplementedError

    @staticmethod
    def moment(record: logging.LogRecord) -> str:
        """Return when the record was made: ISO 8601 in UTC, to the millisecond."""
        return f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(record.created))}.{int(record.msecs):03d}Z"


class TextFormatter(Formatter):
    """For a person at a terminal: time, level, logger, reference, message; then the traceback, if any."""

    def line(self, record: logging.LogRecord) -> str:
        """Return one line, control characters written out, and the traceback below it."""
        mark = current_reference.get()
        known = f" [{mark}]" if mark else ""
        message = record.getMessage().translate(_CONTROLS)
        head = f"{self.moment(record)} {record.levelname:<8} {record.name}{known} {message}"
        return f"{head}\n{exception_text(record.exc_info[1])}" if record.exc_info and record.exc_info[1] else head


class JsonFormatter(Formatter):
    """For a machine: one JSON object a line, tracebacks included."""

    def line(self, record: logging.LogRecord) -> str:
        """Return the record as one line of JSON; `reference` and `exception` only where there is one."""
        entry = {
            "time": self.moment(record),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        mark = current_reference.get()
        if mark:
            entry["reference"] = mark
        if record.exc_info and record.exc_info[1]:
            entry["exception"] = exception_text(record.exc_info[1])
        return json.dumps(entry, ensure_ascii=False)


def exception_text(error: BaseException) -> str:
    """Return the traceback of an error and of its causes; the message only where a machine wrote it.

    An exception such as ValueError often quotes the value it was given, which may be what a person typed. File, line
    and kind are there to find it by.
    """
    chain: list[BaseException] = []
    at: BaseException | None = error
    while at is not None and at not in chain:
        chain.append(at)
        at = at.__cause__ or (None if at.__suppress_context__ else at.__context__)
    parts = []
    for link in reversed(chain):
        frames = "".join(traceback.format_tb(link.__traceback__))
        kind = type(link)
        name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
        inner = [exception_text(each) for each in link.exceptions] if isinstance(link, BaseExceptionGroup) else []
        parts.append("\n".join([f"{frames}{name}: {_message(link)}", *inner]))
    return "\nwhich led to:\n".join(parts)


def _message(error: BaseException) -> str:
    if isinstance(error, sqlite3.Error):
        return _NEAR.sub("near (withheld)", str(error))
    return str(error) if isinstance(error, _SPEAKING) else WITHHELD


class _Handler(logging.StreamHandler[TextIO]):
    """The one handler that `configure` puts in place, so that doing it again replaces it and no other."""


def configure(
    level: str = "INFO",
    format: Literal["text", "json"] = "text",
    *,
    token: str | None = None,
    stream: TextIO | None = None,
) -> None:
    """Send every log record, discord.py's and Python's warnings included, to standard error (or `stream`).

    `token` is redacted wherever it occurs, whatever its shape. Libraries that would log payloads stay at INFO or above.
    Raises ValueError for a level or format that does not exist.
    """
    if format not in ("text", "json"):
        raise ValueError("format must be text or json")
    handler = _Handler(sys.stderr if stream is None else stream)
    handler.setFormatter(JsonFormatter(token) if format == "json" else TextFormatter(token))
    root = logging.getLogger()
    root.setLevel(level)
    for old in [each for each in root.handlers if isinstance(each, _Handler)]:
        root.removeHandler(old)
    root.addHandler(handler)
    for name, floor in _FLOORS.items():
        logging.getLogger(name).setLevel(max(floor, root.level))
    logging.captureWarnings(True)


def loop_error(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Log what no task caught; for `loop.set_exception_handler`.

    asyncio's own handler writes the repr of the task, and with it the exception's text, into the message.
    """
    error = context.get("exception")
    logging.getLogger("asyncio").error("%s", context.get("message", "unhandled error"), exc_info=error)
