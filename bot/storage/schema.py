"""What every table shares: the metadata object, the column kinds and the instant conversions.

Each room declares its own tables in its ``store.py`` against :data:`metadata`. Instants are integer
microseconds since 1970 UTC, so that SQLite and PostgreSQL order and compare them alike and no
driver guesses at time zones. Flags are integers 0 or 1 for the same reason.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Column, Integer, MetaData, Text

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

INSTANT, SNOWFLAKE = "instant", "snowflake"
"""Mark columns that hold one, in their ``info``."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def to_micros(instant: datetime) -> int:
    """Return the instant as microseconds since 1970 UTC. Raises ValueError for a naive datetime."""
    if instant.tzinfo is None:
        raise ValueError("a naive datetime has no instant")
    return (instant - _EPOCH) // _MICROSECOND


def from_micros(value: int) -> datetime:
    """Return the UTC instant that :func:`to_micros` stored."""
    return _EPOCH + value * _MICROSECOND


def maybe_micros(instant: datetime | None) -> int | None:
    """Like :func:`to_micros`, with None for None."""
    return None if instant is None else to_micros(instant)


def maybe_instant(value: int | None) -> datetime | None:
    """Like :func:`from_micros`, with None for None."""
    return None if value is None else from_micros(value)


def identity() -> Column[int]:
    """A primary key that is never given out twice, so that an old button can not address a newer item."""
    return Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True)


def snowflake(name: str, **options: Any) -> Column[int]:
    """A Discord id: a 64-bit integer; ``info`` says so, so that no person's id is overlooked."""
    return Column(name, BigInteger, **{"nullable": False, "info": {SNOWFLAKE: True}, **options})


def instant(name: str, **options: Any) -> Column[int]:
    """An instant in microseconds UTC; ``info`` says so, for files in which it is written out."""
    return Column(name, BigInteger, **{"nullable": False, "info": {INSTANT: True}, **options})


def number(name: str, **options: Any) -> Column[int]:
    """A whole number."""
    return Column(name, BigInteger, **{"nullable": False, **options})


def words(name: str, **options: Any) -> Column[str]:
    """A text; its length is checked by the room's rules before it comes here."""
    return Column(name, Text, **{"nullable": False, **options})
