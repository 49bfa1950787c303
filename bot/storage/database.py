"""Connections, units of work and the statement runner.

Statements are SQLAlchemy Core, compiled once and run on the driver's own connection: measured at
0.1 ms for three point reads against 1.5 ms through Core's asynchronous connection.

Short reads do not even go to a thread: :class:`_AtOnce`.

One writer connection behind a fair lock opens every unit of work with ``BEGIN IMMEDIATE``: the
driver's default of taking the write lock late lost 47 of 50 concurrent updates in a measurement,
this loses none. A few read-only connections keep a slow query from holding up everybody else.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, TypeVar, cast
from weakref import WeakKeyDictionary

import aiosqlite
from filelock import FileLock, Timeout
from sqlalchemy import Table, bindparam, insert
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.sql import ClauseElement
from sqlalchemy.sql.compiler import SQLCompiler

from bot.errors import StorageUnavailable

Row = sqlite3.Row
T = TypeVar("T")
_READERS = 3
_DIALECT = sqlite.dialect(paramstyle="named")
_WRITER_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA busy_timeout=1500",
)
_READER_PRAGMAS = ("PRAGMA query_only=ON", "PRAGMA busy_timeout=1500")
_STEPS = 2000
"""Steps of SQLite's machine after which a read in the event loop is given up: 20 to 100 us of work."""
_MOST_AT_ONCE = 40
_TURNS = 16
"""Reads in the event loop after which others have their turn, for work that reads on and on."""


def database_path(url: str) -> Path:
    """Return the file behind a ``sqlite+aiosqlite:///`` URL. Raises ValueError for any other URL."""
    parsed = make_url(url)
    if parsed.drivername != "sqlite+aiosqlite" or not parsed.database or parsed.database == ":memory:":
        raise ValueError("only sqlite+aiosqlite:///<file> is supported")
    return Path(parsed.database)


def explain(error: sqlite3.Error) -> StorageUnavailable:
    """Return the error that people hear about for a fault of the SQLite library."""
    text = str(error).lower()
    reasons = (
        ("locked", "locked"),
        ("busy", "locked"),
        ("readonly", "read-only"),
        ("read-only", "read-only"),
        ("unable to open", "missing"),
        ("no such table", "missing"),
        ("malformed", "corrupt"),
        ("not a database", "corrupt"),
        ("disk i/o", "corrupt"),
        ("full", "full"),
        ("closed", "closed"),
    )
    return StorageUnavailable(next((why for sign, why in reasons if sign in text), "corrupt"))


@contextmanager
def _explained() -> Iterator[None]:
    """Turn the driver's faults into the error people hear about; a broken constraint stays what it is."""
    try:
        yield
    except sqlite3.IntegrityError:
        raise
    except sqlite3.Error as error:
        raise explain(error) from error
    except ValueError as error:  # what aiosqlite raises once a connection is closed
        raise StorageUnavailable("closed") from error


class Statements:
    """Compiled statements, kept as long as the statement object lives (stores build theirs once)."""

    def __init__(self) -> None:
        self._compiled: WeakKeyDictionary[ClauseElement, tuple[str, Mapping[str, Any]]] = WeakKeyDictionary()
        self._inserts: dict[tuple[str, tuple[str, ...]], ClauseElement] = {}

    def text(self, statement: ClauseElement) -> tuple[str, Mapping[str, Any]]:
        """Return the statement as SQL with named parameters, and the values it was built with."""
        found = self._compiled.get(statement)
        if found is None:
            compiled = cast(SQLCompiler, statement.compile(dialect=_DIALECT))
            given = {bound.key for bound in compiled.binds.values() if bound.required}
            # Lists of IN become one parameter each; what is given at run time has no value yet.
            whole = compiled.construct_expanded_state(dict.fromkeys(given))
            found = (whole.statement, dict(whole.parameters))
            self._compiled[statement] = found
        return found

    def insertion(self, table: Table, columns: tuple[str, ...]) -> ClauseElement:
        """Return the INSERT of just these columns into the table."""
        key = (table.name, columns)
        found = self._inserts.get(key)
        if found is None:
            found = insert(table).values({name: bindparam(name) for name in columns})
            self._inserts[key] = found
        return found


_Query = tuple[str, Mapping[str, Any]]


class _AtOnce:
    """A connection for reads in the event loop itself, as long as they are short.

    A trip to a connection's thread costs 59 us of processor time, a point read 7. SQLite counts its own steps, so a
    query that would hold up the loop is broken off and goes to a thread after all, as does whatever meets a fault:
    it is met again there, where faults are explained.
    """

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None, cached_statements=512)
        self._connection.row_factory = sqlite3.Row
        for pragma in ("PRAGMA query_only=ON", "PRAGMA busy_timeout=0"):
            self._connection.execute(pragma)
        self._connection.set_progress_handler(self._stepped, _STEPS)
        self._marks = self._turns = 0
        self.close = self._connection.close

    def _stepped(self) -> bool:
        # SQLite counts on from when the statement ran last, so the first mark may come early.
        self._marks += 1
        return self._marks > 1

    async def fetch(self, *queries: _Query) -> list[Sequence[Row]] | None:
        """Return the rows of each query, None where they are a thread's work."""
        if len(queries) > _MOST_AT_ONCE:
            return None
        self._turns += 1
        if self._turns % _TURNS == 0:
            await asyncio.sleep(0)
        found: list[Sequence[Row]] = []
        try:
            for sql, values in queries:
                self._marks = 0
                found.append(self._connection.execute(sql, values).fetchall())
        except sqlite3.Error:
            return None
        return found


class Reading:
    """Queries on one connection; short ones in the event loop where ``at_once`` is given."""

    def __init__(
        self, connection: aiosqlite.Connection, statements: Statements, at_once: _AtOnce | None = None
    ) -> None:
        self._connection = connection
        self._statements = statements
        self._at_once = at_once

    async def _fetch(self, statement: ClauseElement, values: Mapping[str, Any]) -> Sequence[Row]:
        sql, built_in = self._statements.text(statement)
        query = sql, {**built_in, **values}
        found = await self._at_once.fetch(query) if self._at_once is not None else None
        if found is not None:
            return found[0]
        with _explained():
            return list(await self._connection.execute_fetchall(*query))

    async def all(self, statement: ClauseElement, **values: Any) -> Sequence[Row]:
        """Return every row. Raises StorageUnavailable."""
        return await self._fetch(statement, values)

    async def one(self, statement: ClauseElement, **values: Any) -> Row | None:
        """Return the first row, or None. Raises StorageUnavailable."""
        rows = await self._fetch(statement, values)
        return rows[0] if rows else None

    async def together(self, *queries: tuple[ClauseElement, Mapping[str, Any]]) -> list[Sequence[Row]]:
        """Return the rows of each query, in their order. Raises StorageUnavailable.

        All of them run in one trip to the connection's thread, if it takes any: a trip costs as much processor time as
        several point reads. The driver's public methods make one trip a statement, hence the private one.
        """
        texts: list[_Query] = []
        for query, values in queries:
            sql, built_in = self._statements.text(query)
            texts.append((sql, {**built_in, **values}))
        short = await self._at_once.fetch(*texts) if self._at_once is not None else None
        if short is not None:
            return short
        driver = self._connection

        def run() -> list[Sequence[Row]]:
            return [driver._conn.execute(sql, values).fetchall() for sql, values in texts]

        with _explained():
            found: list[Sequence[Row]] = await driver._execute(run)  # type: ignore[no-untyped-call]
            return found

    async def begin(self) -> None:
        """Hold on to the data of this moment until :meth:`end`. Raises StorageUnavailable."""
        self._at_once = None  # that connection is everybody's
        with _explained():
            await self._connection.execute("BEGIN")

    async def end(self) -> None:
        """Let go of it."""
        with _explained():
            await self._connection.execute("ROLLBACK")

    async def scalar(self, statement: ClauseElement, **values: Any) -> Any:
        """Return the first column of the first row, or None. Raises StorageUnavailable."""
        row = await self.one(statement, **values)
        return None if row is None else row[0]


class Transaction(Reading):
    """One unit of work: everything in it is written, or nothing is."""

    def __init__(self, connection: aiosqlite.Connection, statements: Statements) -> None:
        super().__init__(connection, statements)
        self._afterwards: list[Callable[[], None]] = []

    async def run(self, statement: ClauseElement, **values: Any) -> int:
        """Execute a change and return how many rows it touched.

        Raises sqlite3.IntegrityError where a constraint refuses it, StorageUnavailable otherwise.
        """
        return (await self._change(statement, values)).rowcount

    async def _change(self, statement: ClauseElement, values: Mapping[str, Any]) -> aiosqlite.Cursor:
        sql, built_in = self._statements.text(statement)
        with _explained():
            return await self._connection.execute(sql, {**built_in, **values})

    async def insert(self, table: Table, **values: Any) -> int:
        """Insert one row and return its id (the row number for tables without one)."""
        statement = self._statements.insertion(table, tuple(sorted(values)))
        return (await self._change(statement, values)).lastrowid or 0

    def afterwards(self, callback: Callable[[], None]) -> None:
        """Call back once this unit of work is committed (waking a worker, dropping a cached value)."""
        self._afterwards.append(callback)

    def _committed(self) -> None:
        for callback in self._afterwards:
            callback()


class Database:
    """The bot's one way to its data.

    >>> database = await Database.open(url)
    >>> await database.write(work)          # work(tx: Transaction) -> T, committed when it returns
    >>> async with database.reading() as r: # r: Reading, on a connection that can not write
    ...     await r.all(statement)
    """

    def __init__(
        self,
        writer: aiosqlite.Connection,
        readers: Sequence[aiosqlite.Connection],
        at_once: _AtOnce,
        lock: FileLock,
    ) -> None:
        self._writer = writer
        self._at_once = at_once
        self._all_readers = tuple(readers)
        self._readers: asyncio.LifoQueue[aiosqlite.Connection] = asyncio.LifoQueue()
        for reader in readers:
            self._readers.put_nowait(reader)
        self._turn = asyncio.Lock()
        self._statements = Statements()
        self._units: set[asyncio.Task[Any]] = set()
        self._file_lock = lock
        self._closed = False

    @classmethod
    async def open(cls, url: str) -> Database:
        """Open an existing, upgraded database.

        Raises StorageUnavailable where the file is missing, held by another process, or no database.
        """
        path = database_path(url)
        if not path.exists():
            raise StorageUnavailable("missing")
        lock = FileLock(f"{path}.lock")
        try:
            lock.acquire(timeout=0)
        except Timeout:
            raise StorageUnavailable("locked") from None
        except OSError:
            raise StorageUnavailable("read-only") from None
        opened: list[aiosqlite.Connection] = []
        try:
            for number in range(_READERS + 1):
                connection = await aiosqlite.connect(path, isolation_level=None, cached_statements=512)
                opened.append(connection)
                connection.row_factory = sqlite3.Row
                for pragma in _WRITER_PRAGMAS if number == 0 else _READER_PRAGMAS:
                    await connection.execute(pragma)
            at_once = _AtOnce(path)
        except BaseException as error:
            for connection in opened:
                await connection.close()
            lock.release()
            if isinstance(error, sqlite3.Error):
                raise explain(error) from error
            raise
        return cls(opened[0], opened[1:], at_once, lock)

    async def close(self) -> None:
        """Finish the units of work under way, then close every connection. Safe to call twice."""
        if self._closed:
            return
        self._closed = True
        if self._units:
            await asyncio.gather(*self._units, return_exceptions=True)
        self._at_once.close()
        try:
            for connection in (*self._all_readers, self._writer):
                await connection.close()
        finally:
            self._file_lock.release()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Reading]:
        """Borrow a read-only connection. Raises StorageUnavailable once the database is closed."""
        if self._closed:
            raise StorageUnavailable("closed")
        connection = await self._readers.get()
        try:
            yield Reading(connection, self._statements, self._at_once)
        finally:
            self._readers.put_nowait(connection)

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[Reading]:
        """Like :meth:`reading`, with every query seeing the data of one moment, for exports of many pages.

        It keeps one of the few reading connections to itself, so one at a time is enough.
        """
        async with self.reading() as reading:
            await reading.begin()
            try:
                yield reading
            finally:
                await reading.end()

    async def write(self, work: Callable[[Transaction], Awaitable[T]]) -> T:
        """Run one unit of work and return what it returned, after the commit.

        It runs in a task of its own: when the caller is cancelled the unit still ends whole.
        Raises what ``work`` raises (nothing is written then) or StorageUnavailable.
        """
        if self._closed:
            raise StorageUnavailable("closed")
        task = asyncio.create_task(self._unit(work))
        self._units.add(task)
        task.add_done_callback(self._units.discard)
        return await asyncio.shield(task)

    async def _unit(self, work: Callable[[Transaction], Awaitable[T]]) -> T:
        async with self._turn:
            transaction = Transaction(self._writer, self._statements)
            with _explained():
                await self._writer.execute("BEGIN IMMEDIATE")
            # Each statement of the work explains its own fault; what else goes wrong in it stays what it is.
            try:
                result = await work(transaction)
                with _explained():
                    await self._writer.execute("COMMIT")
            except BaseException:
                with _explained():
                    if self._writer.in_transaction:
                        await self._writer.execute("ROLLBACK")
                raise
        transaction._committed()
        return result
