"""The pack we ship and a second one about something else: both must hold what the bot's screens rely on."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date
from pathlib import Path

import pytest

from bot.content.fields import text_length
from bot.content.load import load
from bot.content.model import Action, Content, Effort, Localised, LocalisedPhrases, Review

ROOT = Path(__file__).parents[2]
PACKS = {"default": ROOT / "data", "road-safety": Path(__file__).parent / "road-safety"}
LANGUAGES = ("en", "sv")

DAYS = {
    Effort.MINUTES: range(1, 15),
    Effort.DAYS: range(3, 15),
    Effort.WEEKS: range(14, 61),
    Effort.MONTHS: range(30, 271),
    Effort.YEAR: range(180, 731),
}


@pytest.fixture(scope="module", params=list(PACKS.values()), ids=list(PACKS))
def content(request: pytest.FixtureRequest) -> Content:
    """Each pack in turn."""
    folder: Path = request.param
    return load(folder)


@pytest.fixture(scope="module")
def default() -> Content:
    """The pack we ship."""
    return load(PACKS["default"])


def texts(item: object, place: str) -> Iterator[tuple[str, Localised | LocalisedPhrases]]:
    """Every text in several languages within a piece of content, with the path that leads to it."""
    if isinstance(item, (Localised, LocalisedPhrases)):
        yield place, item
    elif is_dataclass(item):
        for field in fields(item):
            yield from texts(getattr(item, field.name), f"{place}.{field.name}")


def all_texts(content: Content) -> list[tuple[str, Localised | LocalisedPhrases]]:
    """Every text of a pack."""
    found = list(texts(content.coalition, "coalition"))
    for kind in ("sectors", "actions", "topics", "faqs", "categories", "routes", "countries", "event_types"):
        for slug, item in getattr(content, kind).items():
            found += texts(item, f"{kind}.{slug}")
    return found


def sentences(content: Content) -> list[tuple[str, str]]:
    """Every sentence of a pack in every language, with where it stands."""
    found = []
    for place, text in all_texts(content):
        if isinstance(text, Localised):
            found += [(f"{place}.{language}", sentence) for language, sentence in text.texts.items()]
        else:
            found += [(place, phrase) for phrase in text.every()]
    return found


def test_every_text_is_there_in_every_language(content: Content) -> None:
    """A Swedish member is not shown English."""
    missing = []
    for place, text in all_texts(content):
        spoken = text.languages if isinstance(text, Localised) else frozenset(text.phrases)
        missing += [f"{place}.{language}" for language in LANGUAGES if language not in spoken]
    assert missing == []


def test_swedish_is_not_english_left_behind(content: Content) -> None:
    """A whole sentence that reads the same in both languages was never translated."""
    same = [
        place
        for place, text in all_texts(content)
        if isinstance(text, Localised) and " " in text.text("en") and text.text("en") == text.text("sv")
    ]
    names_of_things = [place for place in same if not place.endswith(".name")]
    assert names_of_things == []


def test_no_text_pings_or_hides_anything(content: Content) -> None:
    """No @, no masked link whose text is another address, no double space or stray blank."""
    assert [place for place, text in sentences(content) if "@" in text or "  " in text or text != text.strip()] == []
    masked = re.compile(r"\[[^\]]*(https?:|www\.)[^\]]*\]\(")
    assert [place for place, text in sentences(content) if masked.search(text)] == []


def test_an_action_as_a_pledge_fits_its_screens(content: Content) -> None:
    """Title and done-when are put into the pledge's form, whose fields hold 100 and 300."""
    limits = {"title": 80, "done_when": 300, "evidence": 200}
    long = [
        f"{action.slug}.{name}.{language}"
        for action in content.actions.values()
        for name, limit in limits.items()
        for language, text in getattr(action, name).texts.items()
        if text_length(text) > limit
    ]
    assert long == []


def test_a_question_fits_an_autocomplete_choice(content: Content) -> None:
    """Discord refuses a choice of more than 100 characters."""
    questions = [text for faq in content.faqs.values() for text in (*faq.question.texts.values(), *faq.aliases.every())]
    assert max(map(text_length, questions)) <= 100


def test_a_sector_fits_the_wheel_and_the_select(content: Content) -> None:
    """Short names stand beside the cogs, scopes under the names in a select."""
    for sector in content.sectors.values():
        assert all(text_length(text) <= 14 for text in sector.short.texts.values()), sector.slug
        assert all(text_length(text) <= 100 for text in sector.scope.texts.values()), sector.slug


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["sectors", "actions", "topics", "event_types", "countries", "faqs"])
def test_nothing_is_named_twice(content: Content, kind: str, language: str) -> None:
    """Two entries with one name cannot be told apart in a list."""
    label = {"actions": "title", "faqs": "question"}.get(kind, "name")
    names = Counter(getattr(item, label).text(language).casefold() for item in getattr(content, kind).values())
    if kind == "sectors":
        names += Counter()
        shorts = Counter(sector.short.text(language).casefold() for sector in content.sectors.values())
        assert max(shorts.values()) == 1
    assert [name for name, count in names.items() if count > 1] == []


def test_every_sector_has_its_own_emoji_and_an_action(content: Content) -> None:
    """The emoji stands in the cog; a sector without an action would greet people with nothing to do."""
    assert max(Counter(sector.emoji for sector in content.sectors.values()).values()) == 1
    acting = {action.sector for action in content.actions.values() if not action.retired}
    assert set(content.sectors) <= acting


def test_every_action_belongs_somewhere(content: Content) -> None:
    """An action of an optional pack waits until its sector is switched on."""
    for action in content.actions.values():
        if action.sector != "any":
            assert action.pack == content.sectors[action.sector].pack, action.slug


def test_time_and_effort_agree(content: Content) -> None:
    """The suggested date is what somebody who reads the effort would expect."""
    odd = [action.slug for action in content.actions.values() if action.days not in DAYS[action.effort]]
    assert odd == []


def test_what_needs_no_review_is_small(content: Content) -> None:
    """Only easy things a person vouches for alone skip the organisers; anything harder is looked at first."""
    for action in content.actions.values():
        if action.review is not Review.BEFORE:
            assert action.difficulty == 1, action.slug
        else:
            assert action.difficulty > 1, action.slug


def test_there_is_something_small_to_begin_with(content: Content) -> None:
    """Minutes, no organiser needed."""
    small = [a for a in content.actions.values() if a.effort is Effort.MINUTES and a.review is Review.NONE]
    assert small


def test_every_topic_has_an_answer(content: Content) -> None:
    """An empty topic would be a dead end."""
    assert {faq.topic for faq in content.faqs.values()} == set(content.topics)
    assert len(content.topics) <= 25


def test_answers_are_fresh_when_written(content: Content) -> None:
    """Each answer says from when it is and by when to look again, at most two years on."""
    for faq in content.faqs.values():
        assert 0 < (faq.review_by - faq.as_of).days <= 731, faq.slug


def test_what_stands_in_for_a_review_is_shorter_and_gives_no_advice(content: Content) -> None:
    """A stand-in names home pages and emergency numbers; every sensitive answer ships unreviewed."""
    for faq in content.faqs.values():
        if faq.sensitive:
            assert faq.until_reviewed is not None
            assert not faq.reviewed_by, f"{faq.slug}: nobody has reviewed the answers we ship"
            for language in LANGUAGES:
                links = re.findall(r"https://[^\s)>]+", faq.until_reviewed.text(language))
                deep = [link for link in links if link.removeprefix("https://").rstrip("/.,").count("/")]
                assert deep == [], faq.slug


def test_consent_says_the_age_it_is_about(content: Content) -> None:
    """The number in the label is the number in the file."""
    for language in LANGUAGES:
        assert str(content.coalition.adult_age) in content.coalition.consent.text(language)
        assert "/profile" in content.coalition.notice.text(language)


def test_no_route_is_called_reviewed(content: Content) -> None:
    """We ship routes that nobody has opened yet, and say so."""
    assert [route.slug for route in content.routes.values() if route.is_reviewed(date(2026, 11, 23))] == []
    for route in content.routes.values():
        assert route.status != "M" or not route.phone, f"{route.slug}: a number from memory is not shipped"


def test_countries_can_all_be_offered(content: Content) -> None:
    """Every country has a route of its own."""
    assert set(content.countries) <= {route.country for route in content.routes.values()}


def test_the_default_pack_is_complete(default: Content) -> None:
    """14 sectors and two optional packs, the whole catalogue, and answers on what matters most."""
    assert len(default.core_sectors()) == 14
    assert default.packs == ("media", "travel")
    assert len(default.actions) == 97
    assert len(default.event_types) == 10
    assert len(default.faqs) >= 30


def test_members_promises_ask_nothing_of_organisers(default: Content) -> None:
    """170 people with all seven habits leave the organisers' queue empty."""
    habits = [action for action in default.actions.values() if action.sector == "public"]
    assert len(habits) == 7
    assert {action.review for action in habits} == {Review.NONE}


def test_evidence_asks_for_nothing_that_must_not_be_shown(default: Content) -> None:
    """Evidence is a page, a date or somebody's word; where a list or figure might tempt, it says no."""

    def warned(action: Action) -> bool:
        return any(word in action.evidence.text("en") for word in ("Never", "No ", "without", "no details"))

    tempting = ("tech-hash", "tel-blocking", "le-block-list", "fin-typologies", "le-icse", "sch-routes", "pub-talk")
    assert [slug for slug in tempting if not warned(default.actions[slug])] == []


def test_the_second_pack_is_about_something_else(default: Content) -> None:
    """Five sectors, ten actions, eight answers, no routes, and no slug in common with ours."""
    other = load(PACKS["road-safety"])
    sizes = (len(other.sectors), len(other.actions), len(other.faqs), len(other.routes))
    assert sizes == (5, 10, 8, 0)
    assert not set(other.sectors) & set(default.sectors)
    assert not set(other.actions) & set(default.actions)
