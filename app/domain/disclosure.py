"""How many of those behind the talks say what they want, in time for participants to know; knows no amounts."""

from __future__ import annotations

from fractions import Fraction

from app.domain.composition import pointers
from app.domain.facts import Facts
from app.domain.measure import Measure, nothing_to_measure, unknown
from app.domain.reading import Answers

BY_THE_OUTSET = frozenset({"at_invitation", "at_outset"})


def disclosure_sources(facts: Facts) -> Measure:
    """The share of sources whose interest is stated, or is none, and that are disclosed by the outset, 0..1.

    A source that is a third party too has that one's interest. Withheld is not disclosed, but counts among all; what is
    not said leaves bounds.
    """
    rows = facts.sources
    if rows is None:
        return unknown(
            "The sources of money are not listed.", lower=Fraction(0), upper=Fraction(1), open_at=("/funding/sources",)
        )
    return _share(rows, [_both(_states_interest(row, "interest"), _in_time(row)) for row in rows])


def disclosure_third_parties(facts: Facts) -> Measure:
    """The share of third parties whose interest is stated, or is none, and is disclosed by the outset, 0..1.

    Withheld is not disclosed, but counts among all; what is not said leaves bounds.
    """
    rows: list[Answers] | None = facts.at("third_parties")
    if rows is None:
        return unknown(
            "The third parties are not listed.", lower=Fraction(0), upper=Fraction(1), open_at=("/third_parties",)
        )
    return _share(rows, [_both(_states_interest(row, "interests"), _in_time(row)) for row in rows])


def _share(rows: list[Answers], disclosed: list[bool | None]) -> Measure:
    if not rows:
        return nothing_to_measure("Nobody is listed.")
    silent = [row for row, answer in zip(rows, disclosed, strict=True) if answer is None]
    lower = Fraction(disclosed.count(True), len(rows))
    return Measure(
        value=None if silent else lower,
        lower=lower,
        upper=lower + Fraction(len(silent), len(rows)),
        reason="It is not said what everybody wants, or when participants will know." if silent else "",
        at=pointers(row for row, answer in zip(rows, disclosed, strict=True) if answer is False),
        open_at=pointers(silent),
        figures={"disclosed": disclosed.count(True), "of": len(rows)},
    )


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
