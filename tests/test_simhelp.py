"""The helper's own test, on a small bot made for it: also the example of how the others use it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import discord
import pytest
import simcord
from discord import app_commands, ui
from discord.ext import commands

from tests import simhelp

QUIET = discord.AllowedMentions.none()


class Form(ui.Modal, title="Register"):
    organisation: ui.Label[Any] = ui.Label(
        text="Organisation", component=ui.TextInput(custom_id="org", default="Harbour School")
    )
    sectors: ui.Label[Any] = ui.Label(
        text="Sectors",
        component=ui.Select(
            custom_id="sectors",
            max_values=2,
            options=[discord.SelectOption(label=name, value=name.lower()) for name in ("Schools", "Banks", "Courts")],
        ),
    )
    shown: ui.Label[Any] = ui.Label(
        text="Visibility",
        component=ui.RadioGroup(
            custom_id="vis",
            options=[
                discord.RadioGroupOption(label="Named", value="n"),
                discord.RadioGroupOption(label="Counted only", value="c", default=True),
            ],
        ),
    )
    consent: ui.Label[Any] = ui.Label(
        text="Consent",
        component=ui.CheckboxGroup(
            custom_id="ok", required=True, options=[discord.CheckboxGroupOption(label="I have read it", value="yes")]
        ),
    )

    async def on_submit(self, interaction: discord.Interaction[Any]) -> None:
        given = [label.component for label in (self.organisation, self.sectors, self.shown, self.consent)]
        name, sectors, shown, consent = given
        text = f"{name.value}: {', '.join(sectors.values)}; {shown.value}; {len(consent.values)}"  # type: ignore[attr-defined]
        await interaction.response.send_message(text, ephemeral=True)
        try:
            await interaction.user.send(f"Welcome, {name.value}")  # type: ignore[attr-defined]
        except discord.Forbidden:
            await interaction.followup.send("I could not write to you.", ephemeral=True)


class Card(ui.LayoutView):
    def __init__(self) -> None:
        super().__init__(timeout=None)
        join: ui.Button[Card] = ui.Button(label="Join us", custom_id="card:join")
        menu: ui.Select[Card] = ui.Select(
            custom_id="card:menu", placeholder="Browse", options=[discord.SelectOption(label="Wheel", value="w")]
        )
        join.callback = self.join  # type: ignore[method-assign]
        menu.callback = self.browse  # type: ignore[method-assign]
        self.menu = menu
        self.add_item(ui.Container(ui.TextDisplay("# Hello"), ui.ActionRow(join), ui.ActionRow(menu)))

    async def join(self, interaction: discord.Interaction[Any]) -> None:
        await interaction.response.send_modal(Form())

    async def browse(self, interaction: discord.Interaction[Any]) -> None:
        await interaction.response.send_message(f"You chose {self.menu.values[0]}", ephemeral=True)


class Picture(ui.LayoutView):
    def __init__(self, words: str) -> None:
        super().__init__()
        self.add_item(ui.MediaGallery(discord.MediaGalleryItem("attachment://wheel.png", description=words)))

    @staticmethod
    def file() -> discord.File:
        return discord.File(io.BytesIO(b"..."), "wheel.png")


class Bot(commands.Bot):
    def __init__(self) -> None:
        super().__init__(commands.when_mentioned, intents=discord.Intents(guilds=True), allowed_mentions=QUIET)

    async def setup_hook(self) -> None:
        @self.tree.command(description="Show the card")
        async def card(interaction: discord.Interaction) -> None:
            await interaction.response.send_message(view=Card())

        @self.tree.command(description="Say the locale")
        @app_commands.describe(word="Any word")
        async def tongue(interaction: discord.Interaction, word: str) -> None:
            await interaction.response.send_message(f"{word} {interaction.locale}", ephemeral=True)

        @tongue.autocomplete("word")
        async def complete(_: discord.Interaction, current: str) -> list[app_commands.Choice[str]]:
            return [app_commands.Choice(name=f"{current}{n}", value=f"{current}{n}") for n in range(3)]

        @self.tree.command(description="Count the roles")
        async def count(interaction: discord.Interaction) -> None:
            assert interaction.guild is not None
            counts = await interaction.guild.role_member_counts()
            await interaction.response.send_message(", ".join(f"{r.id}={n}" for r, n in counts.items()), ephemeral=True)

        @self.tree.command(description="Post a list, then a picture, then keep the picture")
        async def upload(interaction: discord.Interaction) -> None:
            assert isinstance(interaction.channel, discord.TextChannel)
            await interaction.response.defer(ephemeral=True)
            await interaction.channel.send(file=discord.File(io.BytesIO(b"a,b"), "list.csv"))
            picture = discord.File(io.BytesIO(b"..."), "wheel.png", description="A wheel of two cogs")
            await interaction.followup.send("Here", file=picture, ephemeral=True)
            sent = await interaction.followup.send(view=Picture("First"), file=Picture.file(), wait=True)
            await sent.edit(view=Picture("Second"))

        @self.tree.command(description="Break a rule")
        async def rude(interaction: discord.Interaction) -> None:
            await interaction.response.send_message("hi @everyone", allowed_mentions=discord.AllowedMentions.all())

        await self.tree.sync()


@pytest.fixture(autouse=True)
def watch() -> Iterator[simhelp.Watch]:
    simhelp.prepare()
    with simhelp.watched() as watching:
        yield watching


@pytest.fixture
def simcord_bot() -> Bot:
    return Bot()


@pytest.fixture
def guild(simcord_env: simcord.Env) -> simcord.GuildHandle:
    return simcord_env.create_guild("Home")


@pytest.fixture
def ann(simcord_env: simcord.Env, guild: simcord.GuildHandle) -> simcord.MemberActor:
    return guild.add_member(simcord_env.create_user("ann"))


@pytest.fixture
def channel(guild: simcord.GuildHandle) -> simcord.ChannelHandle:
    return guild.create_text_channel("general")


async def test_a_form_is_opened_from_a_card_and_filled_by_labels(
    simcord_env: simcord.Env, ann: simcord.MemberActor, channel: simcord.ChannelHandle
) -> None:
    card = await ann.slash(channel, "card")
    assert simhelp.buttons(card) == {"Join us": "card:join"}
    assert "# Hello" in simhelp.texts(card)

    form = await simhelp.press(ann, card, "Join us")
    assert list(simhelp.fields(form.modal)) == ["Organisation", "Sectors", "Visibility", "Consent"]
    assert "Counted only" in simhelp.texts(form)

    done = await simhelp.submit(
        ann, form, {"Organisation": "City Bank", "Sectors": ["Banks", "Courts"], "vis": "Named", "Consent": ["yes"]}
    )
    assert simhelp.texts(done) == "City Bank: banks, courts; n; 1"
    assert done.ephemeral
    assert [message.content for message in simhelp.dms(simcord_env, ann)] == ["Welcome, City Bank"]


async def test_untouched_fields_keep_what_the_bot_filled_in(
    ann: simcord.MemberActor, channel: simcord.ChannelHandle
) -> None:
    form = await simhelp.press(ann, await ann.slash(channel, "card"), "Join")
    done = await simhelp.submit(ann, form, {"Sectors": "Schools", "Consent": "I have read it"})
    assert simhelp.texts(done) == "Harbour School: schools; c; 1"


async def test_wrong_names_say_what_is_there(ann: simcord.MemberActor, channel: simcord.ChannelHandle) -> None:
    card = await ann.slash(channel, "card")
    with pytest.raises(LookupError, match="Join us"):
        await simhelp.press(ann, card, "Leave")
    with pytest.raises(LookupError, match="Browse"):
        await simhelp.pick(ann, card, "Wheel", "Sectors")
    with pytest.raises(LookupError, match="Organisation"):
        await simhelp.submit(ann, await simhelp.press(ann, card, "Join us"), {"Shoe size": "44"})
    with pytest.raises(LookupError, match="Hello"):
        simhelp.post(channel, "Goodbye")


async def test_a_menu_on_a_posted_card_is_picked_by_its_words(
    ann: simcord.MemberActor, channel: simcord.ChannelHandle
) -> None:
    await ann.slash(channel, "card")
    assert list(simhelp.selects(simhelp.post(channel, "Hello"))) == ["Browse"]
    reply = await simhelp.pick(ann, simhelp.post(channel, "Hello"), "Wheel", "Browse")
    assert simhelp.texts(reply) == "You chose w"


async def test_closed_dms_are_refused_until_they_are_opened(
    simcord_env: simcord.Env, ann: simcord.MemberActor, channel: simcord.ChannelHandle
) -> None:
    card = await ann.slash(channel, "card")
    given = {"Sectors": "Schools", "Consent": "yes"}
    simhelp.close_dms(simcord_env, ann)
    done = await simhelp.submit(ann, await simhelp.press(ann, card, "Join"), given)
    assert "could not write" in simhelp.texts(done)
    assert simhelp.dms(simcord_env, ann) == []
    simhelp.open_dms(simcord_env, ann)
    done = await simhelp.submit(ann, await simhelp.press(ann, card, "Join"), given)
    assert "could not write" not in simhelp.texts(done)


async def test_everyone_speaks_their_own_language(
    simcord_env: simcord.Env, guild: simcord.GuildHandle, ann: simcord.MemberActor, channel: simcord.ChannelHandle
) -> None:
    bo = guild.add_member(simcord_env.create_user("bo"))
    simhelp.set_locale(ann, "sv-SE")
    simhelp.set_locale(simcord_env, "fr")
    assert simhelp.texts(await ann.slash(channel, "tongue", word="hej")) == "hej sv-SE"
    assert simhelp.texts(await bo.slash(channel, "tongue", word="salut")) == "salut fr"
    assert simhelp.texts(await bo.user.slash("tongue", word="alone")) == "alone fr"


async def test_autocomplete_offers_choices(ann: simcord.MemberActor, channel: simcord.ChannelHandle) -> None:
    choices = await ann.autocomplete(channel, "tongue", "word", "ab")
    assert [choice["name"] for choice in choices] == ["ab0", "ab1", "ab2"]


async def test_role_counts_need_the_permission(
    simcord_env: simcord.Env, guild: simcord.GuildHandle, ann: simcord.MemberActor, channel: simcord.ChannelHandle
) -> None:
    crew = guild.create_role("Crew")
    guild.add_member(simcord_env.create_user("cy"), roles=[crew])
    assert f"{crew.id}=1" in simhelp.texts(await ann.slash(channel, "count"))
    await simhelp.restrict_bot(simcord_env, guild, discord.Permissions(view_channel=True))
    await ann.slash(channel, "count")
    assert [type(error.__cause__ or error).__name__ for error in simcord_env.errors] == ["Forbidden"]


async def test_uploads_are_seen_with_their_names(
    watch: simhelp.Watch, ann: simcord.MemberActor, channel: simcord.ChannelHandle
) -> None:
    result = await ann.slash(channel, "upload")
    assert [request.files for request in watch.requests if request.files] == [("list.csv",), *[("wheel.png",)] * 2]
    assert "A wheel of two cogs" in simhelp.texts(result)
    assert simhelp.post(channel, "list.csv").attachments
    assert "Second" in simhelp.texts(result)
    assert "First" not in simhelp.texts(result)


async def test_a_file_needs_the_right_to_attach_it(
    simcord_env: simcord.Env,
    watch: simhelp.Watch,
    guild: simcord.GuildHandle,
    ann: simcord.MemberActor,
    channel: simcord.ChannelHandle,
) -> None:
    await simhelp.restrict_bot(simcord_env, guild, discord.Permissions(view_channel=True, send_messages=True))
    await ann.slash(channel, "upload")
    assert [(violation.rule, violation.detail) for violation in watch.unexcused()] == [("permission", "attach_files")]
    watch.excuse("permission")


async def test_a_broken_rule_is_found_when_it_is_made_and_can_be_excused(
    watch: simhelp.Watch, ann: simcord.MemberActor, channel: simcord.ChannelHandle
) -> None:
    await ann.slash(channel, "rude")
    assert {violation.rule for violation in watch.unexcused()} == {"mentions"}
    assert watch.sent("POST", "/callback")[-1].body["data"]["content"] == "hi @everyone"  # type: ignore[index,call-overload]
    watch.excuse("mentions")


async def test_leaving_the_watch_with_a_violation_fails(
    watch: simhelp.Watch, ann: simcord.MemberActor, channel: simcord.ChannelHandle
) -> None:
    watch.excuse("mentions")
    with pytest.raises(AssertionError, match="mentions"), simhelp.watched():
        await ann.slash(channel, "rude")


async def test_the_watch_goes_on_after_a_restart(
    simcord_env: simcord.Env, watch: simhelp.Watch, ann: simcord.MemberActor, channel: simcord.ChannelHandle
) -> None:
    await simcord_env.restart_bot(Bot())
    before = len(watch.requests)
    await ann.slash(channel, "card")
    assert [request.method for request in watch.requests[before:]] == ["POST"]
