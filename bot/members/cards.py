"""What people see of themselves: the form, the profile, their news."""

from __future__ import annotations

from discord import ui

from bot.members.model import Notice
from bot.pledges.model import Pledge
from bot.ui.escape import plain, quiet
from bot.ui.layout import card
from bot.ui.words import _


def notice(news: Notice, pledge: Pledge | None, *, private: bool) -> ui.LayoutView:
    """Return a piece of news; in public it says no more than that there is some."""
    if not private:
        return card(_("<@{user}>, there is news for you: see `/profile`.", user=news.user_id))
    return card(notice_line(news, pledge))


def notice_line(news: Notice, pledge: Pledge | None) -> str:
    """Return a piece of news as one sentence, with the reason an organiser gave."""
    title = quiet(plain(pledge.what, 90)) if pledge else _("something you wrote")
    lines = {
        "pledge.approve": _("✅ Your pledge is approved and active: {title}", title=title),
        "pledge.decline": _("➖ Your pledge was declined: {title}", title=title),
        "pledge.ask changes": _("↩️ The organisers ask for a change to your pledge: {title}", title=title),
        "pledge.confirm": _("🎉 Confirmed, your pledge is kept: {title}", title=title),
        "pledge.not yet": _("🏁 The organisers do not see it as done yet: {title}", title=title),
        "pledge.lapse": _(
            "💤 Your pledge has lapsed after a long silence, and can be taken up again: {title}", title=title
        ),
    }
    line = lines.get(news.kind, _("There is news about {title}", title=title))
    return line + (f"\n> {quiet(news.detail, 500)}" if news.detail else "")
