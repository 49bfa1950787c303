#!/usr/bin/env python3
"""Start here: `python3 run.py demo`, `python3 run.py test`, and `python3 run.py --help` for the rest.

Only the standard library is needed to run this file. Where the pinned packages are not importable it makes a virtual
environment `.venv` beside itself, installs them there, and runs itself again inside it with the same arguments.
It parses on Python 3.6, so that an old Python gets a sentence instead of a syntax error.

Exit codes: 3 when the set-up could not be done; every other code is the command's own.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - this file is what an old Python meets first
    sys.stderr.write(
        f"Cogwheel needs Python 3.11 or newer, and this is Python {sys.version_info[0]}.{sys.version_info[1]}: install "
        "a newer one (python.org has it for every system) and use it here, for example: python3.12 run.py demo\n"
    )
    sys.exit(3)

import contextlib
import errno
import importlib.metadata
import importlib.util
import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TextIO

from bot import cli

ROOT = Path(__file__).resolve().parent
HANDED_OVER = "COGWHEEL_HANDED_OVER"  # set for the process inside .venv, so that it never starts a set-up of its own
PIN = re.compile(
    r"(?P<name>[A-Za-z0-9._-]+)(?:\[[^\]]*\])?==(?P<version>[^\s;#]+)\s*(?:;\s*(?P<marker>[^#]*))?(?:#.*)?"
)
FETCHED = re.compile(r"^(?:Collecting|Requirement already satisfied:) ([A-Za-z0-9._-]+)", re.MULTILINE)
MARKERS = {
    "": True,
    'python_version >= "3.13"': sys.version_info >= (3, 13),
    'sys_platform == "win32"': sys.platform == "win32",
}
NOT_THE_PINNED = "The packages in .venv are not the pinned ones: delete the folder .venv and run this again."
DISK_FULL = "The disk is full: free about 1 GB and run this again."
# What pip says when it fails, and what to do about it; the first that fits is told.
ADVICE = (
    (r"No space left on device|Errno 28\b", DISK_FULL),
    (
        r"CERTIFICATE_VERIFY_FAILED|SSLCertVerificationError",
        "The package index could not be trusted (certificate check failed): behind a company proxy, set PIP_CERT to "
        "its certificate file; otherwise check the clock of this machine. Then run this again.",
    ),
    (
        r"NewConnectionError|NameResolutionError|name resolution|getaddrinfo failed|ConnectTimeoutError"
        r"|ReadTimeoutError|Read timed out|ProxyError|Network is unreachable|Connection (?:refused|reset|aborted)",
        "The package index could not be reached: check the network connection (behind a proxy, set HTTPS_PROXY) and "
        "run this again.",
    ),
    (r"No module named pip", "The folder .venv was made without pip: delete it and run this again."),
    (
        r"Permission denied|Access is denied|WinError (?:5|32)\b",
        "A file in .venv could not be written: stop whatever still runs from it, delete the folder .venv, and run "
        "this again.",
    ),
    (
        r"No matching distribution found|Failed building wheel|subprocess-exited-with-error|different Python:",
        "A package is not offered for this Python or this system: use Python 3.11 to 3.14, delete the folder "
        ".venv, and run this again.",
    ),
)


class SetUpError(Exception):
    """The set-up could not be done; the text is one sentence that says what to do."""


def pins(requirements: Path) -> dict[str, str]:
    """Return name -> exact version of every package the file (and the files it includes) asks for on this machine.

    Raises `SetUpError` for a line that is not an exact pin, because nothing else can be compared.
    """
    found: dict[str, str] = {}
    for line in requirements.read_text(encoding="utf-8").splitlines():
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        if line.startswith("-r "):
            found.update(pins(requirements.parent / line[3:].strip()))
            continue
        pin = PIN.fullmatch(line)
        marker = (pin["marker"] or "").strip() if pin else ""
        if pin is None or marker not in MARKERS:
            raise SetUpError(f"{requirements.name} has a line that is no exact pin; write it as name==version: {line}")
        if MARKERS[marker]:
            found[pin["name"]] = pin["version"]
    return found


def satisfied(wanted: dict[str, str], folder: Path | None = None) -> bool:
    """Return whether exactly the wanted versions are installed: in this Python, or in a site-packages folder."""
    path = sys.path if folder is None else [str(folder)]
    for name, version in wanted.items():
        installed = next(iter(importlib.metadata.distributions(name=name, path=path)), None)
        if installed is None or installed.version != version:
            return False
    return True


class Environment:
    """The virtual environment beside run.py.

    A file `unfinished` lies in it from before the first byte is written until the last package is in place, so an
    interrupted set-up is never taken for a complete one: it is thrown away and made anew.
    """

    def __init__(self, root: Path) -> None:
        self.folder = root / ".venv"
        self.lock = root / ".venv.lock"
        self.unfinished = self.folder / "unfinished"
        self.log = self.folder / "set-up.log"
        self.python = self.folder.joinpath(*(("Scripts", "python.exe") if os.name == "nt" else ("bin", "python")))

    def packages(self) -> Path | None:
        """Return the folder its packages are in, or None while there is none."""
        pattern = "Lib/site-packages" if os.name == "nt" else "lib/python3*/site-packages"
        return next(self.folder.glob(pattern), None)

    def complete(self, wanted: dict[str, str]) -> bool:
        """Return whether a finished set-up left exactly the wanted versions here."""
        packages = self.packages()
        usable = packages is not None and self.python.exists() and not self.unfinished.exists()
        return usable and satisfied(wanted, packages)

    def set_up(self, requirements: Path, wanted: dict[str, str]) -> None:
        """Make or upgrade the environment so that it is `complete(wanted)`.

        Raises `SetUpError` with what to do when that is impossible.
        """
        if self.complete(wanted):
            return
        if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
            raise SetUpError(
                "This Python lacks its venv module: install it (on Debian and Ubuntu: sudo apt install python3-venv) "
                "and run this again."
            )
        try:
            with only_one(self.lock) as lock:
                if not self.complete(wanted):  # another run may have finished it in the meantime
                    self._fill(requirements, wanted, lock)
        except OSError as error:
            if error.errno == errno.ENOSPC:
                raise SetUpError(DISK_FULL) from error
            raise SetUpError(
                f"The folder {self.folder.parent} cannot be written to ({error.strerror or error}): copy Cogwheel to a "
                "folder of your own and run it there."
            ) from error

    def _fill(self, requirements: Path, wanted: dict[str, str], lock: int) -> None:
        if self.unfinished.exists() or (self.folder.exists() and not self.python.exists()):
            shutil.rmtree(self.folder)
        fresh = not self.folder.exists()
        self.folder.mkdir(exist_ok=True)
        self.unfinished.touch()
        with Progress(len(wanted), sys.stderr) as progress:
            if fresh:
                # From within a virtual environment the Python it was made from does it: its own may lie in the folder.
                maker = getattr(sys, "_base_executable", sys.executable)
                self._do([maker, "-m", "venv", str(self.folder)], lock, progress, lambda: (0, "fetched"))
            command = [str(self.python), "-m", "pip", "install", "--requirement", str(requirements)]
            quiet = ["--disable-pip-version-check", "--no-input", "--no-color", "--progress-bar=off", "--retries=2"]
            self._do([*command, *quiet], lock, progress, lambda: self._state(wanted))
        self.unfinished.unlink()
        if not self.complete(wanted):
            raise SetUpError(NOT_THE_PINNED)

    def _state(self, wanted: dict[str, str]) -> tuple[int, str]:
        """Return how many packages are done and what is being done with them, as pip's log and the folder tell."""
        seen = self._log_text()
        if "Installing collected packages" not in seen:
            return len(set(FETCHED.findall(seen))), "fetched"
        packages = self.packages()
        there = 0 if packages is None else sum(1 for _ in packages.glob("*.dist-info"))
        return min(there, len(wanted)), "installed"

    def _log_text(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace") if self.log.exists() else ""

    def _do(
        self, command: Sequence[str], lock: int, progress: "Progress", state: Callable[[], tuple[int, str]]
    ) -> None:
        # Settings that send packages elsewhere would leave .venv empty; proxies and mirrors stay as they are.
        kept = {k: v for k, v in os.environ.items() if k not in ("PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PYTHONHOME")}
        with self.log.open("wb") as log:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**kept, "PYTHONUTF8": "1"},
                # It keeps the lock too: where only this process is killed, nobody clears the folder under it.
                pass_fds=() if os.name == "nt" else (lock,),
            )
            try:
                progress.show(*state())
                while process.poll() is None:
                    time.sleep(0.2)
                    progress.show(*state())
            except BaseException:
                process.terminate()
                process.wait()
                raise
        if process.returncode != 0:
            raise SetUpError(advice(self._log_text(), self.log))


def advice(output: str, log: Path) -> str:
    """Return the sentence that says what to do about this output of a failed pip or venv."""
    if "ensurepip" in output:
        return (
            "Python could not put pip into .venv: install it whole (on Debian and Ubuntu: sudo apt install "
            "python3-venv), delete the folder .venv, and run this again."
        )
    for pattern, sentence in ADVICE:
        if re.search(pattern, output):
            return sentence
    last = next((line.strip() for line in reversed(output.splitlines()) if line.strip()), "it said nothing")
    return f"The packages could not be installed ({last[:200]}): see {log}, then run this again."


class Progress:
    """One line that counts packages: rewritten in a terminal, a new line now and then elsewhere (a log, CI)."""

    STEP = 10  # packages between two lines where a line cannot be rewritten

    def __init__(self, total: int, stream: TextIO) -> None:
        self.total = total
        self.stream = stream
        self.rewrites = stream.isatty()
        self.shown = ""
        self.last: tuple[int, str] | None = None

    def __enter__(self) -> "Progress":
        self.started = time.monotonic()
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            self._write(f"Set up in {time.monotonic() - self.started:.0f} s.")
        if self.rewrites:
            self.stream.write("\n")
            self.stream.flush()

    def show(self, done: int, doing: str) -> None:
        """Tell how many of the packages are done; `doing` is the word for it, "fetched" or "installed"."""
        due = self.last is None or self.last[1] != doing or done - self.last[0] >= self.STEP
        if self.rewrites or due:
            self.last = (done, doing)
            self._write(f"Setting up (once, about a minute): {done} of {self.total} packages {doing}")

    def _write(self, line: str) -> None:
        if line != self.shown:
            self.stream.write("\r" + line.ljust(len(self.shown)) if self.rewrites else line + "\n")
            self.stream.flush()
            self.shown = line


@contextlib.contextmanager
def only_one(path: Path) -> Iterator[int]:
    """Keep a second set-up of the same folder out. Gives the descriptor that holds the lock.

    The lock goes with the processes that have the descriptor open, however they end.
    """
    with path.open("w") as file:
        try:
            if sys.platform == "win32":
                import msvcrt

                msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
            else:
                import fcntl

                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise SetUpError(
                "Another set-up is running in this folder: wait until it has finished and run this again."
            ) from error
        yield file.fileno()


def hand_over(python: Path, arguments: Sequence[str]) -> int:
    """Run this file again inside the environment; on POSIX it takes the place of this process."""
    command = [str(python), str(ROOT / "run.py"), *arguments]
    os.environ[HANDED_OVER] = "1"
    sys.stdout.flush()
    sys.stderr.flush()
    if os.name != "nt":
        os.execv(command[0], command)
    # Windows has no real exec: stay, pass the exit code on, and leave Ctrl-C to the child, which gets it too.
    with subprocess.Popen(command) as process:
        while True:
            with contextlib.suppress(KeyboardInterrupt):
                return process.wait()


def main(arguments: Sequence[str]) -> int:
    """Run the command that the arguments name, setting up first where needed; return its exit code."""
    command, options = cli.parse(arguments)
    handed_over = os.environ.pop(HANDED_OVER, None) is not None
    try:
        requirements = ROOT / command.requirements
        wanted = pins(requirements)
        if not satisfied(wanted):
            environment = Environment(ROOT)
            if handed_over:
                raise SetUpError(NOT_THE_PINNED)
            environment.set_up(requirements, wanted)
            return hand_over(environment.python, arguments)
    except SetUpError as error:
        print(error, file=sys.stderr)
        return 3
    except KeyboardInterrupt:
        print("\nStopped: run the same command again to finish the set-up.", file=sys.stderr)
        return 130
    return cli.run(command, options)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
