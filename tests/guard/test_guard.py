"""What the guard hears and what it lets pass, with the pack we ship."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.content.load import load
from bot.guard.check import Guard
from bot.guard.model import Kind, Verdict, Where
from bot.guard.plain import plain, visible, words
from bot.guard.sequence import sequence
from bot.guard.shipped import shipped_texts

ROOT = Path(__file__).parents[2]
CONTENT = load(ROOT / "data")
GUARD = Guard(CONTENT.guard, shipped_texts(CONTENT))
TOLD = "My uncle touched me and said I must keep it secret"


@pytest.mark.parametrize("where", Where)
def test_nothing_shipped_is_held_back(where: Where) -> None:
    held = [text for text in shipped_texts(CONTENT)[where] if not GUARD.check(text, where).passes]
    assert held == []


def test_shipped_texts_pass_however_they_are_punctuated() -> None:
    question = next(iter(CONTENT.faqs.values())).question.text("en")
    assert GUARD.check(f"  {question.upper()} ?! ", Where.QUESTION).passes


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("my stepdad is coming to my room tonight and i am scared", Kind.DANGER),
        ("min styvpappa kommer in till mig i natt och jag är rädd", Kind.DANGER),
        (TOLD, Kind.HAPPENED),
        ("min tränare har tagit på mig", Kind.HAPPENED),
        ("I have sexual thoughts about children and I want help", Kind.OWN_THOUGHTS),
        ("jag är attraherad av barn och har aldrig berättat det", Kind.OWN_THOUGHTS),
        ("I found a website with abuse images, here is the link", Kind.POINTER),
        ("jag har hittat en sida med övergreppsbilder, här är länken", Kind.POINTER),
    ],
)
@pytest.mark.parametrize("where", Where)
def test_each_kind_is_heard_in_every_field(text: str, kind: Kind, where: Where) -> None:
    assert GUARD.check(text, where) == Verdict(kind, structural=False)


@pytest.mark.parametrize(
    "text",
    [
        "MY UNCLE TOUCHED ME AND SAID I MUST KEEP IT SECRET",
        "my uncel tuoched me and siad i must keep it secert",
        "my unc1e t0uched me and said i must k33p it s3cret",
        "my u n c l e t o u c h e d me and said i must keep it s e c r e t",
        "myuncletouchedme and said i must keep it secret",
        "mу unсlе tоuсhеd mе аnd sаid i must kеер it sесrеt",
        "ｍｙ ｕｎｃｌｅ ｔｏｕｃｈｅｄ ｍｅ and said i must keep it secret",
        "my uncle toooouched me and said i must keep it secreeeet",
        "my un\u00adcle tou\u200bched m\u2060e and said i must keep it se\u202ecret",
        "m̵y̶ ̷u̸n̵c̶l̷e̸ touched me and said i must keep it secret",
    ],
)
def test_spelling_and_tricks_do_not_hide(text: str) -> None:
    assert GUARD.check(text, Where.NOTE).kind is Kind.HAPPENED


def test_swedish_typed_without_its_letters_is_heard() -> None:
    assert not GUARD.check("min tranare har tagit pa mig och jag ar radd", Where.QUESTION).passes


def test_a_case_told_in_the_middle_of_a_long_note_is_heard() -> None:
    ordinary = "The policy is written and waits for the board. All managers have been briefed. "
    assert GUARD.check(f"{ordinary * 15}{TOLD}. {ordinary * 15}", Where.NOTE).kind is Kind.HAPPENED
    assert GUARD.check(ordinary * 30, Where.NOTE).passes


def test_a_shipped_question_passes_only_where_people_ask() -> None:
    texts = shipped_texts(CONTENT)
    assert set(texts[Where.PLEDGE]) < set(texts[Where.QUESTION])


def test_a_guard_without_phrases_checks_structure_only() -> None:
    empty = Guard({})
    assert empty.check(TOLD, Where.QUESTION).passes
    assert empty.check("see film_01.mp4", Where.NOTE) == Verdict(Kind.POINTER, structural=True)


def test_another_coalition_has_its_own_words() -> None:
    guard = Guard(
        {
            "language": {"en": ["is", "and"]},
            "word": {"who": {"en": ["cyclist"]}, "state": {"en": ["bleed*", "not moving"]}, "drill": {"en": ["drill"]}},
            "pattern": [{"kind": "danger", "any": ["who 4 state"], "unless": ["drill"]}],
        }
    )
    assert guard.check("The cyclist is bleeding", Where.QUESTION).kind is Kind.DANGER
    assert guard.check("the cyclist is not moving", Where.NOTE).kind is Kind.DANGER
    assert guard.check("a drill: the cyclist is bleeding", Where.NOTE).passes
    assert guard.check(TOLD, Where.NOTE).passes


def test_a_pattern_may_count_in_some_fields_only() -> None:
    guard = Guard(
        {"word": {"who": {"en": ["rider"]}}, "pattern": [{"kind": "danger", "any": ["who"], "where": ["note"]}]}
    )
    assert not guard.check("a rider", Where.NOTE).passes
    assert guard.check("a rider", Where.EVENT).passes


@pytest.mark.parametrize(
    ("phrases", "named"),
    [
        ({"pattern": [{"kind": "danger", "any": ["nobody"]}]}, "nobody"),
        ({"pattern": [{"kind": "dangre", "any": []}]}, "pattern 1"),
        ({"pattern": [{"kind": "danger", "where": ["cellar"]}]}, "pattern 1"),
        ({"pattern": {"kind": "danger"}}, "pattern"),
        ({"word": {"who": ["he"]}}, "word.who"),
        ({"word": {"who": {"en": [1]}}}, "word.who.en"),
        ({"made": {"pair": ["one two"]}}, "pair"),
        ({"leaning": {"limit": "high"}}, "leaning"),
        ({"leaning": {"weights": "w x 1 2"}}, "w x 1 2"),
        ({"leaning": {"sounding": 1}}, "sounding"),
        ({"leaning": {"sounding": "AAAA"}}, "sounding"),
        ({"leaning": {"sounding_start": "x"}}, "sounding_start"),
        ({"leaning": {"weights": "c who 1 2 3 4"}}, "who"),
        ({"structure": "none"}, "structure"),
    ],
)
def test_phrases_that_do_not_fit_are_named(phrases: dict[str, object], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        Guard(phrases)


def test_distance_is_counted_in_words_and_over_a_full_stop() -> None:
    read = list(words(plain("one two three. four")))
    wanted = sequence("a 3 b", {"a": 1, "b": 2}.__getitem__)
    assert wanted.ends(read, [1, 0, 2, 0], 3) == [(0, 2)]
    assert wanted.ends(read, [0, 0, 1, 2], 3) == []
    assert wanted.ends(read, [2, 0, 1, 0], 3) == []


@settings(deadline=None, max_examples=150)
@given(st.text(max_size=400), st.sampled_from(Where))
def test_no_text_is_too_strange(text: str, where: Where) -> None:
    assert GUARD.check(text, where) == GUARD.check(text, where)


@settings(deadline=None, max_examples=150)
@given(st.text(alphabet=":/.@[]()#%?&=0123456789abcdefxn- ht\n", max_size=200))
def test_no_address_is_too_strange(text: str) -> None:
    for shape in (text, f"https://{text}", f"https://a.example/{text}", f"1.2.3.4{text}"):
        assert GUARD.check(shape, Where.EVENT).kind in Kind


@settings(deadline=None)
@given(st.text(max_size=200))
def test_the_plain_form_is_final(text: str) -> None:
    assert plain(plain(text)) == plain(text)
    assert visible(visible(text)) == visible(text)


@settings(deadline=None, max_examples=80)
@given(
    st.lists(st.tuples(st.integers(0, len(TOLD)), st.sampled_from("\u200b\u200c\u200d\u2060\ufeff\u00ad\u202e\u2066")))
)
def test_what_cannot_be_seen_does_not_hide(places: list[tuple[int, str]]) -> None:
    text = TOLD
    for at, mark in places:
        text = text[:at] + mark + text[at:]
    assert GUARD.check(text, Where.NOTE).kind is Kind.HAPPENED


@pytest.mark.parametrize(
    "piece", ["a", "a ", "ab.", "(.", ".", "x@", "0", "f0", "https://", "my uncle ", "1.", "a-", "å", "img"]
)
def test_work_grows_with_the_length_and_no_faster(piece: str) -> None:
    """Counted in processor time of this thread, against a bound a hundred times above what is usual."""
    started = time.thread_time()
    GUARD.check((piece * 4_000)[:4_000] + "!", Where.EVENT)
    assert time.thread_time() - started < 2


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("Join us at https://partners.org on Friday", Where.EVENT),
        ("Join us at https://partners.org on Friday, @everyone welcome", Where.EVENT),
        ("Webinar with the police about grooming online. Link: https://zoom.partners.org/j/123456789", Where.EVENT),
        ("Please add by when, @here", Where.NOTE),
        ("Thanks to <@1456074443980800038> for the hall", Where.NOTE),
        ("Training held, 40 people. Slides at https://intra.example.org/slides", Where.NOTE),
    ],
)
def test_ordinary_links_and_mentions_pass(text: str, where: Where) -> None:
    assert GUARD.check(text, where).kind is Kind.NONE
