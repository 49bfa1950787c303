"""Brings the demo's story about: the server on the offline Discord, and all that its people did, through the services.

Nothing is written past the bot. People act at their own time, with their own standing; the bot keeps its history and
posts its cards as it would have done.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import discord
import simcord

from bot.actor import Actor, Standing
from bot.app import PERMISSIONS
from bot.demo.deeds import Deeds, Happening
from bot.demo.simulator import Simulator
from bot.demo.story import Said, Story
from bot.servers.model import Channel

BOT_NAME = "Cogwheel"
_EVERYONE = discord.Permissions(
    view_channel=True, read_message_history=True, send_messages=True, use_application_commands=True, add_reactions=True
)
_PINS = discord.Permissions(manage_messages=True)
"""What pinning took before Discord gave it a permission of its own; the simulator still asks for it."""
_LOCKS = discord.Permissions(manage_channels=True)
"""What the simulator asks for where Discord asks for Manage Threads."""
_DAY_BEGINS, _DAY_MINUTES, _APART = time(8), 540, 47
"""What people did on an earlier day happened between 8 and 17, spread out."""
_SWEEP_DAYS = 30
_Overwrites = dict[Any, discord.PermissionOverwrite]
_SECONDS_LEFT = 10.0
"""Time at the end in which edits that were held back to pace them are made."""


@dataclass(frozen=True, slots=True)
class Beat:
    """Something that happens at an instant."""

    at: datetime
    happen: Happening


class World:
    """The coalition on one simulator, told up to the instant ``now``."""

    def __init__(self, simulator: Simulator, story: Story, now: datetime) -> None:
        self._simulator = simulator
        self._story = story
        self._now = now
        self._zone = ZoneInfo(story.server.zone)
        self._people = {person.key: person for person in story.person}
        self._members: dict[str, simcord.MemberActor] = {}
        self._channels: dict[Channel, simcord.ChannelHandle] = {}
        self._beats: list[Beat] = []

    async def tell(self) -> None:
        """Make the server, let everything happen, and end at ``now`` with every card posted."""
        simulator = self._simulator
        simulator.begin_at(self._now - timedelta(days=self._story.server.began))
        self._build()
        await simulator.start()
        await simulator.inside(self._set_up())
        for ago in range(self._story.server.began - _SWEEP_DAYS, 0, -_SWEEP_DAYS):
            self._plan(ago, self._sweep)
        deeds = Deeds(simulator, {key: self._actor(key) for key in self._people}, self._now, self._plan)
        for person in self._story.person:
            if person.joined is not None:
                self._plan(person.joined, deeds.join(person))
        for promise in self._story.pledge:
            self._plan(promise.made, deeds.pledge(promise))
        for event in self._story.event:
            self._plan(event.ago, deeds.gather(event, self._zone))
        for asked in self._story.question:
            self._plan(asked.ago, deeds.ask(asked))
        for said in self._story.said:
            self._plan(said.ago, self._saying(said))
        while self._beats:
            beat = min(self._beats, key=lambda beat: beat.at)
            self._beats.remove(beat)
            simulator.jump(beat.at)
            await beat.happen()
        simulator.jump(self._now)
        await simulator.inside(self._open())
        await simulator.pass_time(_SECONDS_LEFT)
        simulator.drop_pin_notices()

    def _plan(self, ago: float, happen: Happening) -> None:
        at = self._now - timedelta(days=ago)
        if ago >= 1:
            minutes = len(self._beats) * _APART % _DAY_MINUTES
            at = datetime.combine(at.date(), _DAY_BEGINS, at.tzinfo) + timedelta(minutes=minutes)
        self._beats.append(Beat(at, happen))

    # The server.

    def _build(self) -> None:
        story, env = self._story, self._simulator.env
        self._simulator.name_bot(BOT_NAME)
        guild = env.create_guild(story.server.name)
        self._simulator.permit(guild.default_role, _EVERYONE)
        self._simulator.permit(guild.roles[BOT_NAME], PERMISSIONS | _PINS | _LOCKS)
        roles = {
            role.standing: guild.create_role(
                role.name,
                permissions=discord.Permissions(**dict.fromkeys(role.permissions, True)),
                color=int(role.colour.removeprefix("#"), 16),
            )
            for role in story.role
        }
        hidden, shown = discord.PermissionOverwrite(view_channel=False), discord.PermissionOverwrite(view_channel=True)
        for place in story.channel:
            overwrites: _Overwrites = {}
            if place.staff:
                overwrites = {guild.default_role: hidden, guild.roles[BOT_NAME]: shown}
                overwrites |= dict.fromkeys(roles.values(), shown)
            elif not place.talk:
                overwrites = {
                    guild.default_role: discord.PermissionOverwrite(send_messages=False),
                    guild.roles[BOT_NAME]: discord.PermissionOverwrite(send_messages=True),
                }
            self._channels[place.purpose] = guild.create_text_channel(
                place.purpose.value, topic=place.topic, overwrites=overwrites
            )
        for person in story.person:
            user = env.create_user(person.key, global_name=person.name)
            held = [roles[person.standing]] if person.standing in roles else []
            self._members[person.key] = guild.add_member(user, roles=held)
            self._simulator.speak(user.id, person.locale)
        self._roles = roles

    def _saying(self, said: Said) -> Happening:
        async def happen() -> None:
            await self._members[said.by].send(self._channels[said.channel], said.text)

        return happen

    async def _sweep(self) -> None:
        await self._simulator.inside(self._simulator.bot.schedule.run_due())

    async def _set_up(self) -> None:
        """Choose everything but the welcome channel: its card, with the wheel, is posted once, at the end."""
        # Sweeping after every single beat would take longer than the rest: the story does it by the month.
        await self._simulator.bot.schedule.stop()
        servers = self._simulator.bot.services.servers
        boss = self._boss()
        channels: dict[Channel, int | None] = {purpose: handle.id for purpose, handle in self._channels.items()}
        del channels[Channel.WELCOME]
        await servers.choose_channels(boss, channels)
        for standing in (Standing.MODERATOR, Standing.ORGANISER):
            await servers.choose_roles(boss, standing, [self._roles[standing].id])
        # A year of celebrations at once is none, and their pictures take long to draw: the visitor's own is the first.
        await servers.choose_milestones(boss, False)
        name, zone = self._story.server.name, self._story.server.zone
        await servers.begin(boss, name, locale="en", zone=zone, guesses={})

    async def _open(self) -> None:
        servers = self._simulator.bot.services.servers
        await servers.choose_channels(self._boss(), {Channel.WELCOME: self._channels[Channel.WELCOME].id})
        await servers.choose_milestones(self._boss(), True)
        await servers.finish(self._boss())
        self._simulator.bot.schedule.start()

    def _boss(self) -> Actor:
        return self._actor(next(p.key for p in self._story.person if p.standing is Standing.ADMIN))

    def _actor(self, key: str) -> Actor:
        standing = self._people[key].standing
        held = frozenset(Standing) if standing is Standing.ADMIN else frozenset({Standing.MEMBER, standing})
        return Actor(self._members[key].id, self._simulator.guild.id, held)
