"""How long the talks are planned to last; knows dates and months, and no money."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

from app.domain.facts import Facts
from app.domain.measure import Grounds, Measure, measured, unknown

HALF_A_MONTH = 15


def planned_months(facts: Facts) -> Measure:
    """The planned months as given, else from the first day to the last, both counted, to the nearest; 0 or more."""
    given = facts.at("funding", "planned_months")
    if given is not None:
        return _known(given, ("/funding/planned_months",))
    first, last = facts.at("process", "starts"), facts.at("process", "ends")
    if first is None or last is None or last < first:
        return unknown("It is not said for how long the talks are planned.", "/funding/planned_months")
    return _known(months_between(first, last), ("/process/starts", "/process/ends"))


def _known(months: int, at: tuple[str, ...]) -> Measure:
    return measured(Fraction(months), lambda: Grounds(at, (), {"months": months}))


def months_between(first: date, last: date) -> int:
    """The months from the first day to the last, both counted: whole ones, and one more for over half a month."""
    after = last + timedelta(days=1) if last < date.max else last
    whole = (after.year - first.year) * 12 + after.month - first.month - (after.day < first.day)
    rest = after.day - first.day if after.day >= first.day else after.day + 30 - first.day
    return whole + (rest > HALF_A_MONTH)
