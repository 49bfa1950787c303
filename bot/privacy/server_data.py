"""A whole server's data as one file, for whoever is responsible for it."""

from __future__ import annotations

import asyncio
import json
import tempfile
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import BufferedIOBase
from typing import cast

from bot.actor import Action, Actor
from bot.clock import Clock
from bot.errors import Invalid
from bot.guard.gate import Gate
from bot.guard.model import Where
from bot.privacy import store
from bot.privacy.model import (
    LEFT_OUT,
    SERVER_FORMAT,
    SERVER_VERSION,
    Download,
    handed_over,
)
from bot.privacy.portable import portable
from bot.storage.database import Database, Row, Transaction

OWN_NOTICE_LIMIT = 2000
TOGETHER_LIMIT = 3100
"""Characters of the content's notice and of the server's words as they are shown: one card takes both and the rest."""

REASON_LIMIT = 300
ZIPPED_FROM = 8 * 1024 * 1024
"""Bytes above which the file is zipped: Discord takes at least 10 MiB from anybody, but not everybody's line does."""

_PAGE = 500
_NAME = "server-data.json"


@dataclass(frozen=True, slots=True)
class ServerFile:
    """The file, open at its beginning; closing it deletes it. ``size`` is in bytes."""

    file: BufferedIOBase
    name: str
    size: int
    rows: int


class ServerData:
    """Use cases of admins: reads page by page along each table's key, so that nobody waits for it."""

    def __init__(self, database: Database, gate: Gate, clock: Clock) -> None:
        self._database = database
        self._gate = gate
        self._clock = clock
        self._pages = store.pages(LEFT_OUT, _PAGE)
        self._one_at_a_time = asyncio.Lock()

    async def download(self, actor: Actor, reason: str, most: int) -> ServerFile:
        """Return all that this server holds as JSON, zipped above 8 MiB, and record who took it and why.

        ``most`` is how many bytes Discord takes here. What was not given to the organisers is left out
        (``bot.privacy.model.handed_over``). Raises NotAllowed, TextStopped, and Invalid for a reason that
        is missing or too long or a file that is too large.
        """
        actor.check(Action.SET_UP)
        if not reason:
            raise Invalid("reason", "empty")
        if len(reason) > REASON_LIMIT:
            raise Invalid("reason", "too long", limit=REASON_LIMIT)
        self._gate.admit(actor, Where.NOTE, reason=reason)
        async with self._one_at_a_time:  # two at once would only make both slower
            made = await self._made(actor, reason)
        if made.size > most:
            made.file.close()
            raise Invalid("file", "too big", size=made.size, most=most)

        async def work(tx: Transaction) -> None:
            await store.note_download(tx, actor.guild_id, actor.user_id, reason, made.size, self._clock())

        try:
            await self._database.write(work)
        except BaseException:
            made.file.close()
            raise
        return made

    async def downloads(self, actor: Actor, most: int = 3) -> list[Download]:
        """Return who took this server's data along last. Raises NotAllowed."""
        actor.check(Action.SET_UP)
        async with self._database.reading() as reading:
            return await store.downloads(reading, actor.guild_id, most)

    async def _made(self, actor: Actor, reason: str) -> ServerFile:
        file = _scratch()
        try:
            rows = await self._write(actor, reason, file)
            return await asyncio.to_thread(_finished, file, rows)
        except BaseException:
            file.close()
            raise

    async def _write(self, actor: Actor, reason: str, file: BufferedIOBase) -> int:
        head = {
            "format": SERVER_FORMAT,
            "version": SERVER_VERSION,
            "exported_at": self._clock().isoformat(),
            "exported_by": str(actor.user_id),
            "reason": reason,
            "server_id": str(actor.guild_id),
            "left_out": LEFT_OUT,
        }
        file.write(json.dumps(head, ensure_ascii=False)[:-1].encode() + b', "tables": {')
        written = 0
        for number, table in enumerate(self._pages):
            file.write(f"{',' if number else ''}\n{json.dumps(table.table)}: [".encode())
            last: Row | None = None
            begun = False
            while True:
                async with self._database.reading() as reading:
                    rows = await store.page(reading, table, actor.guild_id, last)
                if not rows:
                    break
                last = rows[-1]
                kept = await asyncio.to_thread(_write_rows, file, table.table, rows, begun)
                begun, written = begun or kept > 0, written + kept
            file.write(b"]")
        file.write(b"\n}}\n")
        return written


def _scratch() -> BufferedIOBase:
    """Return a file that nobody else can open; what is small stays in memory, the rest is gone when it is closed."""
    return cast(BufferedIOBase, tempfile.SpooledTemporaryFile(max_size=ZIPPED_FROM))


def _write_rows(file: BufferedIOBase, table: str, rows: Sequence[Row], begun: bool) -> int:
    """Write rows as JSON, a comma before each but the first of the table; returns how many."""
    texts = list(_texts(table, rows))
    if texts:
        file.write(((",\n" if begun else "\n") + ",\n".join(texts)).encode())
    return len(texts)


def _texts(table: str, rows: Iterable[Row]) -> Iterable[str]:
    times = store.instants(table)
    for row in rows:
        shown = handed_over(table, dict(row))
        if shown is not None:
            yield json.dumps(portable(shown, times), ensure_ascii=False)


def _finished(file: BufferedIOBase, rows: int) -> ServerFile:
    size = file.tell()
    file.seek(0)
    if size <= ZIPPED_FROM:
        return ServerFile(file, _NAME, size, rows)
    zipped = _scratch()
    with file, zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as archive, archive.open(_NAME, "w") as inside:
        while chunk := file.read(1024 * 1024):
            inside.write(chunk)
    size = zipped.tell()
    zipped.seek(0)
    return ServerFile(zipped, f"{_NAME}.zip", size, rows)
