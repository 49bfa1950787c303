"""What makers are asked and what others do: the check-in with its four answers, support, offers and calls for help."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import discord
from discord import ui

from bot.pledges.cards import headline, spoken
from bot.pledges.followup_model import CheckIn
from bot.pledges.model import JOINABLE, Part, Pledge, Review, Status
from bot.pledges.supporting import SUPPORTABLE, Standing
from bot.ui import times
from bot.ui.escape import plain
from bot.ui.layout import DONE, WARM, bullets, button, card, option, primary, row, select
from bot.ui.words import _, n_

CALLS_SHOWN = 10


def question_words(question: CheckIn) -> str:
    """Return the question of a check-in, with the pledge it is about."""
    pledge = question.pledge
    title = headline(pledge)
    if question.lapsing:
        return _("💤 **Your pledge is about to lapse, after a long time without news:** {title}", title=title)
    if pledge.due is None:
        return _("👋 **Is this still true?** {title}", title=title)
    return _("👋 **How's it going?** {title} · due {day}", title=title, day=times.day(pledge.due))


def answers(pledge: Pledge) -> ui.ActionRow[Any]:
    """Return the four answers, each one tap; they work in a direct message too."""
    ids = (pledge.guild_id, pledge.id)
    made = row(
        primary(_("Still true") if pledge.due is None else _("Going well"), "checkin.well", *ids),
        button(_("Done"), "checkin.done", *ids, style=discord.ButtonStyle.success),
        button(_("Need help"), "checkin.help", *ids),
        button(_("Not any more"), "checkin.leave", *ids),
    )
    assert made is not None
    return made


def question_card(question: CheckIn) -> ui.LayoutView:
    """Return the check-in as a message of its own."""
    return card(question_words(question), answers(question.pledge))


def went_well(pledge: Pledge) -> ui.LayoutView:
    """Return the thanks for *Going well*."""
    return card(_("👍 **Thank you, noted:** {title}", title=headline(pledge)), accent=DONE)


def done(pledge: Pledge) -> ui.LayoutView:
    """Return the thanks for *Done*, with what happens next."""
    more = "" if pledge.review is Review.NONE else _("Next, an organiser confirms it; you'll be told.")
    return card(_("🎉 **Done, wonderful!** {title}", title=headline(pledge)), more, accent=DONE)


def help_called(pledge: Pledge) -> ui.LayoutView:
    """Return what *Need help* did."""
    return card(
        _("🙋 **Noted, help is welcome:** {title}", title=headline(pledge)),
        _("The organisers are told, and so are partners who asked to be, if they may see your pledge."),
        _("Say what you need in `/pledge update`, under *Note or link*."),
    )


def ask_leave(pledge: Pledge) -> ui.LayoutView:
    """Ask once before a pledge is closed: that can not be undone."""
    ids = (pledge.guild_id, pledge.id)
    return card(
        _("🤝 **Close it with honour?** {title}", title=headline(pledge)),
        _("Saying so is part of keeping your word. It can't be reopened."),
        row(
            button(_("Yes, close it"), "checkin.close", *ids, style=discord.ButtonStyle.danger),
            primary(_("No, keep it going"), "checkin.well", *ids),
        ),
    )


def closed(pledge: Pledge) -> ui.LayoutView:
    """Return the thanks for an honest end."""
    return card(_("🤝 **Closed with honour. Thank you for saying so:** {title}", title=headline(pledge)), accent=DONE)


# Others.


def doors(pledge: Pledge, standing: Standing) -> list[ui.Button[Any]]:
    """Return what others can do with a pledge now."""
    found: list[ui.Button[Any]] = []
    if pledge.status in SUPPORTABLE:
        if standing.supports:
            found.append(button(_("Take my support back"), "pledge.unsupport", pledge.id))
        else:
            found.append(button(_("Support"), "pledge.support", pledge.id, emoji="👏"))
    if pledge.maker_id is not None and pledge.status in JOINABLE:
        if not standing.offered:
            found.append(button(_("Offer help"), "pledge.offer", pledge.id))
        if standing.part is None or standing.part is Part.DECLINED:
            found.append(button(_("Join"), "pledge.join", pledge.id))
    return found


def supported(pledge: Pledge) -> ui.LayoutView:
    """Return the thanks for support."""
    return card(
        _("👏 **You support this:** {title}", title=headline(pledge)),
        _("It is counted; your name is not shown."),
        row(button(_("Take my support back"), "pledge.unsupport", pledge.id)),
        accent=DONE,
    )


def unsupported(pledge: Pledge) -> ui.LayoutView:
    """Return the answer to support taken back."""
    return card(
        _("Noted, you no longer support it: {title}", title=headline(pledge)),
        row(button(_("Support"), "pledge.support", pledge.id, emoji="👏")) if pledge.status in SUPPORTABLE else None,
    )


def ask_offer(pledge: Pledge) -> ui.LayoutView:
    """Say who will read the name, before help is offered."""
    return card(
        _("🤲 **Offer help with:** {title}", title=headline(pledge)),
        _("Its maker sees that the offer is yours, whatever others see of you. Nobody else is told."),
        row(primary(_("Yes, tell them it is me"), "pledge.offered", pledge.id)),
    )


def offered(pledge: Pledge) -> ui.LayoutView:
    """Return the thanks for an offer."""
    return card(
        _("🤲 **Thank you! Its maker is told that you offer help:** {title}", title=headline(pledge)),
        _("They'll get in touch if it fits."),
        accent=DONE,
    )


def joined(pledge: Pledge) -> ui.LayoutView:
    """Return the thanks for joining."""
    waits = _("It starts once enough others have joined.") if pledge.status is Status.WAITING else ""
    return card(
        _("## You're in"),
        headline(pledge),
        waits,
        _("Your name is shown with it only if you chose to be named."),
        row(button(_("Leave this pledge"), "pledge.out", pledge.id)),
        accent=DONE,
    )


def left(pledge: Pledge) -> ui.LayoutView:
    """Return the answer to somebody who makes it no longer."""
    return card(_("Noted, you're no longer part of it: {title}", title=headline(pledge)))


def unlinked(pledge: Pledge) -> ui.LayoutView:
    """Return that a link is gone."""
    return card(_("The link is removed everywhere: {title}", title=headline(pledge)), accent=DONE)


def calls(pledges: Sequence[tuple[Pledge, str]]) -> ui.LayoutView:
    """Return the day's calls for help for the organisers; ``pledges`` come with the name of their sector."""
    shown = pledges[:CALLS_SHOWN]
    return card(
        n_("### 🙋 Help is wanted with {n} pledge", "### 🙋 Help is wanted with {n} pledges", len(pledges)),
        bullets(f"{headline(pledge)} · {plain(sector, 60)}" for pledge, sector in shown),
        select(
            "pledge.open",
            options=[option(plain(spoken(one, one.what), 95), one.id) for one, _at in shown],
            placeholder=_("Open …"),
        ),
        accent=WARM,
    )


def listening(yes: bool) -> ui.LayoutView:
    """Return what the choice to hear of calls for help means now."""
    words = (
        _("From now on you'll be told when a partner in one of your sectors needs help with a pledge.")
        if yes
        else _("You won't be told about calls for help any more.")
    )
    return card(words, row(button(_("Back to my profile"), "profile.open")), accent=DONE)
