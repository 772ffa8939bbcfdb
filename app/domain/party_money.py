"""Which sides pay, how unevenly, and whether the others accept it; knows no people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import NamedTuple

from app.domain.composition import not_comparable
from app.domain.facts import Facts
from app.domain.measure import ONE, ZERO, Grounds, Measure, measured, pointers, unknown
from app.domain.money import AMOUNTS_MISSING, NO_MONEY, NO_SOURCES, NOBODY_PAYS, without_amount
from app.domain.payments import Payments, is_nameless_party_government, payer
from app.domain.reading import Answers
from app.domain.sides import Side

ACCEPTANCE_UNKNOWN = "It is not said which sides accept the money, or how much it is."
WHICH_PARTY = "The government of a party pays, and it is not said which."


class Payer(NamedTuple):
    """A side and the sources that are its money; `amount` is their sum in ten-thousandths, None where not known."""

    side: Side
    rows: list[Answers]
    amount: int | None


def party_money_difference(facts: Facts) -> Measure:
    """The largest difference between two sides' shares of all the money, 0..1; 0 where no side pays.

    A missing amount leaves it unknown, unless all the money is one side's.
    """
    return _nothing_comparable(facts) or _difference(facts, _payers(facts))


def _nothing_comparable(facts: Facts) -> Measure | None:
    if nothing := not_comparable(facts):
        return nothing
    if facts.payments is None:
        return NO_SOURCES
    if not facts.payments.rows:
        return NOBODY_PAYS
    nameless = [row for row in facts.payments.rows if is_nameless_party_government(row)]
    return unknown(WHICH_PARTY, *pointers(nameless), lower=ZERO, upper=ONE) if nameless else None


def _payers(facts: Facts) -> list[Payer]:
    """Every present side with what it pays, also those that pay nothing."""
    kept: list[Payer] | None = facts.measured.get("payers")
    if kept is None:
        kept = facts.measured["payers"] = _find_payers(facts)
    return kept


def _find_payers(facts: Facts) -> list[Payer]:
    payments: Payments | None = facts.payments
    pairs = list(zip(payments.rows, payments.amounts, strict=True)) if payments else []
    sides = [facts.side_of.get(payer(row) or "") for row, _ in pairs]
    payers = []
    for side in facts.present_sides or ():
        own = [pair for pair, of in zip(pairs, sides, strict=True) if of is not None and of == side["id"]]
        amounts = [amount for _, amount in own]
        known = None if None in amounts else sum(filter(None, amounts))
        payers.append(Payer(side, [row for row, _ in own], known))
    return payers


def _difference(facts: Facts, payers: list[Payer]) -> Measure:
    payments = facts.payments
    rows = [row for one in payers for row in one.rows]
    if payments is None or not rows:
        return measured(ZERO, lambda: _share_grounds(payers, 0))
    if len(rows) == len(payments.rows) and any(len(one.rows) == len(rows) for one in payers):
        return measured(ONE, lambda: _share_grounds(payers, 0))
    total = payments.total
    if not payments.complete or not total:
        reason = NO_MONEY if payments.complete else AMOUNTS_MISSING
        return Measure(reason=reason, lower=ZERO, upper=ONE, grounds=lambda: _silent_grounds(payers, payments))
    sums = [one.amount or 0 for one in payers]
    return measured(Fraction(max(sums) - min(sums), total), lambda: _share_grounds(payers, total))


def _share_grounds(payers: list[Payer], total: int) -> Grounds:
    shares = [f"{one.side.label} {_percent(one.amount or 0, total)}" for one in payers] if total else []
    figures = {"payers": _paying(payers), "sides": len(payers), "shares": shares}
    return Grounds(pointers(row for one in payers for row in one.rows), (), figures)


def _silent_grounds(payers: list[Payer], payments: Payments) -> Grounds:
    return Grounds((), without_amount(payments), {"payers": _paying(payers), "sides": len(payers)})


def _paying(payers: list[Payer]) -> list[str]:
    return [one.side.label for one in payers if one.rows]


def _percent(part: int, whole: int) -> str:
    return f"{(200 * part + whole) // (2 * whole)}%"


def party_money_unaccepted(facts: Facts, difference: Fraction) -> Measure:
    """How often a side that pays less is not in `accepted_by` of another side's source, 0 or more.

    0 also where money from one side stays out, and where every side pays and no two shares differ by more than
    `difference` (0..1). A list that is absent, or an amount, may leave it unknown; what is known is a lower bound.
    """
    if nothing := _nothing_comparable(facts):
        return nothing
    payers = _payers(facts)
    uneven = _is_uneven(facts, payers, difference)
    found = [] if uneven is False else list(_unaccepted(payers))
    surely = [(row, side) for row, side, less in found if less and uneven and "accepted_by" in row]
    lower, upper = Fraction(len(surely)), Fraction(len(found))

    def grounds() -> Grounds:
        unaccepted = list(dict.fromkeys([side.label for _, side in surely]))
        figures = {"payers": _paying(payers), "unaccepted": unaccepted}
        unclear = _distinct(row for row, _, _ in found) if lower != upper else ()
        return Grounds(_distinct(row for row, _ in surely), unclear, figures)

    if lower == upper:
        return measured(lower, grounds)
    return Measure(reason=ACCEPTANCE_UNKNOWN, lower=lower, upper=upper, grounds=grounds)


def _is_uneven(facts: Facts, payers: list[Payer], difference: Fraction) -> bool | None:
    paying = [one for one in payers if one.rows]
    if 0 < len(paying) < len(payers):
        return True
    return _difference(facts, payers).is_over(difference)


def _unaccepted(payers: list[Payer]) -> Iterator[tuple[Answers, Side, bool | None]]:
    """Each source and side that is not said to accept it, and whether that side pays less than its payer."""
    for one in payers:
        for other in payers:
            less = _pays_less(other, one)
            if less is False or other is one:
                continue
            for row in one.rows:
                if other.side["id"] not in (row["accepted_by"] or ()):
                    yield row, other.side, less


def _pays_less(other: Payer, one: Payer) -> bool | None:
    if not one.rows or not other.rows:
        return bool(one.rows)
    return None if one.amount is None or other.amount is None else other.amount < one.amount


def _distinct(rows: Iterable[Answers]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(pointers(rows)))
