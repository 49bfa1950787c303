"""Walks through the demo as people do: the real `run.py demo` in a headless browser.

    python -m tests.walk [--shots FOLDER | --docs] [--only NAME ...]

Every task counts its interactions (a command, a tap or a submitted form is one) and the fields somebody has to type,
and fails beyond its budget. Needs Chromium (CHROMIUM names it; the default is where Debian has it).
Ends with the table of tasks and "N passed, M failed"; the exit code is 0 only where nothing failed.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.walk import desk, everyday, pledging
from tests.walk.demo import ROOT, Demo
from tests.walk.screen import Screen
from tests.walk.walk import Walk

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-first-run",
]  # fmt: skip
STEPS = (
    everyday.arrive,
    everyday.join,
    everyday.pledge,
    everyday.announce,
    everyday.ask,
    everyday.set_up,
    pledging.together,
    pledging.only_if,
    pledging.others,
    pledging.living,
    desk.many,
    desk.look_back,
    desk.take_along,
    everyday.come_back,
)
"""In this order, on one demo: what a step leaves, the next ones find. The last one starts the demo anew, so whatever
else is walked goes in before it."""


def main() -> int:
    """Walk, print, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shots", type=Path, help="take pictures, into this folder")
    parser.add_argument("--docs", action="store_true", help="take pictures, into docs/screenshots")
    names = [step.__name__ for step in STEPS]
    parser.add_argument("--only", nargs="+", choices=names, metavar="NAME", help=f"some of: {', '.join(names)}")
    options = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="cogwheel-walk-") as folder:
        shots = ROOT / "docs" / "screenshots" if options.docs else options.shots
        if shots is not None:
            shots.mkdir(parents=True, exist_ok=True)
        demo = Demo(Path(folder) / "kept")
        print(f"the demo is ready after {demo.start():.1f} s", flush=True)
        try:
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
                walk = Walk(demo, Screen(browser, demo, shots))
                for step in STEPS:
                    if not options.only or step.__name__ in options.only:
                        step(walk)
                browser.close()
        finally:
            demo.stop()
    print(f"\n{walk.table()}\n\n{time.monotonic() - began:.0f} s")
    print(f"{walk.passed} passed, {walk.failed} failed")
    return 1 if walk.failed else 0


if __name__ == "__main__":
    sys.exit(main())
