"""One browser window, with words for what a person does in it; and what that took."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Locator, Page, Response, ViewportSize, expect

from tests.walk.demo import Demo

DESKTOP, PHONE = ViewportSize(width=1280, height=860), ViewportSize(width=400, height=860)
PATIENCE = 15_000
"""Milliseconds until something that should appear is given up."""
LOOKS = ("configure_presentation", "browse_")
"""What the page itself asks for when it is resized or a menu opens: nothing that a person did."""


@dataclass
class Task:
    """Something a person wants done, what it took, and what it may take; None where nobody promised anything."""

    name: str
    most_interactions: int | None = None
    most_typed: int | None = None
    interactions: int = 0
    typed: int = 0

    @property
    def within(self) -> bool:
        """Whether the budget holds."""
        pairs = ((self.interactions, self.most_interactions), (self.typed, self.most_typed))
        return all(most is None or took <= most for took, most in pairs)


class Screen:
    """One browser window: goes places as somebody, types commands, taps, fills forms in; and counts."""

    def __init__(self, browser: Browser, demo: Demo, shots: Path | None) -> None:
        self.page: Page = browser.new_page(viewport=DESKTOP, color_scheme="dark")
        self.page.set_default_timeout(PATIENCE)
        expect.set_options(timeout=PATIENCE)
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
        """Choose from a menu of the newest message that shows ``on``; where several may be chosen, one."""
        box = self.message(on).locator(".preview-select").nth(menu)
        box.locator(".select-trigger").click()
        option = self.page.locator(".select-option:visible").filter(has_text=label).first
        self._count()
        if box.locator("[role=listbox]").get_attribute("aria-multiselectable") == "true":
            option.click()
            self._acting(lambda: self.page.locator(".select-apply:visible").click())
        else:
            self._acting(lambda: option.click())

    def command(self, name: str, choices: dict[str, str] | None = None, /, **options: str) -> None:
        """Type a command with its options; where something is suggested, the first suggestion is taken.

        ``choices`` are options picked from a short list, by the beginning of what stands there: no typed field.
        """
        composer = self.page.locator("#channel-composer-input")
        composer.click()
        composer.fill("")
        composer.press_sequentially(f"/{name}", delay=5)
        title = self.page.locator(".command-entry-title strong").get_by_text(f"/{name}", exact=True)
        title.first.click()
        for option, text in {**options, **(choices or {})}.items():
            box = self.page.locator(f"input.command-option-input[data-option={option}]")
            self.page.locator(".command-row").wait_for()
            suggested = self.page.locator(f".command-suggestion[data-value={option}]")
            if not box.count():
                if not suggested.is_visible():
                    self.page.locator(".command-ghost").click()
                suggested.click()
            box.click()
            suggestion = self.page.locator(".command-popup .command-suggestion")
            if option in (choices or {}):
                box.press_sequentially(text, delay=5)
                suggestion.first.click()
            elif box.get_attribute("role") == "combobox":
                with self._answered("autocomplete_command", f'"value":{json.dumps(text, ensure_ascii=False)}'):
                    box.press_sequentially(text, delay=5)
                if suggestion.count():
                    suggestion.first.click()
            else:
                box.fill(text)
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

    @contextmanager
    def _answered(self, *parts: str) -> Iterator[Any]:
        """Wait until an action done inside the block, whose request holds these, is answered."""

        def is_it(response: Response) -> bool:
            body = response.request.post_data or ""
            looks = any(f'"kind":"{kind}' in body for kind in LOOKS)
            return response.url.endswith("/api/action") and not looks and all(part in body for part in parts)

        with self.page.expect_response(is_it) as waited:
            yield waited

    def _acting(self, act: Callable[[], None], kind: str = "") -> None:
        with self._answered(f'"kind":"{kind}') as waited:
            act()
        answer = waited.value.json()
        if answer.get("rejected"):
            raise AssertionError(f"refused: {answer.get('diagnostics')}")

    def failed(self, number: int) -> None:
        """Take a picture of where a step failed, if pictures are wanted."""
        if self._shots is not None:
            self.page.screenshot(path=self._shots / f"failed-{number}.png")

    def shoot(self, name: str) -> None:
        """Take a picture at both widths, if pictures are wanted: they take longer than all the rest."""
        if self._shots is None:
            return
        for suffix, size in (("desktop", DESKTOP), ("phone", PHONE)):
            self._resize(size)
            if self.page.locator("#action-status").count():
                self.message().evaluate("message => message.scrollIntoView({ block: 'end' })")
            self.page.screenshot(path=self._shots / f"{name}-{suffix}.png", full_page=name == "home")
        self._resize(DESKTOP)

    def _resize(self, size: ViewportSize) -> None:
        self.page.set_viewport_size(size)
        self.page.wait_for_timeout(500)  # the page fits itself to its new size
        status = self.page.locator("#action-status")
        if status.count():
            expect(status).not_to_contain_text("Updating")
