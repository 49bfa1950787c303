"""News about pledges in one sentence each, for the message that brings it and for /profile."""

from __future__ import annotations

from collections.abc import Callable

from bot.ui.words import _


def news_words(kind: str, title: str) -> str | None:
    """Return the sentence for a kind of news ("pledge.approve"), None for a kind that is not about pledges.

    ``title`` is the pledge's first words, ready to be shown.
    """
    lines: dict[str, Callable[[], str]] = {
        "pledge.approve": lambda: _("✅ Your pledge is approved: {title}", title=title),
        "pledge.decline": lambda: _("➖ Your pledge was declined: {title}", title=title),
        "pledge.ask changes": lambda: _("↩️ The organisers ask for a change to your pledge: {title}", title=title),
        "pledge.confirm": lambda: _("🎉 Confirmed, your pledge is kept: {title}", title=title),
        "pledge.not yet": lambda: _("🏁 The organisers don't see it as done yet: {title}", title=title),
        "pledge.accept change": lambda: _("✅ Your pledge has its new wording: {title}", title=title),
        "pledge.refuse change": lambda: _("➖ The wording of your pledge stays as it was: {title}", title=title),
        "pledge.take back approval": lambda: _(
            "⏳ The organisers took back the approval of your pledge and are reviewing it again: {title}", title=title
        ),
        "pledge.take back decline": lambda: _(
            "⏳ The organisers took back the decline of your pledge and are reviewing it again: {title}", title=title
        ),
        "pledge.take back confirmation": lambda: _(
            "🏁 The organisers took back the confirmation of your pledge and are reviewing it again: {title}",
            title=title,
        ),
        "pledge.lapse": lambda: _("💤 Your pledge has lapsed; you can reopen it: {title}", title=title),
        "pledge.lapsing": lambda: _(
            "💤 Your pledge is about to lapse, after a long time without news: {title}", title=title
        ),
        "pledge.checkin": lambda: _("👋 How's your pledge going? {title}", title=title),
        "pledge.help wanted": lambda: _(
            "🙋 A partner in one of your sectors needs help; see it in `/pledge show`: {title}", title=title
        ),
        "pledge.offered": lambda: _("🤲 Somebody offers help with your pledge: {title}", title=title),
        "pledge.enough joined": lambda: _("⚙️ Enough others have joined, your pledge has begun: {title}", title=title),
        "pledge.draft": lambda: _(
            "✏️ You started a pledge and haven't submitted it yet; find it in `/profile`: {title}", title=title
        ),
        "pledge.invited": lambda: _(
            "🤝 You've been asked to do a pledge too. Say yes or no in `/pledge show`: {title}", title=title
        ),
        "pledge.handed": lambda: _(
            "🤝 The organisers ask if you'll take on a pledge. Say yes or no in `/pledge show`: {title}", title=title
        ),
        "pledge.together": lambda: _("🤝 Somebody you asked will do your pledge too: {title}", title=title),
        "pledge.others enough joined": lambda: _(
            "⚙️ Enough have joined, so the pledge you joined has begun: {title}", title=title
        ),
        "pledge.others lapse": lambda: _("💤 Too few have joined a pledge that you joined: {title}", title=title),
        "pledge.others withdraw": lambda: _("➖ A pledge that you joined was withdrawn: {title}", title=title),
        "pledge.others take back approval": lambda: _(
            "⏳ A pledge that you joined is being reviewed again: {title}", title=title
        ),
    }
    found = lines.get(kind)
    return found() if found else None
