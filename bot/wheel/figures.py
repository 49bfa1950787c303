"""What may be said in public about how many partners a sector has.

A figure about people below the server's threshold is "a few", and no two figures on the cards give
such a number away by subtraction: those who chose to be named can be counted by anybody, so whoever
is not named is added only when there are none or enough of them.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.wheel.model import CogState, Size, size_of, state_of


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of people as it may be said: ``at_least`` that many, exactly so unless ``vague``.

    A vague zero is "a few"; a vague seven is "seven and a few more".
    """

    at_least: int = 0
    vague: bool = False


def others_figure(others: int, small: int) -> Figure:
    """Return what may be said of those who are counted without a name."""
    return Figure(0, True) if 0 < others < small else Figure(others)


def partners_figure(named: int, others: int, small: int) -> Figure:
    """Return what may be said of all partners together."""
    if not 0 < others < small:
        everybody = named + others
        return Figure(0, True) if 0 < everybody < small else Figure(everybody)
    return Figure(named if named >= small else 0, True)


def pledges_figure(pledges: int, partners: int, small: int) -> Figure:
    """Return what may be said of the pledges of a sector with so many partners, named ones and others.

    A number of pledges is not a number of people, and each pledge in it has a card that everybody sees. But where a
    sector has fewer partners than the threshold, "1 kept" beside one listed name says who it was, although the maker
    chose to be counted only. There it is "a few" for one and for many, so that a change of it says nothing either.
    """
    return Figure(0, True) if pledges and partners < small else Figure(pledges)


@dataclass(frozen=True, slots=True)
class SectorFigures:
    """One sector in numbers that may be shown. ``declared`` pledges are kept by their maker's own word."""

    slug: str
    partners: Figure
    others: Figure
    active: Figure
    kept: Figure
    declared: Figure
    state: CogState
    size: Size


def sector_figures(
    slug: str, *, named: int, others: int, active: int, kept: int, declared: int, small: int
) -> SectorFigures:
    """Return a sector's public figures from its counters.

    A self-declared pledge makes a cog turn; the star is for a pledge that somebody confirmed. The
    size follows what may be said, so that it gives nothing away either.
    """
    partners, everybody = partners_figure(named, others, small), named + others
    return SectorFigures(
        slug=slug,
        partners=partners,
        others=others_figure(others, small),
        active=pledges_figure(active, everybody, small),
        kept=pledges_figure(kept, everybody, small),
        declared=pledges_figure(declared, everybody, small),
        state=state_of(everybody, active + declared, kept),
        size=size_of(partners.at_least, small),
    )
