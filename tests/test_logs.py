"""Logs: one line a record, in UTC, with the reference, without secrets and without what people wrote."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import re
import sqlite3
import warnings
from collections.abc import Iterator

import discord
import pytest

from bot import logs
from bot.errors import Invalid, StorageUnavailable

TOKEN = "MTAwMDAwMDAwMDAwMDAwMDAwMA.Fictio.nal-token-for-tests-0123456789abcdef"
INTERACTION = "aW50ZXJhY3Rpb246MTIzNDU2Nzg5MDEyMzQ1Njc4OTA6ZmljdGlvbmFs"
TYPED = "something a person wrote"
QUIET = ("discord", "discord.http", "aiosqlite", "sqlalchemy.engine")


@pytest.fixture(autouse=True)
def _logging_as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    levels = {name: logging.getLogger(name).level for name in logs._FLOORS}
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, before in levels.items():
        logging.getLogger(name).setLevel(before)
    logging.captureWarnings(False)


def text(level: str = "INFO", token: str | None = None) -> io.StringIO:
    stream = io.StringIO()
    logs.configure(level, "text", token=token, stream=stream)
    return stream


def lines(level: str = "INFO") -> io.StringIO:
    stream = io.StringIO()
    logs.configure(level, "json", stream=stream)
    return stream


def test_text_has_time_in_utc_level_logger_and_message() -> None:
    out = text()
    logging.getLogger("cogwheel.test").warning("%d rows waited", 3)
    assert re.fullmatch(
        r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z WARNING  cogwheel\.test 3 rows waited\n", out.getvalue()
    )
    record = logging.makeLogRecord({"created": 0.25, "msecs": 250.0})
    assert logs.Formatter.moment(record) == "1970-01-01T00:00:00.250Z"


def test_json_is_one_object_a_line_even_for_an_exception() -> None:
    out = lines()
    try:
        raise OSError(28, "No space left on device")
    except OSError:
        logging.getLogger("cogwheel.test").exception("could not write\nthe file")
    entry = json.loads(out.getvalue())
    assert out.getvalue().count("\n") == 1
    assert (entry["level"], entry["logger"], entry["message"]) == (
        "ERROR",
        "cogwheel.test",
        "could not write\nthe file",
    )
    assert entry["exception"].endswith("OSError: [Errno 28] No space left on device")
    assert "test_logs.py" in entry["exception"]


def test_a_message_cannot_forge_a_second_record() -> None:
    out = text()
    logging.getLogger("cogwheel.test").info("a role\n2020-01-01 ERROR named\x1b[31m so")
    assert out.getvalue().count("\n") == 1
    assert "\x1b" not in out.getvalue()


def test_the_reference_of_what_is_being_answered_is_in_every_record() -> None:
    reference = logs.reference()
    known = logs.current_reference.set(reference)
    try:
        out = text()
        logging.getLogger("discord.client").info("hello")
        assert f" [{reference}] hello" in out.getvalue()
        out = lines()
        logging.getLogger("discord.client").info("hello")
        assert json.loads(out.getvalue())["reference"] == reference
    finally:
        logs.current_reference.reset(known)
    logging.getLogger("discord.client").info("later")
    assert "reference" not in json.loads(out.getvalue().splitlines()[-1])


def test_references_are_short_distinct_and_can_be_read_aloud() -> None:
    seen = {logs.reference() for _ in range(500)}
    assert len(seen) == 500
    assert all(re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{6}", each) for each in seen)


@pytest.mark.parametrize(
    "secret",
    [
        TOKEN,
        INTERACTION,
        f"https://discord.com/api/v10/webhooks/1234/{INTERACTION}/messages/@original",
        "https://discord.com/api/v10/webhooks/1234/a-Webhook_token?wait=true",
        "/interactions/1234/short-token/callback",
    ],
)
@pytest.mark.parametrize("format", ["text", "json"])
def test_what_is_shaped_like_a_token_is_redacted_wherever_it_stands(secret: str, format: str) -> None:
    out = text() if format == "text" else lines()
    logger = logging.getLogger("discord.http")
    logger.warning("rate limited: POST %s", secret)
    try:
        raise OSError(f"cannot reach {secret}")
    except OSError:
        logger.exception("failed")
    written = out.getvalue()
    assert logs.REDACTED in written
    for part in (TOKEN, INTERACTION, "a-Webhook_token", "short-token"):
        assert part not in written


def test_the_configured_token_is_redacted_whatever_its_shape() -> None:
    out = text(token="odd.one.out")
    logging.getLogger("cogwheel").info("the header was Bot odd.one.out!")
    assert out.getvalue().endswith("the header was Bot [redacted]!\n")


def test_ordinary_words_are_not_redacted() -> None:
    out = text()
    sentence = "pledges.service 12 rows of guild 123456789012345678 in https://example.org/webhooks/how-to at v1.2.3"
    logging.getLogger("cogwheel").info(sentence)
    assert sentence in out.getvalue()


@pytest.mark.parametrize("name", QUIET)
def test_libraries_that_log_payloads_stay_quiet_at_debug(name: str) -> None:
    out = text("DEBUG")
    logging.getLogger(name).debug("payload %s", TYPED)
    logging.getLogger("cogwheel").debug("own detail")
    assert TYPED not in out.getvalue()
    assert "own detail" in out.getvalue()


@pytest.mark.parametrize(
    "error",
    [
        ValueError(TYPED),
        KeyError(TYPED),
        Invalid("title", "too-long", given=TYPED),
        discord.DiscordException(TYPED),
        sqlite3.OperationalError(f'fts5: syntax error near "{TYPED}"'),
        ExceptionGroup(TYPED, [ValueError(TYPED)]),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_exception_is_logged_without_what_somebody_typed(error: Exception) -> None:
    out = text()
    try:
        try:
            raise error
        except Exception as inner:
            raise RuntimeError(TYPED) from inner
    except RuntimeError:
        logging.getLogger("cogwheel").exception("the command failed")
    written = out.getvalue()
    assert TYPED not in written
    assert type(error).__name__ in written
    assert "which led to:" in written
    assert "in test_an_exception_is_logged_without_what_somebody_typed" in written


def test_what_a_machine_says_about_a_failure_is_kept() -> None:
    out = text()
    for error in (sqlite3.OperationalError("database is locked"), StorageUnavailable("locked"), OSError("no route")):
        logging.getLogger("cogwheel").error("failed", exc_info=error)
    assert "sqlite3.OperationalError: database is locked" in out.getvalue()
    assert "bot.errors.StorageUnavailable: why='locked'" in out.getvalue()
    assert "OSError: no route" in out.getvalue()


async def test_a_task_that_nobody_awaited_is_logged_without_its_text() -> None:
    out = text()
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(logs.loop_error)
    task = loop.create_future()
    task.set_exception(ValueError(TYPED))
    del task  # the future reports itself when it is collected
    loop.call_exception_handler({"message": "Unclosed connection"})
    written = out.getvalue()
    assert "Future exception was never retrieved" in written
    assert "ValueError: (text withheld)" in written
    assert "Unclosed connection" in written
    assert TYPED not in written


def test_configuring_again_replaces_the_first_handler_and_leaves_others() -> None:
    other = logging.NullHandler()
    logging.getLogger().addHandler(other)
    first, second = text(), text()
    logging.getLogger("cogwheel").info("once")
    assert (first.getvalue(), second.getvalue().count("once")) == ("", 1)
    assert other in logging.getLogger().handlers


def test_warnings_of_python_are_logged_too() -> None:
    out = text()
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(True)
        warnings.warn("this will go away", DeprecationWarning, stacklevel=1)
    assert "py.warnings" in out.getvalue()
    assert "this will go away" in out.getvalue()


def test_an_unknown_format_or_level_is_refused() -> None:
    with pytest.raises(ValueError, match="text or json"):
        logs.configure("INFO", "xml")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="LOUD"):
        logs.configure("LOUD")
