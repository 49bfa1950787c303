"""The check of a server in plain lines: what is in order, what is not, and the taps that put it right."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from discord import ui

from bot.actor import Standing
from bot.content.model import Content
from bot.delivery.outbox import UNKNOWN, OutboxRow
from bot.introductions import cards as introduction_cards
from bot.roles import cards as role_cards
from bot.servers.cards import LANGUAGES, day_words, purpose_words, standing_words
from bot.servers.model import Finding
from bot.ui import times
from bot.ui.escape import quiet
from bot.ui.layout import DONE, WARM, button, card, divider, primary, row
from bot.ui.words import _, locale, n_

ROWS_SHOWN = 5


def check_card(
    content: Content, findings: Sequence[Finding], stuck: Sequence[OutboxRow], held: int, *, may_set_up: bool
) -> ui.LayoutView:
    """Return everything that was looked at, then the posts that are stuck, each with two ways out."""
    wrong = sum(not finding.fine for finding in findings) + len(stuck)
    heading = n_("## Check: {n} thing needs a look", "## Check: {n} things need a look", wrong)
    parts: list[str | ui.Item[Any] | None] = [
        heading if wrong else _("## Check: everything is in order"),
        "\n".join(line(content, finding) for finding in findings),
    ]
    if held:
        parts.append(n_("⏳ {n} post waits for a channel.", "⏳ {n} posts wait for a channel.", held))
    if stuck:
        parts += [divider(), _("### What did not work")]
        for found in stuck[:ROWS_SHOWN]:
            parts += [
                _stuck_words(found),
                row(
                    button(_("Try again"), "setup.again", found.id),
                    button(_("It is there") if found.state == UNKNOWN else _("Leave it"), "setup.there", found.id),
                ),
            ]
        if len(stuck) > ROWS_SHOWN:
            parts.append(_("-# You'll see the next ones once these are settled."))
    parts.append(
        row(
            primary(_("Refresh"), "setup.check"),
            button(_("Set up"), "setup.channels") if may_set_up else None,
            button(_("Check the routes"), "setup.routes") if may_set_up and content.routes else None,
            button(_("Name a contact"), "setup.contact") if may_set_up and _no_contact(findings) else None,
        )
    )
    return card(*parts, accent=WARM if wrong else DONE)


def _no_contact(findings: Sequence[Finding]) -> bool:
    return any(finding.what == "contact" and not finding.fine for finding in findings)


def line(content: Content, finding: Finding) -> str:
    """Return a finding as one line, with a sign and words."""
    makers: dict[str, Callable[[], str]] = {
        "not finished": lambda: _("The set-up is not finished. Use `/setup start` and press *Finish*."),
        "language": lambda: _("Language of the posts: {name}.", name=LANGUAGES[str(finding.facts["locale"])]),
        "contact": lambda: (
            _("Who is responsible for the data here is named.")
            if finding.fine
            else _("Nobody is named who is responsible for the data here. Press *Name a contact*.")
        ),
        "zone": lambda: _zone(finding),
        **_channel_lines(finding),
        **_role_lines(finding),
        **_content_lines(content, finding),
        **_sector_lines(finding),
        **role_cards.finding_lines(finding),
    }
    return f"{'✅' if finding.fine else '⚠️'} {makers[finding.what]()}"


def _zone(finding: Finding) -> str:
    zone = finding.facts["zone"]
    if finding.fine:
        return _("Time zone: {zone}.", zone=zone)
    return _("Time zone: {zone}. If your clocks say otherwise, use `/setup start zone:`.", zone=zone)


def _channel_lines(finding: Finding) -> dict[str, Callable[[], str]]:
    facts = finding.facts

    def name() -> str:
        purpose = facts["purpose"]
        return purpose_words(purpose).split(":")[0]  # type: ignore[arg-type]

    def channel() -> str:
        lacking = facts["lacking"]
        if not isinstance(lacking, list) or not lacking:
            return _("{name}: <#{channel}>.", name=name(), channel=facts["channel"])
        return _(
            "{name}: in <#{channel}> I lack {permissions}. Open the channel's settings > Permissions, add my role and "
            "allow it.",
            name=name(),
            channel=facts["channel"],
            permissions=", ".join(f"*{permission_words(each)}*" for each in lacking),
        )

    return {
        "channel": channel,
        "channel open": lambda: _(
            "{name}: no channel chosen. What belongs there waits. Choose one in `/setup start`.", name=name()
        ),
        "channel gone": lambda: _(
            "{name}: the channel is gone, or I can't see it. Choose another in `/setup start`.", name=name()
        ),
        "organisers public": lambda: _(
            "Everybody can read <#{channel}>, and the organisers' cards show what others hide. Choose a private "
            "channel in `/setup start`, or take *View Channel* from `@everyone` there.",
            channel=facts["channel"],
        ),
    }


def _role_lines(finding: Finding) -> dict[str, Callable[[], str]]:
    facts = finding.facts
    standing = facts.get("standing")
    names = standing_words(standing) if isinstance(standing, Standing) else ""
    role = f"<@&{facts.get('role')}>"
    command = f"/{facts.get('command')}"
    bit = _("Manage Messages") if standing is Standing.ORGANISER else _("Manage Events")
    return {
        "role": lambda: _("{names}: {role}.", names=names, role=role),
        "role above": lambda: _(
            "{names}: {role}. It stands above my own role, which is fine: I neither give nor take it.",
            names=names,
            role=role,
        ),
        "role gone": lambda: _("{names}: a chosen role is gone. Choose again in `/setup start`.", names=names),
        "no role": lambda: _(
            "{names}: no role chosen, so everybody with *{bit}* counts. Choose one in `/setup start`.",
            names=names,
            bit=bit,
        ),
        "role sees nothing": lambda: _(
            "{names}: {role} does not see `{command}`. Server Settings > Integrations > this bot > `{command}` > "
            "Add roles > {role} > ✓. Until then the panel's buttons do the same.",
            names=names,
            role=role,
            command=command,
        ),
    }


def _content_lines(content: Content, finding: Finding) -> dict[str, Callable[[], str]]:
    facts = finding.facts
    country = content.countries.get(str(facts.get("country", "")))
    name = country.name.text(locale()) if country else ""
    count = facts.get("count", 0)
    number = count if isinstance(count, int) else 0
    until = facts.get("until")
    return {
        "routes": lambda: _(
            "Where to report in {country}: checked, valid until {until}.",
            country=name,
            until=day_words(until),  # type: ignore[arg-type]
        ),
        "routes unchecked": lambda: (
            _(
                "Where to report in {country}: not checked here. Press *Check the routes* and open the links.",
                country=name,
            )
            if country
            else _("Where to report: no country chosen. Press *Check the routes*, open the links and tick them.")
        ),
        "routes waiting": lambda: n_(
            "{n} place to report waits for a person's review (the host fills in `reviewed_by`); "
            "until then its home page alone is shown.",
            "{n} places to report wait for a person's review (the host fills in `reviewed_by`); "
            "until then their home pages alone are shown.",
            number,
        ),
        "answers waiting": lambda: n_(
            "{n} sensitive answer waits for a person's review; a stand-in is shown.",
            "{n} sensitive answers wait for a person's review; a stand-in is shown.",
            number,
        ),
        "reviews late": lambda: n_(
            "{n} pledge has waited longer than {days} days for an organiser: `/review queue`.",
            "{n} pledges have waited longer than {days} days for an organiser: `/review queue`.",
            number,
            days=facts.get("days", ""),
        ),
        "answers stale": lambda: n_(
            "{n} answer is overdue for another check.",
            "{n} answers are overdue for another check.",
            number,
        ),
    }


def _sector_lines(finding: Finding) -> dict[str, Callable[[], str]]:
    facts = finding.facts
    found, count = facts.get("names", ()), facts.get("count", 0)
    names = ", ".join(quiet(str(name)) for name in found) if isinstance(found, tuple) else ""
    return {
        "sectors crowded": lambda: _(
            "The content brought more sectors than the {most} that fit, so these are off the wheel: {names}. "
            "Retire others in `/setup sectors` to make room.",
            most=facts.get("most", ""),
            names=names,
        ),
        "sectors dropped": lambda: n_(
            "The content no longer has these sectors, where {n} person still counts: {names}. "
            "Ask them to choose another with `/join`, or the host to put the sector back.",
            "The content no longer has these sectors, where {n} people still count: {names}. "
            "Ask them to choose another with `/join`, or the host to put the sector back.",
            count if isinstance(count, int) else 0,
            names=names,
        ),
        "sectors alike": lambda: _("Two sectors look the same: {names}. Rename one in `/setup sectors`.", names=names),
    }


def permission_words(name: str) -> str:
    """Return a permission as Discord's settings call it."""
    return {
        "view_channel": _("View Channel"),
        "send_messages": _("Send Messages"),
        "embed_links": _("Embed Links"),
        "attach_files": _("Attach Files"),
        "read_message_history": _("Read Message History"),
        "mention_everyone": _("Mention @everyone, @here and All Roles"),
        "pin_messages": _("Pin Messages"),
        "create_private_threads": _("Create Private Threads"),
        "send_messages_in_threads": _("Send Messages in Threads"),
        "manage_threads": _("Manage Threads"),
    }[name]


def _stuck_words(found: OutboxRow) -> str:
    what = {
        "pledge.review": _("A pledge to review"),
        "pledge.card": _("The card of a pledge"),
        "member.notice": _("News for a person"),
        "event.notice": _("The announcement of an event"),
        "event.card": _("The card of an event"),
        "event.publish": _("Sending an announcement on to the servers that follow the channel"),
        "wheel.milestone": _("The card that celebrates a milestone"),
        "event.reminder": _("A reminder for a person"),
        "server.welcome": _("The welcome card"),
        "server.panel": _("The organisers' panel"),
        "introduction.thread": _("The thread of an introduction"),
        "introduction.card": _("The card that opens an introduction"),
        "roles.sector": _("A sector role"),
        "roles.person": _("A person's sector roles"),
    }.get(found.kind, found.kind)
    if found.state == UNKNOWN:
        return _(
            "⚠️ **{what}** ({when}): the connection was lost, so it may or may not have arrived. Please check.",
            what=what,
            when=times.ago(found.due_at),
        )
    return _("⚠️ **{what}** ({when}): {why}", what=what, when=times.ago(found.due_at), why=_why(found.reason or ""))


def _why(reason: str) -> str:
    known = {
        "403/50001": _("I can not see the channel. Allow me *View Channel* there, then try again."),
        "403/50013": _("I lack a permission in the channel; the lines above name it."),
        "403/50007": _("the person doesn't accept direct messages. They'll find it in `/profile`."),
        "404/10003": _("the channel is gone. Choose another in `/setup start`."),
    }
    if (special := role_cards.why(reason) or introduction_cards.why(reason)) is not None:
        return special
    for code, words in known.items():
        if reason.startswith(code):
            return words
    return _("Discord refused it ({reason}).", reason=reason)
