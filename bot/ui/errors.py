"""Errors into sentences: what happened, and what to do next.

Services raise facts; here they become words. A kind without a sentence of its own falls back on one
that still says what to do, and ``tests/ui`` asks for a sentence for every kind there is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from discord import ui

from bot.errors import (
    AlreadyDecided,
    CogwheelError,
    ConsentNeeded,
    Invalid,
    NotAllowed,
    NotFound,
    NotJoined,
    NotSetUp,
    Paused,
    StorageUnavailable,
    TextStopped,
    WrongState,
)
from bot.ui import partner_errors, sector_errors, times
from bot.ui.escape import quiet
from bot.ui.layout import DONE, WARM, card, primary, row
from bot.ui.refusals import of_picks
from bot.ui.words import _, n_

Button = ui.Button[Any]


def explain(error: CogwheelError, button: Button | None = None) -> ui.LayoutView:
    """Return the card for an error, with the button that lets the person go on."""
    join = primary(_("Join"), "join.open") if isinstance(error, NotJoined) else None
    again = isinstance(error, ConsentNeeded) and error.version
    read = primary(_("Read the notice"), "consent.open") if again else None
    if button is None and isinstance(error, Invalid) and error.why == "retired":  # what was typed waits as a draft
        button = primary(_("Fix it"), "join.open")
    return card(sentence(error), row(button, join, read), accent=WARM)


def agreed() -> ui.LayoutView:
    """Return the thanks for reading the changed notice, where there is nothing to go on with."""
    return card(_("Thank you, noted. Everything works as before."), accent=DONE)


def unexpected(code: str, button: Button | None = None) -> ui.LayoutView:
    """Return the card for a fault of ours, with the reference that the log has too."""
    return card(
        _("Something went wrong on our side, and nothing was changed. Please try again in a moment."),
        _("If it happens again, tell an organiser this reference: **{code}**", code=code),
        row(button),
        accent=WARM,
    )


def stale() -> ui.LayoutView:
    """Return the card for a button, select or form that this version no longer knows."""
    return card(_("This button no longer works. Please start again with `/help`."), accent=WARM)


def sentence(error: CogwheelError) -> str:
    """Return the sentence for an error in the present language."""
    match error:
        case Invalid():
            return invalid(error)
        case NotFound():
            return _("That isn't in this server (any more). Pick one from the list instead.")
        case NotAllowed():
            return not_allowed(error)
        case AlreadyDecided():
            return already_decided(error)
        case WrongState():
            return _(
                "This has moved on since the card was shown: it is now *{status}*. "
                "Open it again to see what is possible.",
                status=status_words(error.status),
            )
        case NotJoined():
            return _("Register first, it takes four taps: use `/join`, then come back.")
        case ConsentNeeded() if error.version:
            return _("The privacy notice of this server has changed since you read it. Please read it, then go on.")
        case ConsentNeeded():
            return _("Nothing was stored. To register, tick the box that you are 18 or older and have read the notice.")
        case Paused():
            return _(
                "The organisers have paused your posts here. `/report`, `/profile` and erasing your data still work; "
                "ask the organisers if you think this is a mistake."
            )
        case NotSetUp():
            return not_set_up(error.what)
        case TextStopped():
            return _("This text was not stored. For a real case, `/report` shows who can help right now.")
        case StorageUnavailable():
            return storage(error.why)
    return _("That did not work, and nothing was changed. Please try again, or use `/help`.")


_STATUSES: Mapping[str, Callable[[], str]] = {
    "draft": lambda: _("draft"),
    "submitted": lambda: _("waiting for review"),
    "changes asked": lambda: _("changes asked for"),
    "waiting": lambda: _("waiting for others to join"),
    "active": lambda: _("active"),
    "done claimed": lambda: _("done, waiting to be confirmed"),
    "kept": lambda: _("kept"),
    "partly kept": lambda: _("partly kept"),
    "closed": lambda: _("closed with honour"),
    "declined": lambda: _("declined"),
    "withdrawn": lambda: _("withdrawn"),
    "lapsed": lambda: _("lapsed"),
    "approved": lambda: _("approved"),
    "taken": lambda: _("taken"),
    "scheduled": lambda: _("scheduled"),
    "paused": lambda: _("paused"),
    "announced": lambda: _("announced"),
    "held": lambda: _("held"),
    "cancelled": lambda: _("cancelled"),
    "question answered": lambda: _("answered"),
    "organisation confirm": lambda: _("confirmed"),
    "organisation unconfirm": lambda: _("no longer confirmed"),
    "organisation rename": lambda: _("renamed"),
    "organisation merge": lambda: _("merged"),
    "organisation domain": lambda: _("given another web domain"),
    "organisation changed": lambda: _("changed"),
    "imported": lambda: _("imported"),
    "discarded": lambda: _("discarded"),
    "import taken back": lambda: _("taken back"),
    **partner_errors.statuses(),
    "question closed": lambda: _("closed"),
}


def status_words(status: str) -> str:
    """Return a status as people read it."""
    found = _STATUSES.get(status)
    return found() if found else status


def already_decided(error: AlreadyDecided) -> str:
    """Return who was first, with what and when."""
    status = status_words(error.status)
    if error.by is None or error.at is None:
        return _("This is already decided: *{status}*. Nothing was changed.", status=status)
    who, when = f"<@{error.by}>", times.ago(error.at)
    return _("Already *{status}* by {who}, {when}. Your click changed nothing.", status=status, who=who, when=when)


def not_allowed(error: NotAllowed) -> str:
    """Return why a person may not do something, and who can."""
    reasons: dict[str, Callable[[], str]] = {
        "review": lambda: _("Only organisers can review. If you should be one, ask an admin to check `/setup start`."),
        "announce": lambda: _(
            "Only moderators can announce. If you should be one, ask an admin to check `/setup start`."
        ),
        "knowledge": lambda: _("Only moderators and organisers can edit answers."),
        "take down": lambda: _("Only moderators and organisers can take posts down."),
        "set up": lambda: _("Only people with *Manage Server* can change the set-up. Ask an admin of this server."),
        "own": lambda: _("Nobody reviews their own pledge. Another organiser will see it in the queue."),
        "own organisation": lambda: _(
            "This pledge is your own organisation's, so another organiser reviews it. It stays in the queue."
        ),
        "import own organisation": lambda: _(
            "This file says that your own organisation kept something, so another organiser imports it."
        ),
        "decide own organisation": lambda: _(
            "This is your own organisation, so another organiser decides about it. It stays in the queue."
        ),
        "yours": lambda: _("It is your own: others join it."),
        "not yours": lambda: _("This is somebody else's. Use `/profile` to see what is yours."),
        "speak here": lambda: _("You can't write in this channel, so I can't post here for you. Try another one."),
        "server only": lambda: _("This only works inside the server. Here, use `/report` or `/help`."),
    }
    found = (reasons | partner_errors.not_allowed()).get(error.why)
    return found() if found else _("You can't do this here. `/help` shows what you can do.")


def not_set_up(what: str) -> str:
    """Return which choice the server still has to make."""
    return _("This server hasn't chosen that yet ({what}). An admin can do it in `/setup start`.", what=what)


def storage(why: str) -> str:
    """Return what people hear while the database can not answer."""
    if why == "locked":
        return _("The register is busy right now. Nothing was lost: please try again in a few seconds.")
    return _("The register can't be reached right now. Nothing was changed; the host of the bot has been told.")


def invalid(error: Invalid) -> str:
    """Return what is wrong with an input and what to write instead."""
    facts = error.facts
    special: dict[str, Callable[[], str]] = {
        "empty": lambda: _("Something is missing: please fill in *{field}*.", field=field_words(error.field)),
        "too long": lambda: n_(
            "*{field}* is too long: at most {n} character.",
            "*{field}* is too long: at most {n} characters.",
            int(facts.get("limit", 0)),
            field=field_words(error.field),
        ),
        "no date": lambda: _(
            "I could not read the date “{text}”. Write it like `2027-03-31`, `31 March` or `in 6 weeks`.",
            text=quiet(str(facts.get("text", "")), 60),
        ),
        "past": lambda: _("That date has passed. Choose one from tomorrow on."),
        "too far": lambda: _("That is too far away. Choose a date within five years."),
        "unknown choice": lambda: _("That choice is not in the list (any more). Please pick again."),
        "too many": lambda: _("That's too many: at most {most}.", most=facts.get("most", "")),
        "not https": lambda: _("A link must begin with `https://` and lead to a public web page."),
        "link with a password": lambda: _("That link has a name or password in it. Leave out everything before the @."),
        "hidden address": lambda: _("That address is on a hidden network. Give a page that everybody can open."),
        "bare address": lambda: _("People can't tell what a number address is. Give the page's name instead."),
        "inside address": lambda: _("That page only opens on a private network. Give one that everybody can open."),
        "invite": lambda: _("That is an invitation, not a page. Give a page that shows what was done."),
        "bad link": lambda: _("I can't use that link. Give the address of an ordinary public web page (`https://…`)."),
        "unknown zone": lambda: _(
            "I do not know the time zone “{text}”. Write it like `Europe/Stockholm`{near}.",
            text=quiet(str(facts.get("text", "")), 40),
            near=_near(facts.get("near", ())),
        ),
        "unparseable": lambda: _(
            "I could not read “{text}” as a time. Write it like `fri 18:00`, `24 nov 18:00` or `2027-03-01 09:30`.",
            text=quiet(str(facts.get("text", "")), 60),
        ),
        "past time": lambda: _("That time has passed. Write one in the future."),
        "no time": lambda: _(
            "At what time on that day? Write it with the date, like {typed}.", typed=_typed(facts.get("typed", ()))
        ),
        "no such date": lambda: _("There is no such date. Please check the day and the month."),
        "wrong weekday": lambda: _(
            "That date is another day of the week: {options}. Leave the weekday out, or correct one of the two.",
            options=_options(facts.get("options", ())),
        ),
        "after start": lambda: _("That is after the event has started. Choose an earlier time."),
        "before posting": lambda: _("It is scheduled to be announced after that. Post it now, or at another time."),
        "sign-up closed": lambda: _(
            "Sign-up closed {when}. If you can't come after all, *Can't* still works.",
            when=times.ago(facts["at"]),
        ),
        "too soon to remind": lambda: _("It starts too soon for a reminder. Put it in your calendar instead."),
        "not pingable": lambda: _(
            "I can not ping {role}. In the role's settings, allow everybody to mention it, "
            "or let my role mention all roles.",
            role=facts.get("role", ""),
        ),
        "no number": lambda: _(
            "Write a number from {least} to {most}, or leave it empty.",
            least=facts.get("least", ""),
            most=facts.get("most", ""),
        ),
        "too far time": lambda: _("That is more than a year away. Choose a time within the next year."),
        "skipped": lambda: _(
            "The clocks change that night and that local time does not exist. Choose {options}.",
            options=_typed(facts.get("typed", ())) or _options(facts.get("options", ())),
        ),
        "doubled": lambda: _(
            "The clocks change that night and that local time happens twice. Choose {options}.",
            options=_typed(facts.get("typed", ())) or _options(facts.get("options", ())),
        ),
        "ends first": lambda: _("The end is before the start. Write how long it lasts, like `45 min` or `2 h`."),
        "bad duration": lambda: _("I could not read how long it lasts. Write it like `45 min`, `1h30` or `2 h`."),
        "full": lambda: _("There is no room left."),
        "no words": lambda: _("That message has no words that I could look up."),
        "too many waiting": lambda: _(
            "{most} of your questions are already with the organisers. Please let them answer one first.",
            most=facts.get("most", ""),
        ),
        "after due": lambda: _("Others have to join before it is due. Choose an earlier date."),
        "retired action": lambda: _(
            "This action is no longer offered. Pledges that were made with it go on; for a new one pick another, "
            "or write it in your own words."
        ),
        "too many open": lambda: _(
            "You have {most} pledges that are drafts or waiting for an answer. Submit or discard a draft "
            "first (in `/profile`), or give the organisers a little time.",
            most=facts.get("most", ""),
        ),
        "too many at once": lambda: _(
            "You've started {most} pledges within an hour. Take your time: please continue a little later.",
            most=facts.get("most", ""),
        ),
        "none named": lambda: _("You have not named an organisation. Add yours in `/profile`, or pledge for yourself."),
        "mention": lambda: _("A name can't ping people: leave out @ and <."),
        "unchanged": lambda: _("It's already like that, so nothing was changed."),
        "name taken": lambda: _(
            "There is one with that name already: {name}. Use *Merge into …* to combine them.",
            name=quiet(str(facts.get("name", "")), 80),
        ),
        "itself": lambda: _("An organisation can't be merged into itself. Pick another one."),
        "bad domain": lambda: _(
            "Write the host name alone, like `example.org`: no `https://`, no path, no port, no number address."
        ),
        "shared domain": lambda: _(
            "Many organisations share that ending or site. Write its own host name, like `name.example.org`."
        ),
        "no letters": lambda: _("*{field}* needs at least one letter or digit.", field=field_words(error.field)),
        "not here": lambda: _("I can't write in this channel. Choose this in one where I can, or choose another way."),
        "everyone": lambda: _("Everybody here has that role. Pick one that only people you trust have."),
        **of_picks(),
        "no contact": lambda: _("Give an e-mail address, or the address of a web page that begins with `https://`."),
        "too long with marks": lambda: n_(
            "That does not fit on one card with the rest: at most {n} character, and marks such as * count twice.",
            "That does not fit on one card with the rest: at most {n} characters, and marks such as * count twice.",
            int(facts.get("limit", 0)),
        ),
        "too big": lambda: _(
            "The file is {size} MB, and Discord allows {most} MB here. Please ask the host of the bot for it.",
            size=-(-int(facts.get("size", 0)) // 1_000_000),
            most=int(facts.get("most", 0)) // 1_000_000,
        ),
        "no channel": lambda: _("That can't be used here: pick a text or announcement channel of this server."),
    }
    found = (special | partner_errors.invalid(facts) | sector_errors.invalid(facts)).get(error.why)
    if found is not None:
        return found()
    return _("*{field}* isn't valid. Please change it and try again.", field=field_words(error.field))


def field_words(field: str) -> str:
    """Return a field as its form calls it."""
    names: dict[str, Callable[[], str]] = {
        "what": lambda: _("What you will do"),
        "done_when": lambda: _("How we know it is done"),
        "due": lambda: _("By when"),
        "only_if": lambda: _("How many others"),
        "join_by": lambda: _("Join by when"),
        "help_wanted": lambda: _("Partners or help wanted"),
        "visibility": lambda: _("Who sees your name"),
        "reason": lambda: _("Reason"),
        "note": lambda: _("Note"),
        "evidence": lambda: _("Evidence"),
        "organisation": lambda: _("Organisation"),
        "sector_name": lambda: _("Name"),
        "short": lambda: _("Short name"),
        "emoji": lambda: _("Emoji"),
        "domain": lambda: _("Web domain"),
        "offers": lambda: _("What you offer and look for"),
        "sectors": lambda: _("Sectors"),
        "reach": lambda: _("How to reach you"),
        "title": lambda: _("Title"),
        "text": lambda: _("Text"),
        "where": lambda: _("Where"),
        "link": lambda: _("Link"),
        "image": lambda: _("Picture"),
        "alt": lambda: _("Description of the picture"),
        "starts": lambda: _("Starts"),
        "duration": lambda: _("How long"),
        "post_at": lambda: _("Post it when"),
        "until": lambda: _("Sign up until"),
        "capacity": lambda: _("Places"),
        "roles": lambda: _("Roles"),
        "question": lambda: _("Question"),
        "answer": lambda: _("Answer"),
        "contact": lambda: _("E-mail address or web page"),
        "contact_name": lambda: _("Name"),
        "notice": lambda: _("Your words"),
    }
    found = names.get(field)
    return found() if found else field


def _typed(texts: object) -> str:
    return _(" or ").join(f"`{text}`" for text in texts[:3]) if isinstance(texts, (list, tuple)) else ""


def _near(matches: object) -> str:
    names = [f"`{name}`" for name in matches] if isinstance(matches, (list, tuple)) else []
    return _(" - did you mean {names}?", names=", ".join(names)) if names else ""


def _options(instants: object) -> str:
    moments = (
        [times.full(at) for at in instants if isinstance(at, datetime)] if isinstance(instants, (list, tuple)) else []
    )
    return _(" or ").join(moments)
