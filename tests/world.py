"""A small coalition on the offline Discord: the real bot, a real database, a handful of people."""

from __future__ import annotations

import atexit
import functools
import logging
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest import mock

import discord
import simcord

from bot import bootstrap
from bot.actor import Actor, Standing
from bot.app import PERMISSIONS, Cogwheel
from bot.bootstrap import build
from bot.content.load import load
from bot.delivery import worker
from bot.faq.lexical import Lexical
from bot.faq.search import Entry
from bot.guard.check import Guard
from bot.members.organisation_desk_store import add_people
from bot.members.organisation_tables import organisations
from bot.members.store import know, member_sectors, members
from bot.privacy import store as privacy_store
from bot.servers.model import Channel
from bot.services import Services
from bot.settings import Settings
from bot.storage import database as storage
from bot.storage.database import Statements, Transaction, database_path
from bot.storage.upgrade import _upgrade, upgrade
from tests import simhelp

ROOT = Path(__file__).resolve().parent.parent


_GUARDS: dict[int, Guard] = {}
_ENGINES: dict[str, Lexical] = {}
_loaded = functools.lru_cache(load)
_statements = functools.cache(Statements)
"""Statements are compiled once for all databases of the tests; they say the same in each."""
_finders = functools.cache(privacy_store.finders)
_server_statements = functools.cache(privacy_store.server_statements)
_pages_of = functools.cache(privacy_store.pages)


def _pages(left_out: Iterable[str], most: int) -> tuple[privacy_store.Pages, ...]:
    return _pages_of(frozenset(left_out), most)


def _guard(phrases: Any, shipped: Any) -> Guard:
    if id(phrases) not in _GUARDS:
        _GUARDS[id(phrases)] = Guard(phrases, shipped)
    return _GUARDS[id(phrases)]


def _engine(entries: Iterable[Entry]) -> Lexical:
    known = list(entries)
    key = repr(known)
    if key not in _ENGINES:
        _ENGINES[key] = Lexical(known)
    return _ENGINES[key]


@functools.cache
def _template() -> Path:
    """A database that went through every migration, for this process of tests to copy."""
    path = Path(tempfile.mkdtemp(prefix="cogwheel-tests-")) / "template.db"
    atexit.register(shutil.rmtree, path.parent, ignore_errors=True)
    _upgrade(path)
    return path


async def fresh(url: str) -> Path | None:
    """What ``upgrade`` does, quicker: a new file is a copy of one that went through every migration.

    The migrations themselves are tested in ``tests/storage``.
    """
    path = database_path(url)
    if path.exists():
        return await upgrade(url)
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(_template(), path)
    return None


@contextmanager
def read_once() -> Iterator[None]:
    """Read the content, make the guard, the search and the statements over all tables, and migrate, once for all."""
    with (
        mock.patch.object(bootstrap, "load", _loaded),
        mock.patch.object(bootstrap, "Guard", _guard),
        mock.patch.object(bootstrap, "Lexical", _engine),
        mock.patch.object(bootstrap, "upgrade", fresh),
        mock.patch.object(storage, "Statements", _statements),
        mock.patch.object(privacy_store, "finders", _finders),
        mock.patch.object(privacy_store, "server_statements", _server_statements),
        mock.patch.object(privacy_store, "pages", _pages),
    ):
        yield


def settings(folder: Path, content: Path = ROOT / "data") -> Settings:
    """Settings for a database in a temporary folder."""
    return Settings(database_url=f"sqlite+aiosqlite:///{folder}/test.db", content_dir=content)


async def new_bot(folder: Path, content: Path = ROOT / "data") -> Cogwheel:
    """The bot of ``run.py start``, on the database in ``folder``, new or as it was left."""
    with read_once():
        return await build(settings(folder, content), shard_count=1)


class Logged(logging.Handler):
    """Every error that the bot's own code logged: a test that did not ask for one fails."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


@dataclass
class World:
    """A server that is set up, and the people in it."""

    env: simcord.Env
    bot: Cogwheel
    folder: Path
    guild: simcord.GuildHandle
    channels: dict[Channel, simcord.ChannelHandle]
    anna: simcord.MemberActor
    ben: simcord.MemberActor
    mo: simcord.MemberActor
    olga: simcord.MemberActor
    otto: simcord.MemberActor
    ada: simcord.MemberActor
    watch: simhelp.Watch
    logged: Logged
    faults_expected: bool = False

    @property
    def services(self) -> Services:
        """The services of the bot that runs now."""
        return self.bot.services

    @property
    def somewhere(self) -> simcord.ChannelHandle:
        """A channel where people type commands."""
        return self.channels[Channel.IDEAS]

    def actor(self, who: simcord.MemberActor, *standings: Standing) -> Actor:
        """The person as the services see them."""
        return Actor(who.id, self.guild.id, frozenset({Standing.MEMBER, *standings}))

    async def register(
        self,
        who: simcord.MemberActor,
        *sectors: str,
        visibility: str = "named",
        organisation: int | None = None,
    ) -> None:
        """Put somebody into the register without the form, whatever the pack calls its sectors."""
        chosen = sectors or (next(iter(self.services.content.sectors)),)

        async def work(tx: Transaction) -> None:
            await tx.insert(
                members,
                guild_id=self.guild.id,
                user_id=who.id,
                organisation_id=organisation,
                offers="",
                visibility=visibility,
                consent_version=self.services.content.coalition.notice_version,
                joined_at=0,
                changed_at=0,
            )
            for position, sector in enumerate(chosen):
                await tx.insert(
                    member_sectors,
                    guild_id=self.guild.id,
                    user_id=who.id,
                    position=position,
                    sector=sector,
                    visibility=visibility,
                )
            await know(tx, self.guild.id, who.id)
            if organisation is not None:
                await add_people(tx, self.guild.id, organisation, 1)

        await self.services.database.write(work)

    async def organisation(self, name: str) -> int:
        """Store an organisation and return its id."""

        async def work(tx: Transaction) -> int:
            return await tx.insert(organisations, guild_id=self.guild.id, name=name, key=name.casefold(), created_at=0)

        return await self.services.database.write(work)

    async def settle(self, seconds: float = 5) -> None:
        """Let the worker deliver what is due."""
        await self.bot.worker.idle()
        await self.env.advance_time(seconds)
        self.bot.worker.kick()
        await self.bot.worker.idle()

    async def pass_days(self, days: int) -> None:
        """Let days go by, one after another: a simulated month in one step outlasts the simulator's patience.

        What is due comes when it is due. What the bot does every few hours it does once a day: hundreds of rounds
        that find nothing would outlast ours.
        """
        schedule, daily = self.bot.schedule, timedelta(hours=23)
        usual = schedule._sweeps
        schedule._sweeps = tuple(replace(sweep, every=max(sweep.every, daily)) for sweep in usual)
        try:
            with mock.patch.object(worker, "_IDLE_SECONDS", daily.total_seconds()):
                for _ in range(days):
                    await self.env.advance_time(24 * 3600)
        finally:
            schedule._sweeps = usual

    async def restart(self) -> None:
        """End the process and start another on the same database and the same Discord."""
        await self.bot.close()
        self.bot = await new_bot(self.folder)
        await self.env.restart_bot(self.bot)


async def _choose_everything(made: World, organiser: int, moderator: int) -> None:
    boss = made.actor(made.ada, Standing.ADMIN)
    servers = made.services.servers
    await servers.choose_channels(boss, {purpose: handle.id for purpose, handle in made.channels.items()})
    await servers.choose_roles(boss, Standing.ORGANISER, [organiser])
    await servers.choose_roles(boss, Standing.MODERATOR, [moderator])
    await servers.choose(boss, zone="Europe/Stockholm", set_up=True)


@asynccontextmanager
async def world(folder: Path, *, set_up: bool = True) -> AsyncIterator[World]:
    """The coalition of the tests. Every request of the bot is checked against Discord's limits."""
    simhelp.prepare()
    bot = await new_bot(folder)
    made: World | None = None
    logged = Logged()
    for name in ("bot", "cogs"):
        logging.getLogger(name).addHandler(logged)
    try:
        with simhelp.watched() as watch:
            env = simcord.Env(bot, check_errors=False, strict_sync=True)
            await env.start()
            try:
                made = await _populated(env, bot, folder, watch, logged, set_up=set_up)
                yield made
            finally:
                await env.shutdown()
        if not made.faults_expected:
            assert [record.getMessage() for record in logged.records] == []
    finally:
        for name in ("bot", "cogs"):
            logging.getLogger(name).removeHandler(logged)
        await (bot if made is None else made.bot).close()


async def _populated(
    env: simcord.Env, bot: Cogwheel, folder: Path, watch: simhelp.Watch, logged: Logged, *, set_up: bool
) -> World:
    guild = env.create_guild("Coalition")
    channels = {
        purpose: (
            guild.create_news_channel(purpose.value)
            if purpose is Channel.ANNOUNCEMENTS
            else guild.create_text_channel(purpose.value)
        )
        for purpose in Channel
    }
    organiser = guild.create_role("Organisers", permissions=discord.Permissions(manage_messages=True))
    moderator = guild.create_role("Moderators", permissions=discord.Permissions(manage_events=True))
    admin = guild.create_role("Admins", permissions=discord.Permissions(manage_guild=True))

    def person(name: str, *roles: simcord.RoleHandle) -> simcord.MemberActor:
        return guild.add_member(env.create_user(name.lower(), global_name=name), roles=list(roles))

    made = World(
        env,
        bot,
        folder,
        guild,
        channels,
        person("Anna"),
        person("Ben"),
        person("Mo", moderator),
        person("Olga", organiser),
        person("Otto", organiser),
        person("Ada", admin),
        watch,
        logged,
    )
    await simhelp.restrict_bot(env, guild, PERMISSIONS)
    if set_up:
        with env.time_context():
            await _choose_everything(made, organiser.id, moderator.id)
    return made
