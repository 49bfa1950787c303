"""The commands of `run.py`: one table, and nothing imported before a command is chosen.

Standard library only at the top, because `run.py` reads the table before the pinned packages are installed.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot import __version__

ROOT = Path(__file__).resolve().parent.parent
RUNTIME = "requirements.txt"
DEVELOPMENT = "requirements-dev.txt"
STOPPED = 130
"""Exit code of a command ended by Ctrl-C, as shells count it (128 + SIGINT)."""


def _none(_: argparse.ArgumentParser) -> None:
    """For a command without options of its own."""


@dataclass(frozen=True, slots=True)
class Command:
    """One line of the table: what it is called, what it needs, how it is run."""

    name: str
    summary: str
    requirements: str
    run: Callable[[argparse.Namespace], int]
    options: Callable[[argparse.ArgumentParser], None] = _none
    passes_on: bool = False
    """Whether arguments it does not know are left in `rest` instead of being refused."""


def _demo_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=_port, default=8000, help="where the page is served (default: %(default)s)")
    parser.add_argument("--keep", type=Path, metavar="PATH", help="keep everything in this folder and go on from there")
    parser.add_argument("--no-browser", action="store_true", help="print the address and open no browser")


def _demo(options: argparse.Namespace) -> int:
    from bot.demo.run import main

    return main(port=options.port, keep=options.keep, no_browser=options.no_browser)


def _start(_: argparse.Namespace) -> int:
    from bot.start import main

    return main()


def _check(_: argparse.Namespace) -> int:
    from bot.check import main

    return main()


def _test(options: argparse.Namespace) -> int:
    # A process of its own, so that coverage sees this package being imported.
    return subprocess.call([sys.executable, "-m", "pytest", "-n", "auto", *options.rest], cwd=ROOT)


def _export_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("server", type=_server, metavar="ID", help="the server's id: the first number in a link to it")
    parser.add_argument("--for", dest="audience", choices=("board", "internal"), default="board", help="who reads it")
    parser.add_argument("--file", choices=("xlsx", "csv", "json"), default="xlsx", help="(default: %(default)s)")
    parser.add_argument("--into", type=Path, default=Path(), metavar="FOLDER", help="where to write it (default: here)")


def _export(options: argparse.Namespace) -> int:
    from bot.takeout import main

    return main(options.server, options.audience, options.file, options.into)


def _forget_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("server", type=_server, metavar="ID", help="the server's id: the first number in a link to it")
    parser.add_argument("--yes", action="store_true", help="do not ask to type the id again")


def _forget_server(options: argparse.Namespace) -> int:
    from bot.forgetting import main

    return main(options.server, yes=options.yes)


def _guard_eval(options: argparse.Namespace) -> int:
    from bot.guard.evaluate import main

    return main(options.rest)


COMMANDS = (
    Command("demo", "try it in the browser: an offline Discord, no token", DEVELOPMENT, _demo, _demo_options),
    Command("start", "run the bot on Discord (settings: .env.example)", RUNTIME, _start),
    Command("test", "run the tests; further arguments go to pytest", DEVELOPMENT, _test, passes_on=True),
    Command("check", "check settings, content and database, changing nothing", RUNTIME, _check),
    Command("export", "write all pledges of a server into a file", RUNTIME, _export, _export_options),
    Command("forget-server", "delete all that is held of a server, at once", RUNTIME, _forget_server, _forget_options),
    Command(
        "guard-eval",
        "measure the guard on a FILE of JSON lines (--json: figures only)",
        RUNTIME,
        _guard_eval,
        passes_on=True,
    ),
)


def _port(text: str) -> int:
    if text.isascii() and text.isdigit() and 1 <= int(text) <= 65535:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is not a port; choose a number from 1 to 65535, for example 8000")


def _server(text: str) -> int:
    if text.isascii() and text.isdigit() and 0 < int(text) < 2**63:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is not the id of a server; it is a long whole number")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="run.py", description="Cogwheel, a Discord bot for partner communities.", allow_abbrev=False
    )
    parser.add_argument("--version", action="version", version=f"Cogwheel {__version__}")
    names = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in COMMANDS:
        sub = names.add_parser(command.name, help=command.summary, description=command.summary, allow_abbrev=False)
        command.options(sub)
        sub.set_defaults(command=command)
    return parser


def parse(arguments: Sequence[str]) -> tuple[Command, argparse.Namespace]:
    """Return the command that the arguments name, and its options; what it passes on is in `rest`.

    Ends the process as argparse does: with help (0), or with a sentence on what is wrong (2).
    """
    parser = _parser()
    options, rest = parser.parse_known_args(arguments)
    command: Command = options.command
    if rest and not command.passes_on:
        parser.error(f"{command.name} does not know {' '.join(rest)}; see run.py {command.name} --help")
    options.rest = rest[1:] if rest[:1] == ["--"] else rest
    return command, options


def run(command: Command, options: argparse.Namespace) -> int:
    """Run a parsed command and return its exit code; Ctrl-C ends it without a traceback."""
    try:
        return command.run(options)
    except KeyboardInterrupt:
        return STOPPED


def main(arguments: Sequence[str] | None = None) -> int:
    """Parse and run in one go, for a Python that has the packages already; return the exit code."""
    return run(*parse(sys.argv[1:] if arguments is None else arguments))
