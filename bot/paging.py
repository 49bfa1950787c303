"""Pages of a list that changes meanwhile: the one behind a key, or the one that ends with it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

Row = TypeVar("Row")
Key = TypeVar("Key")


async def page_at(
    reach: Callable[[Key | None, bool], Awaitable[Sequence[Row]]],
    key: Callable[[Row], Key],
    at: Key | None,
    size: int,
    *,
    back: bool,
) -> tuple[Sequence[Row], Key | None]:
    """Return a page's rows, one more where another page follows, and the key that it begins behind; None: the start.

    ``reach(at, False)`` returns up to ``size + 1`` rows behind a key (None: from the start), ``reach(at, True)`` as
    many up to that key, which is one of them, the nearest first. Where nothing is left behind a key, or less than a
    page before it, this is the first page.
    """
    if back and at is not None:
        earlier = await reach(at, True)
        at = key(earlier[size]) if len(earlier) > size else None
    found = await reach(at, False)
    if found or at is None:
        return found, at
    return await reach(None, False), None
