"""Asking Discord which servers the bot is in, and who of some people is in one of them."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence

import aiohttp
import discord

_log = logging.getLogger(__name__)


class Roster:
    """What the running bot can tell; None stands for "Discord did not say", never for "no"."""

    def __init__(self, client: discord.AutoShardedClient) -> None:
        self._client = client

    def here(self, guild_id: int) -> bool | None:
        """Return whether the bot is in a server, an outage included; None for another process's shard, or too early."""
        client = self._client
        if client.get_guild(guild_id) is not None:
            return True
        # https://discord.com/developers/docs/events/gateway#sharding: shard_id = (guild_id >> 22) % num_shards
        if not client.is_ready() or not client.shard_count:
            return None
        return False if (guild_id >> 22) % client.shard_count in client.shards else None

    async def present(self, guild_id: int, user_ids: Sequence[int]) -> Mapping[int, frozenset[int]] | None:
        """Return those of at most 99 people who are in a server, with their roles.

        The bot asks about itself too: an answer without it is none. Raises ValueError for more than 99.
        """
        if len(user_ids) > 99:
            raise ValueError("Discord takes 100 ids at a time")
        me, home = self._client.user, self._client.get_guild(guild_id)
        if me is None or home is None or home.unavailable:
            return None
        try:
            members = await home.query_members(user_ids=[*user_ids, me.id], limit=100, cache=False)
        except (TimeoutError, aiohttp.ClientError, OSError, RuntimeError, discord.DiscordException) as error:
            # No answer, no connection of that shard, or one that has just closed.
            _log.info("could not ask who is in a server: %s", type(error).__name__)
            return None
        found = {member.id: frozenset(role.id for role in member.roles) for member in members}
        if me.id not in found:
            return None
        return {user_id: roles for user_id, roles in found.items() if user_id in user_ids}
