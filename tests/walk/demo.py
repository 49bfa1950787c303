"""The demo as a process of its own, as somebody starts and ends it."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
LONGEST_START = 30.0
"""Seconds until a demo that does not become ready is ended."""


class Demo:
    """The demo as a process of its own."""

    def __init__(self, keep: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.address = f"http://127.0.0.1:{self.port}"
        options = ["--no-browser", "--port", str(self.port), "--keep", str(keep)]
        self._command = [sys.executable, "run.py", "demo", *options]
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> float:
        """Start it and return the seconds until it is ready."""
        began = time.monotonic()
        self._process = subprocess.Popen(
            self._command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        assert self._process.stdout is not None
        deadline = threading.Timer(LONGEST_START, self._process.kill)
        deadline.start()
        seen = []
        try:
            for line in self._process.stdout:
                seen.append(line)
                if self.address in line:
                    return time.monotonic() - began
        finally:
            deadline.cancel()
        raise RuntimeError(f"the demo did not start: {''.join(seen) or 'it said nothing'}")

    def stop(self) -> tuple[int, str]:
        """Press Ctrl-C; return the exit code and what it still printed."""
        if self._process is None:
            return 0, ""
        self._process.send_signal(signal.SIGINT)
        rest, _ = self._process.communicate(timeout=20)
        code, self._process = self._process.returncode, None
        return code, rest
