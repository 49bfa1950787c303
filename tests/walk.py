"""Walks through the demo as people do: the real `run.py demo` in a headless browser.

    python -m tests.walk [--shots FOLDER | --docs]

Every task counts its interactions (a command, a tap or a submitted form is one) and the fields somebody has to type,
and fails beyond its budget. Needs Chromium (CHROMIUM names it; the default is where Debian has it).
Ends with the table of tasks and "N passed, M failed"; the exit code is 0 only where nothing failed.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Error, Locator, Page, Response, ViewportSize, expect, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-first-run",
]  # fmt: skip
DESKTOP, PHONE = ViewportSize(width=1280, height=860), ViewportSize(width=400, height=860)
PATIENCE = 15_000
"""Milliseconds until something that should appear is given up."""
LONGEST_START = 30.0
"""Seconds until a demo that does not become ready is ended."""


@dataclass
class Task:
    """Something a person wants done, what it took, and what it may take."""

    name: str
    most_interactions: int
    most_typed: int
    interactions: int = 0
    typed: int = 0

    @property
    def within(self) -> bool:
        """Whether the budget holds."""
        return self.interactions <= self.most_interactions and self.typed <= self.most_typed


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


class Screen:
    """One browser window: goes places as somebody, types commands, taps, fills forms in; and counts."""

    def __init__(self, browser: Browser, demo: Demo, shots: Path) -> None:
        self.page: Page = browser.new_page(viewport=DESKTOP, color_scheme="dark")
        self.page.set_default_timeout(PATIENCE)
        self._demo = demo
        self._shots = shots
        self._task: Task | None = None

    @contextmanager
    def counting(self, task: Task) -> Iterator[None]:
        """Count what is done inside the block for this task."""
        self._task = task
        try:
            yield
        finally:
            self._task = None

    def _count(self, interactions: int = 1, typed: int = 0) -> None:
        if self._task is not None:
            self._task.interactions += interactions
            self._task.typed += typed

    def go(self, person: str, channel: str) -> None:
        """Be somebody in a channel."""
        self.page.goto(f"{self._demo.address}/be/{person}")
        self.page.goto(f"{self._demo.address}/channel/{channel}#{channel}")
        self.page.wait_for_selector("#preview-app[aria-busy=false]")
        expect(self.page.locator("#channel-message-list")).to_be_visible()

    def message(self, showing: str = "") -> Locator:
        """The newest message that shows this."""
        messages = self.page.locator(".channel-message")
        return (messages.filter(has_text=showing) if showing else messages).last

    def sees(self, showing: str, also: str = "") -> None:
        """Wait until a message shows this, and the newest such message that too."""
        expect(self.message(showing)).to_be_visible()
        if also:
            expect(self.message(showing)).to_contain_text(also)

    def tap(self, label: str, on: str = "") -> None:
        """Press the button with this label on the newest message that shows ``on``."""
        button = self.message(on).get_by_role("button", name=re.compile(rf"^\W*{re.escape(label)}$"))
        self._count()
        self._acting(lambda: button.last.click())

    def pick(self, label: str, on: str = "", menu: int = 0) -> None:
        """Choose from a menu of the newest message that shows ``on``."""
        box = self.message(on).locator(".preview-select").nth(menu)
        box.locator(".select-trigger").click()
        option = self.page.locator(".select-option:visible").filter(has_text=label).first
        self._count()
        self._acting(lambda: option.click())

    def command(self, name: str, **options: str) -> None:
        """Type a command with its options; where something is suggested, the first suggestion is taken."""
        composer = self.page.locator("#channel-composer-input")
        composer.click()
        composer.fill("")
        composer.press_sequentially(f"/{name}", delay=5)
        title = self.page.locator(".command-entry-title strong").get_by_text(f"/{name}", exact=True)
        title.first.click()
        for option, text in options.items():
            box = self.page.locator(f"input.command-option-input[data-option={option}]")
            self.page.locator(".command-row").wait_for()
            if not box.count():
                self.page.locator(f".command-suggestion[data-value={option}]").click()
            box.click()
            box.press_sequentially(text, delay=5)
            if box.get_attribute("role") == "combobox":
                popup = self.page.locator(".command-popup")
                expect(popup.filter(has_text=re.compile(re.escape(text), re.IGNORECASE))).to_be_visible()
                expect(popup.locator("[aria-busy=true]")).to_have_count(0)
                self.page.wait_for_timeout(400)  # what is suggested for the last letters typed
                suggestion = popup.locator(".command-suggestion")
                if suggestion.count():
                    suggestion.first.click()
        self._count(typed=len(options))
        self._acting(lambda: self.page.locator("#send-message").click(), kind="run_command")

    def fill_in(self, typed: dict[str, str] | None = None, choose: dict[str, str] | None = None) -> None:
        """Fill the open form in by the names of its fields, and hand it in."""
        dialog = self.page.locator(".modal-dialog")
        dialog.wait_for()
        for name, text in (typed or {}).items():
            dialog.locator(f"[data-custom-id={name}]").locator("input, textarea").first.fill(text)
        for name, label in (choose or {}).items():
            field = dialog.locator(f"[data-custom-id={name}]")
            trigger = field.locator(".select-trigger")
            if trigger.count():
                trigger.click()
                field.locator(".select-option").filter(has_text=label).first.click()
                if trigger.get_attribute("aria-expanded") == "true":
                    trigger.click()
            else:
                field.locator("label.modal-choice").filter(has_text=label).first.click()
        self._count(typed=len(typed or {}))
        self._acting(lambda: dialog.locator("button[type=submit]").click())
        expect(dialog).to_have_count(0)

    def _acting(self, act: Callable[[], None], kind: str = "") -> None:
        def is_answer(response: Response) -> bool:
            body = response.request.post_data or ""
            return response.url.endswith("/api/action") and f'"kind":"{kind}' in body

        with self.page.expect_response(is_answer) as waited:
            act()
        answer = waited.value.json()
        if answer.get("rejected"):
            raise AssertionError(f"refused: {answer.get('diagnostics')}")

    def shoot(self, name: str) -> None:
        """Take a picture at both widths."""
        for suffix, size in (("desktop", DESKTOP), ("phone", PHONE)):
            self.page.set_viewport_size(size)
            self.page.wait_for_timeout(500)  # the page fits itself to its new size
            status = self.page.locator("#action-status")
            if status.count():
                expect(status).not_to_contain_text("Updating")
                self.message().evaluate("message => message.scrollIntoView({ block: 'end' })")
            self.page.screenshot(path=self._shots / f"{name}-{suffix}.png", full_page=name == "home")
        self.page.set_viewport_size(DESKTOP)
        self.page.wait_for_timeout(200)


class Walk:
    """The steps in order. A step that fails is told and the walk goes on with the next."""

    def __init__(self, demo: Demo, screen: Screen) -> None:
        self.demo = demo
        self.screen = screen
        self.tasks: list[Task] = []
        self.passed = 0
        self.failed = 0

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Run one step and note how it went."""
        try:
            yield
        except (AssertionError, Error, RuntimeError, subprocess.TimeoutExpired) as error:
            self.failed += 1
            print(f"FAIL  {name}\n      {str(error).strip().splitlines()[0]}", flush=True)
            self.screen.page.screenshot(path=self.screen._shots / f"failed-{self.failed}.png")
        else:
            self.passed += 1
            print(f"ok    {name}", flush=True)

    @contextmanager
    def task(self, name: str, interactions: int, typed: int) -> Iterator[None]:
        """Run a step that has a budget."""
        task = Task(name, interactions, typed)
        with self.step(name), self.screen.counting(task):
            yield
            self.tasks.append(task)
        if task in self.tasks:
            with self.step(f"{name}: at most {interactions} interactions, {typed} typed"):
                assert task.within, f"it took {task.interactions} and {task.typed}"

    def arrive(self) -> None:
        """The home page and the welcome card."""
        screen = self.screen
        with self.step("home page"):
            screen.page.goto(self.demo.address)
            expect(screen.page.get_by_role("heading", name="Five things to try")).to_be_visible()
            expect(screen.page.locator(".tries li")).to_have_count(5)
            width = screen.page.evaluate("document.documentElement.scrollWidth")
            assert width <= DESKTOP["width"]
            screen.page.set_viewport_size(PHONE)
            assert screen.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
            screen.shoot("home")
        with self.step("welcome card"):
            screen.go("nora", "welcome")
            for label in ("Join", "Ask", "What's on", "Pledge", "Get help"):
                expect(screen.message("cogs turning").get_by_role("button", name=label)).to_be_visible()
            screen.shoot("welcome")

    def join(self) -> None:
        """Nora registers for a sector that nobody stands for yet."""
        screen = self.screen
        with self.task("join", 4, 0):
            screen.go("nora", "welcome")
            screen.tap("Join", on="cogs turning")
            screen.shoot("join-form")
            screen.fill_in(choose={"sectors": "Healthcare", "visibility": "Named", "consent": "18 or older"})
            screen.tap("Save", on="Is this right?")
            screen.sees("Welcome, you are in", "Healthcare")
            screen.shoot("joined")

    def pledge(self) -> None:
        """From a ready-made action to a kept pledge."""
        screen = self.screen
        with self.task("pledge a ready-made action", 5, 1):
            screen.go("nora", "ideas")
            screen.command("pledge make", action="Train staff on signs")
            screen.shoot("pledge-form")
            screen.fill_in(choose={"visibility": "Named"})
            screen.tap("Submit", on="Train staff on signs")
            screen.shoot("pledge-handed-in")
        with self.task("review a pledge", 2, 0):
            screen.go("olga", "organisers")
            screen.sees("Train staff on signs")
            screen.shoot("review")
            screen.tap("Approve", on="Train staff on signs")
        with self.step("the public card"):
            screen.go("nora", "pledges")
            expect(screen.page.locator("#viewer-picker option:checked")).to_have_text("Nora (new here)")
            screen.sees("Train staff on signs", "active")
            screen.shoot("pledges")
        with self.step("done"):
            screen.go("nora", "ideas")
            screen.command("pledge update", pledge="Train staff")
            screen.tap("Done")
            screen.fill_in(typed={"note": "Every ward has had its hour."})
            screen.go("olga", "organisers")
            screen.sees("Train staff on signs", "Every ward has had its hour.")
            screen.tap("Confirm done", on="Every ward has had its hour.")
            screen.go("nora", "pledges")
            screen.sees("Train staff on signs", "kept")
        with self.step("the wheel shows the cog"):
            screen.go("nora", "ideas")
            screen.command("wheel")
            screen.sees("12 of 14 cogs turning")
            picture = screen.message("cogs turning").locator("img").first
            expect(picture).to_be_visible()
            alt = picture.get_attribute("alt") or ""
            assert "Healthcare" in alt, f"the picture's text is: {alt[:300]}"
            screen.shoot("wheel")
            screen.pick("Healthcare", on="cogs turning")
            screen.sees("Healthcare", "kept")
            screen.shoot("wheel-sector")

    def announce(self) -> None:
        """Mo announces, Elin comes."""
        screen = self.screen
        with self.task("announce an event", 4, 2):
            screen.go("mo", "organisers")
            screen.command("announce event", title="Coffee for newcomers", starts="friday 15:00")
            screen.fill_in()
            screen.sees("Coffee for newcomers")
            screen.shoot("announce-preview")
            screen.tap("Post now", on="Coffee for newcomers")
        with self.task("sign up for an event", 1, 0):
            screen.go("elin", "announcements")
            screen.sees("Coffee for newcomers")
            screen.tap("Going", on="Coffee for newcomers")
            screen.sees("Coffee for newcomers")
            screen.sees("Going: a few")
            screen.shoot("announcements")

    def ask(self) -> None:
        """A question with an answer, and one for people."""
        screen = self.screen
        with self.task("first answer", 2, 1):
            screen.go("signe", "questions")
            screen.command("faq", question="Vad är ett löfte?")
            expect(screen.message().get_by_role("button").first).to_be_visible()
            screen.shoot("answer")
        question = "Is there parking for a horse trailer?"
        with self.step("ask an organiser"):
            screen.go("elin", "questions")
            screen.command("faq", question=question)
            screen.tap("Ask an organiser")
            screen.fill_in()
            screen.go("mo", "organisers")
            screen.sees(question)
            screen.tap("Answer", on=question)
            screen.fill_in(typed={"answer": "Yes, behind the hall."})
        with self.step("the answer arrives"):
            screen.go("elin", "questions")
            screen.page.goto(f"{self.demo.address}/channel/dm-elin#dm-elin")
            screen.sees("Yes, behind the hall.")
            screen.shoot("notice")

    def set_up(self) -> None:
        """Ada sets the server up (again: the demo's is set up already)."""
        screen = self.screen
        with self.task("set up with existing channels", 6, 0):
            screen.go("ada", "organisers")
            screen.command("setup start")
            screen.shoot("setup")
            screen.tap("Go on", on="Set up, 1 of 2")
            screen.tap("Finish", on="Set up, 2 of 2")
            screen.sees("Set up", "Organisers' panel")

    def come_back(self, keep: Path) -> None:
        """Stop, start again on the same folder, and find everything as it was."""
        screen = self.screen
        with self.step("Ctrl-C ends it cleanly"):
            code, rest = self.demo.stop()
            assert code == 0, f"exit code {code}: {rest}"
            assert "Traceback" not in rest, rest
        with self.step("it starts again on what was kept"):
            seconds = self.demo.start()
            print(f"      ready after {seconds:.1f} s")
        with self.step("the same state"):
            screen.go("nora", "pledges")
            screen.sees("Train staff on signs", "kept")
            screen.go("elin", "announcements")
            screen.sees("Coffee for newcomers")
        with self.step("old buttons answer"):
            screen.tap("Maybe", on="Going: a few")
            screen.go("olga", "organisers")
            screen.tap("History", on="Every ward has had its hour.")
            screen.sees("Only you can see this", "Olga")
            screen.go("nora", "welcome")
            screen.tap("What's on", on="cogs turning")
            screen.sees("Coffee for newcomers")
            screen.shoot("events")
        with self.step("the clock moves"):
            screen.page.goto(self.demo.address)
            before = screen.page.locator("#time").inner_text()
            screen.page.get_by_role("button", name="+1 day").click()
            screen.page.wait_for_url("**/#clock")
            assert screen.page.locator("#time").inner_text() != before

    def table(self) -> str:
        """What the tasks took."""
        lines = [f"{'task':<32}{'interactions':>14}{'typed fields':>14}"]
        for task in self.tasks:
            lines.append(
                f"{task.name:<32}{f'{task.interactions} of {task.most_interactions}':>14}"
                f"{f'{task.typed} of {task.most_typed}':>14}{'' if task.within else '  too many'}"
            )
        return "\n".join(lines)


def main() -> int:
    """Walk, print, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shots", type=Path, help="the folder that pictures go to (default: a temporary one)")
    parser.add_argument("--docs", action="store_true", help="put the pictures into docs/screenshots")
    options = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="cogwheel-walk-") as folder:
        shots = ROOT / "docs" / "screenshots" if options.docs else options.shots or Path(folder) / "shots"
        shots.mkdir(parents=True, exist_ok=True)
        keep = Path(folder) / "kept"
        demo = Demo(keep)
        print(f"the demo is ready after {demo.start():.1f} s", flush=True)
        try:
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
                walk = Walk(demo, Screen(browser, demo, shots))
                walk.arrive()
                walk.join()
                walk.pledge()
                walk.announce()
                walk.ask()
                walk.set_up()
                walk.come_back(keep)
                browser.close()
        finally:
            demo.stop()
    print(f"\n{walk.table()}\n\n{time.monotonic() - began:.0f} s")
    print(f"{walk.passed} passed, {walk.failed} failed")
    return 1 if walk.failed else 0


if __name__ == "__main__":
    sys.exit(main())
