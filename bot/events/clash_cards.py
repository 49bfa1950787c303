"""What moderators see when a form can not simply be saved: somebody was quicker, or a clock change is in the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from discord import ui

from bot.content.model import Content
from bot.errors import Invalid
from bot.events.model import Event
from bot.events.typed import written_length
from bot.ui import times
from bot.ui.errors import field_words, sentence
from bot.ui.escape import quiet
from bot.ui.layout import WARM, bullets, button, card, primary, row
from bot.ui.words import _, locale

_SHOWN = 200


def overtaken(theirs: Event, mine: Event, content: Content, form: str, key: str) -> ui.LayoutView:
    """Return both versions of what differs, and the choice; ``form`` and ``key`` lead to what was typed."""
    who = _("<@{user}> changed this event", user=theirs.editor_id) if theirs.editor_id else _("This event was changed")
    differing = [
        f"**{field}**\n" + bullets([_("now: {text}", text=there), _("yours: {text}", text=here)])
        for field, there, here in _differences(theirs, mine, content)
    ]
    return card(
        _("## Somebody else saved first"),
        _(
            "{who} {when}, while your form was open. Your changes aren't saved yet.",
            who=who,
            when=times.ago(theirs.changed_at),
        ),
        "\n".join(differing),
        row(
            primary(_("Use mine"), "announce.again", form, theirs.id, theirs.sequence, key),
            button(_("Keep theirs"), "announce.manage", theirs.id),
        ),
        _("-# *Use mine* changes only what is listed here."),
        accent=WARM,
    )


def _differences(theirs: Event, mine: Event, content: Content) -> Iterator[tuple[str, str, str]]:
    """Give the name of each field that differs, with both values in words."""

    def kind(event: Event) -> str:
        known = content.event_types.get(event.type)
        return known.name.text(locale()) if known is not None else ""

    facts: tuple[tuple[str, Callable[[Event], object], Callable[[Event], str]], ...] = (
        (field_words("title"), lambda e: e.title, lambda e: quiet(e.title)),
        (field_words("starts"), lambda e: e.starts, lambda e: times.full(e.starts)),
        (field_words("duration"), lambda e: e.lasts, lambda e: written_length(e.lasts)),
        (field_words("where"), lambda e: e.where, lambda e: quiet(e.where)),
        (field_words("text"), lambda e: e.text, lambda e: quiet(e.text, _SHOWN)),
        (field_words("link"), lambda e: e.link, lambda e: quiet(e.link, _SHOWN)),
        (field_words("image"), lambda e: e.image, lambda e: quiet(e.image, _SHOWN)),
        (field_words("alt"), lambda e: e.alt, lambda e: quiet(e.alt, _SHOWN)),
        (field_words("capacity"), lambda e: e.capacity, lambda e: str(e.capacity or "")),
        (field_words("until"), lambda e: e.until, lambda e: times.full(e.until) if e.until else ""),
        (_("Reminders"), lambda e: e.reminders, lambda e: ", ".join(f"{hours} h" for hours in e.reminders)),
        (_("Who gets the link to join?"), lambda e: e.closed, _link_words),
        (_("Kind of event"), lambda e: e.type, kind),
    )
    for field, raw, words in facts:
        if raw(theirs) != raw(mine):
            yield field, words(theirs) or _("nothing"), words(mine) or _("nothing")


def _link_words(event: Event) -> str:
    return _("Only those who are going") if event.closed else _("Everybody")


def which_time(
    error: Invalid, form: str, event_id: int, seen: int, choices: Sequence[tuple[str, str]], fix: str
) -> ui.LayoutView:
    """Return why a local time is not one instant, with a button for each it can be: (words, key of the form)."""
    return card(
        sentence(error),
        row(*(primary(words, "announce.again", form, event_id, seen, key) for words, key in choices)),
        row(button(_("Fix it"), "fix", fix)),
        accent=WARM,
    )
