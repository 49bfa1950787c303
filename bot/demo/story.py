"""Reads the story of the demo's coalition: who is in it and what they did when. All of it is content."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Literal

from pydantic import ConfigDict, TypeAdapter
from pydantic.dataclasses import dataclass as checked

from bot.actor import Standing
from bot.members.model import Reach, Visibility
from bot.pledges.model import Act
from bot.servers.model import Channel

_STRICT = ConfigDict(extra="forbid")


@checked(config=_STRICT, frozen=True)
class Server:
    """The server itself; ``began`` is in days before the demo starts."""

    name: str
    zone: str
    began: int


@checked(config=_STRICT, frozen=True)
class Role:
    """A role that gives a standing; permissions by their name in discord.py."""

    standing: Standing
    name: str
    colour: str
    permissions: tuple[str, ...]


@checked(config=_STRICT, frozen=True)
class Place:
    """A channel: whether people write in it, and whether only staff see it."""

    purpose: Channel
    topic: str
    talk: bool = False
    staff: bool = False


@checked(config=_STRICT, frozen=True)
class Person:
    """Somebody in the server; registered where ``joined`` says how many days ago."""

    key: str
    name: str
    about: str = ""
    visit: bool = False
    """Whether the visitor can be this person."""
    standing: Standing = Standing.MEMBER
    locale: str = "en-US"
    joined: float | None = None
    sectors: tuple[str, ...] = ()
    organisation: str = ""
    offers: str = ""
    visibility: Visibility = Visibility.COUNTED
    reach: Reach = Reach.PROFILE


@checked(config=_STRICT, frozen=True)
class Step:
    """What somebody did to a pledge."""

    ago: float
    act: Literal[
        Act.SUBMIT, Act.ASK_CHANGES, Act.APPROVE, Act.DECLINE, Act.PROGRESS, Act.DONE, Act.CONFIRM, Act.NOT_YET,
        Act.PARTLY, Act.CANT, Act.WITHDRAW,
    ]  # fmt: skip
    by: str = ""
    reason: str = ""
    note: str = ""
    percent: int | None = None
    evidence: str = ""
    help: bool = False


@checked(config=_STRICT, frozen=True)
class Promise:
    """A pledge. What needs no look beforehand is handed in at once; the rest is a draft until a step submits it."""

    by: str
    made: float
    steps: tuple[Step, ...] = ()
    action: str | None = None
    what: str = ""
    done_when: str = ""
    due_in: float | None = None
    help_wanted: str = ""
    visibility: Visibility = Visibility.COUNTED
    for_organisation: bool = False
    only_if: int = 0
    joined: tuple[str, ...] = ()
    """Who joins half a day after the last step."""


@checked(config=_STRICT, frozen=True)
class Said:
    """A message somebody wrote in a channel."""

    channel: Channel
    by: str
    ago: float
    text: str


@checked(config=_STRICT, frozen=True)
class Cancelled:
    """An event was called off."""

    ago: float
    reason: str


@checked(config=_STRICT, frozen=True)
class Gathering:
    """An event, announced ``ago`` days before the demo starts unless it is a draft, ``starts_in`` days from then."""

    by: str
    ago: float
    starts_in: int
    at: str
    minutes: int
    title: str
    text: str = ""
    where: str = ""
    link: str = ""
    type: str = ""
    sectors: tuple[str, ...] = ()
    capacity: int | None = None
    closed: bool = False
    draft: bool = False
    going: tuple[str, ...] = ()
    maybe: tuple[str, ...] = ()
    cancelled: Cancelled | None = None


@checked(config=_STRICT, frozen=True)
class Asked:
    """A question that waits for an organiser."""

    by: str
    ago: float
    text: str
    named: bool = False


@checked(config=_STRICT, frozen=True)
class Story:
    """All of it, as the file has it."""

    server: Server
    role: tuple[Role, ...]
    channel: tuple[Place, ...]
    person: tuple[Person, ...]
    pledge: tuple[Promise, ...] = ()
    said: tuple[Said, ...] = ()
    event: tuple[Gathering, ...] = ()
    question: tuple[Asked, ...] = ()

    @property
    def visitors(self) -> tuple[Person, ...]:
        """The people one can be."""
        return tuple(person for person in self.person if person.visit)


def read(file: Path) -> Story:
    """Return the story in a file. Raises pydantic's ValidationError with every fault at once."""
    return TypeAdapter(Story).validate_python(tomllib.loads(file.read_text(encoding="utf-8")))
