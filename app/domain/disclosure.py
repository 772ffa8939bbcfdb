"""How many of those behind the talks say what they want, in time for participants to know; knows no amounts."""

from __future__ import annotations

from fractions import Fraction

from app.domain.facts import Facts
from app.domain.measure import ONE, ZERO, Grounds, Measure, measured, nothing_to_measure, pointers, unknown
from app.domain.money import NO_SOURCES
from app.domain.reading import Answers

NO_THIRD_PARTIES = unknown("The third parties are not listed.", "/third_parties", lower=ZERO, upper=ONE)
INTERESTS_UNKNOWN = "It is not said what everybody wants, or when participants will know."
BY_THE_OUTSET = frozenset({"at_invitation", "at_outset"})


def disclosure_sources(facts: Facts) -> Measure:
    """The share of sources whose interest is stated, or is none, and that are disclosed by the outset, 0..1.

    A source that is a third party too has that one's interest. Withheld is not disclosed, but counts among all; what is
    not said leaves bounds.
    """
    rows = facts.sources
    if rows is None:
        return NO_SOURCES
    return _share(rows, [_both(_states_interest(row, "interest"), _in_time(row)) for row in rows])


def disclosure_third_parties(facts: Facts) -> Measure:
    """The share of third parties whose interest is stated, or is none, and is disclosed by the outset, 0..1.

    Withheld is not disclosed, but counts among all; what is not said leaves bounds.
    """
    rows: list[Answers] | None = facts.at("third_parties")
    if rows is None:
        return NO_THIRD_PARTIES
    return _share(rows, [_both(_states_interest(row, "interests"), _in_time(row)) for row in rows])


def _share(rows: list[Answers], disclosed: list[bool | None]) -> Measure:
    if not rows:
        return nothing_to_measure("Nobody is listed.")
    number, silent = disclosed.count(True), disclosed.count(None)
    lower = Fraction(number, len(rows))

    def grounds() -> Grounds:
        figures = {"disclosed": number, "of": len(rows)}
        return Grounds(_those(rows, disclosed, False), _those(rows, disclosed, None), figures)

    if not silent:
        return measured(lower, grounds)
    return Measure(reason=INTERESTS_UNKNOWN, lower=lower, upper=Fraction(number + silent, len(rows)), grounds=grounds)


def _those(rows: list[Answers], disclosed: list[bool | None], answer: bool | None) -> tuple[str, ...]:
    return pointers(row for row, given in zip(rows, disclosed, strict=True) if given is answer)


def _states_interest(row: Answers, field: str) -> bool | None:
    """Whether it is declared in words, or declared to be none; None where nothing is said of it."""
    status = row["interest_status"]
    if status == "withheld":
        return False
    return True if status == "none_declared" or row[field] is not None else None


def _in_time(row: Answers) -> bool | None:
    disclosed = row["disclosed"]
    return None if disclosed is None else disclosed in BY_THE_OUTSET


def _both(one: bool | None, other: bool | None) -> bool | None:
    if one is False or other is False:
        return False
    return None if one is None or other is None else True
