"""Tables and queries of questions without an answer, and of votes on answers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, PrimaryKeyConstraint, Table, bindparam, delete, func, select, update

from bot.faq.model import Question, State
from bot.storage.database import Reading, Row, Transaction
from bot.storage.schema import (
    from_micros,
    identity,
    instant,
    maybe_instant,
    metadata,
    number,
    snowflake,
    to_micros,
    words,
)

questions = Table(
    "faq_questions",
    metadata,
    identity(),
    snowflake("guild_id"),
    snowflake("asker_id", nullable=True),
    number("named"),
    number("handed"),
    words("text"),
    words("folded"),
    number("times"),
    words("state"),
    words("answer"),
    words("slug", nullable=True),
    snowflake("decider_id", nullable=True),
    instant("asked_at"),
    instant("decided_at", nullable=True),
    Index("ix_faq_questions_guild_id_state", "guild_id", "state", "id"),
    Index("ix_faq_questions_guild_id_folded", "guild_id", "folded", "state"),
    Index("ix_faq_questions_guild_id_asker_id", "guild_id", "asker_id", "id"),
    Index("ix_faq_questions_guild_id_decider_id", "guild_id", "decider_id"),
    Index("ix_faq_questions_decided_at", "decided_at"),
    Index("ix_faq_questions_asked_at", "handed", "state", "asked_at"),
    sqlite_autoincrement=True,
)

votes = Table(
    "faq_votes",
    metadata,
    snowflake("guild_id"),
    words("slug"),
    snowflake("user_id"),
    number("helpful"),
    PrimaryKeyConstraint("guild_id", "slug", "user_id"),
    Index("ix_faq_votes_guild_id_user_id", "guild_id", "user_id"),
)

_here = questions.c.guild_id == bindparam("guild_id")
_by_id = select(questions).where(_here, questions.c.id == bindparam("question_id"))
_open_alike = (
    select(questions)
    .where(_here, questions.c.folded == bindparam("folded"), questions.c.state == State.OPEN.value)
    .order_by(questions.c.id)
    .limit(50)
)
_again = update(questions).where(_here, questions.c.id == bindparam("question_id")).values(times=questions.c.times + 1)
_hand = (
    update(questions)
    .where(_here, questions.c.id == bindparam("question_id"))
    .values(
        asker_id=bindparam("by_asker"),
        named=bindparam("may_name"),
        handed=1,
        text=bindparam("new_text"),
        asked_at=bindparam("now"),
    )
)
_decide = (
    update(questions)
    .where(_here, questions.c.id == bindparam("question_id"), questions.c.state == State.OPEN.value)
    .values(
        state=bindparam("new_state"),
        answer=bindparam("new_answer"),
        slug=bindparam("new_slug"),
        decider_id=bindparam("by_id"),
        decided_at=bindparam("now"),
    )
)
_open = (
    select(questions)
    .where(_here, questions.c.state == State.OPEN.value, questions.c.id < bindparam("after"))
    .order_by(questions.c.id.desc())
    .limit(bindparam("most"))
)
_of_asker = (
    select(questions)
    .where(_here, questions.c.asker_id == bindparam("asker_id"), questions.c.id < bindparam("after"))
    .order_by(questions.c.id.desc())
    .limit(bindparam("most"))
)
_waiting_of = select(func.count()).where(
    _here, questions.c.asker_id == bindparam("asker_id"), questions.c.state == State.OPEN.value
)
_ids_of = select(questions.c.id).where(_here, questions.c.asker_id == bindparam("asker_id"))
_drop_of = delete(questions).where(_here, questions.c.asker_id == bindparam("asker_id"))
_decided_ids = select(questions.c.id).where(_here, questions.c.decider_id == bindparam("by_id"))
_forget_decider = (
    update(questions).where(_here, questions.c.decider_id == bindparam("user_gone")).values(decider_id=None)
)
_told = (
    select(questions.c.guild_id, questions.c.id)
    .where(questions.c.decided_at < bindparam("before"), questions.c.asker_id.is_not(None))
    .limit(500)
)
_forget_asker = (
    update(questions).where(_here, questions.c.id == bindparam("question_id")).values(asker_id=None, named=0)
)
_pointed = (
    select(questions.c.slug)
    .where(
        questions.c.guild_id == bindparam("guild_id"),
        questions.c.folded == bindparam("folded"),
        questions.c.state == State.ANSWERED.value,
        questions.c.slug.is_not(None),
    )
    .order_by(questions.c.id.desc())
    .limit(1)
)
_old_gaps = delete(questions).where(
    questions.c.handed == 0, questions.c.state == State.OPEN.value, questions.c.asked_at < bindparam("before")
)

_vote = select(votes.c.helpful).where(
    votes.c.guild_id == bindparam("guild_id"),
    votes.c.slug == bindparam("slug"),
    votes.c.user_id == bindparam("user_id"),
)
_change_vote = (
    update(votes)
    .where(
        votes.c.guild_id == bindparam("guild_id"),
        votes.c.slug == bindparam("of_slug"),
        votes.c.user_id == bindparam("of_user"),
    )
    .values(helpful=bindparam("new_vote"))
)
_votes_of = select(votes.c.slug, votes.c.helpful).where(
    votes.c.guild_id == bindparam("guild_id"), votes.c.user_id == bindparam("user_id")
)
_drop_votes = delete(votes).where(votes.c.guild_id == bindparam("guild_id"), votes.c.user_id == bindparam("user_id"))


async def add(
    tx: Transaction,
    guild_id: int,
    text: str,
    folded: str,
    at: datetime,
    asker_id: int | None = None,
    named: bool = False,
) -> int:
    """Insert an open question and return its id; without an asker it is a gap."""
    return await tx.insert(
        questions,
        guild_id=guild_id,
        asker_id=asker_id,
        named=int(named),
        handed=int(asker_id is not None),
        text=text,
        folded=folded,
        times=1,
        state=State.OPEN.value,
        answer="",
        asked_at=to_micros(at),
    )


async def find(reading: Reading, guild_id: int, question_id: int) -> Question | None:
    """Return a question of this server."""
    row = await reading.one(_by_id, guild_id=guild_id, question_id=question_id)
    return None if row is None else _question(row)


async def open_alike(reading: Reading, guild_id: int, folded: str) -> list[Question]:
    """Return up to 50 open questions with the same words, oldest first."""
    return [_question(row) for row in await reading.all(_open_alike, guild_id=guild_id, folded=folded)]


async def again(tx: Transaction, guild_id: int, question_id: int) -> None:
    """Count that a question was asked once more."""
    await tx.run(_again, guild_id=guild_id, question_id=question_id)


async def hand(
    tx: Transaction, guild_id: int, question_id: int, asker_id: int, named: bool, text: str, at: datetime
) -> None:
    """Make a gap, or this person's own open question, one that waits for the organisers."""
    await tx.run(
        _hand,
        guild_id=guild_id,
        question_id=question_id,
        by_asker=asker_id,
        may_name=int(named),
        new_text=text,
        now=to_micros(at),
    )


async def decide(
    tx: Transaction,
    guild_id: int,
    question_id: int,
    state: State,
    by: int,
    at: datetime,
    *,
    answer: str = "",
    slug: str | None = None,
) -> bool:
    """Answer or close an open question; False when somebody else was first."""
    changed = await tx.run(
        _decide,
        guild_id=guild_id,
        question_id=question_id,
        new_state=state.value,
        new_answer=answer,
        new_slug=slug,
        by_id=by,
        now=to_micros(at),
    )
    return changed == 1


async def open_questions(reading: Reading, guild_id: int, after: int, most: int) -> list[Question]:
    """Return open questions below an id, newest first."""
    return [_question(row) for row in await reading.all(_open, guild_id=guild_id, after=after, most=most)]


async def of_asker(reading: Reading, guild_id: int, asker_id: int, after: int, most: int) -> list[Question]:
    """Return somebody's own questions below an id, newest first."""
    rows = await reading.all(_of_asker, guild_id=guild_id, asker_id=asker_id, after=after, most=most)
    return [_question(row) for row in rows]


async def waiting_of(reading: Reading, guild_id: int, asker_id: int) -> int:
    """Return how many questions of one person wait."""
    return int(await reading.scalar(_waiting_of, guild_id=guild_id, asker_id=asker_id))


async def change_vote(tx: Transaction, guild_id: int, slug: str, user_id: int, helpful: bool) -> bool | None:
    """Set somebody's one vote on an answer and return the vote before it, None where there was none."""
    before = await tx.scalar(_vote, guild_id=guild_id, slug=slug, user_id=user_id)
    if before is None:
        await tx.insert(votes, guild_id=guild_id, slug=slug, user_id=user_id, helpful=int(helpful))
        return None
    await tx.run(_change_vote, guild_id=guild_id, of_slug=slug, of_user=user_id, new_vote=int(helpful))
    return bool(before)


async def drop_votes(tx: Transaction, guild_id: int, user_id: int) -> list[tuple[str, bool]]:
    """Delete everything somebody voted and return it."""
    rows = await tx.all(_votes_of, guild_id=guild_id, user_id=user_id)
    await tx.run(_drop_votes, guild_id=guild_id, user_id=user_id)
    return [(row["slug"], bool(row["helpful"])) for row in rows]


async def drop_person(tx: Transaction, guild_id: int, user_id: int) -> list[int]:
    """Delete what somebody asked, take their name off what they decided; return the ids of all of it."""
    asked = await tx.all(_ids_of, guild_id=guild_id, asker_id=user_id)
    decided = await tx.all(_decided_ids, guild_id=guild_id, by_id=user_id)
    await tx.run(_drop_of, guild_id=guild_id, asker_id=user_id)
    await tx.run(_forget_decider, guild_id=guild_id, user_gone=user_id)
    return sorted({int(row["id"]) for row in (*asked, *decided)})


async def forget_askers(tx: Transaction, before: datetime) -> list[tuple[int, int]]:
    """Take the asker off up to 500 questions decided before an instant; return (guild, id) of them."""
    found = [(int(row["guild_id"]), int(row["id"])) for row in await tx.all(_told, before=to_micros(before))]
    for guild_id, question_id in found:
        await tx.run(_forget_asker, guild_id=guild_id, question_id=question_id)
    return found


async def pointed(reading: Reading, guild_id: int, folded: str) -> str | None:
    """Return the entry that somebody here said answers these very words, None where nobody did."""
    slug: str | None = await reading.scalar(_pointed, guild_id=guild_id, folded=folded)
    return slug


async def drop_gaps(tx: Transaction, before: datetime) -> int:
    """Delete open questions that nobody handed over since an instant; return how many."""
    return await tx.run(_old_gaps, before=to_micros(before))


def _question(row: Row) -> Question:
    return Question(
        id=row["id"],
        guild_id=row["guild_id"],
        asker_id=row["asker_id"],
        named=bool(row["named"]),
        handed=bool(row["handed"]),
        text=row["text"],
        times=row["times"],
        state=State(row["state"]),
        answer=row["answer"],
        slug=row["slug"],
        decided_by=row["decider_id"],
        asked_at=from_micros(row["asked_at"]),
        decided_at=maybe_instant(row["decided_at"]),
    )
