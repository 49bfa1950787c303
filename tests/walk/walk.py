"""What the steps of the walk share: how one is told, counted, and held against what it may take."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Error

from tests.walk.demo import Demo
from tests.walk.screen import Screen, Task


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
            said = "\n      ".join(str(error).strip().splitlines()[:12])
            print(f"FAIL  {name}\n      {said}", flush=True)
            self.screen.failed(self.failed)
        else:
            self.passed += 1
            print(f"ok    {name}", flush=True)

    @contextmanager
    def task(self, name: str, interactions: int | None = None, typed: int | None = None) -> Iterator[None]:
        """Run a step whose interactions and typed fields are counted, and held against a budget where there is one."""
        task = Task(name, interactions, typed)
        with self.step(name), self.screen.counting(task):
            yield
            self.tasks.append(task)
        if task in self.tasks and interactions is not None:
            with self.step(f"{name}: at most {interactions} interactions, {typed} typed"):
                assert task.within, f"it took {task.interactions} and {task.typed}"

    def table(self) -> str:
        """What the tasks took."""
        lines = [f"{'task':<48}{'interactions':>14}{'typed fields':>14}"]
        for task in self.tasks:
            took = _against(task.interactions, task.most_interactions)
            typed = _against(task.typed, task.most_typed)
            lines.append(f"{task.name:<48}{took:>14}{typed:>14}{'' if task.within else '  too many'}")
        return "\n".join(lines)


def _against(took: int, most: int | None) -> str:
    return str(took) if most is None else f"{took} of {most}"
