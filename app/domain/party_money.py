"""Which sides pay, how unevenly, and whether the others accept it; knows no people."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from app.domain.composition import not_comparable, pointers
from app.domain.facts import Facts
from app.domain.measure import Measure, nothing_to_measure, unknown
from app.domain.money import AMOUNTS_MISSING, NO_MONEY, NO_SOURCES, NOBODY_PAYS, ONE, SOURCES, ZERO
from app.domain.payments import Payments, is_nameless_party_government, payer
from app.domain.reading import Answers
from app.domain.sides import Side

WHICH_PARTY = "The government of a party pays, and it is not said which."


@dataclass(frozen=True, slots=True)
class Payer:
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
        return unknown(NO_SOURCES, lower=ZERO, upper=ONE, open_at=SOURCES)
    if not facts.payments.rows:
        return nothing_to_measure(NOBODY_PAYS)
    nameless = [row for row in facts.payments.rows if is_nameless_party_government(row)]
    return unknown(WHICH_PARTY, lower=ZERO, upper=ONE, open_at=pointers(nameless)) if nameless else None


def _payers(facts: Facts) -> list[Payer]:
    """Every present side with what it pays, also those that pay nothing."""
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
    paying = [one for one in payers if one.rows]
    rows = [row for one in paying for row in one.rows]
    figures = {"payers": [one.side.label for one in paying], "sides": len(payers)}
    if payments is None or not paying or (len(paying) == 1 and len(rows) == len(payments.rows)):
        value = ONE if paying else ZERO
        return Measure(value=value, lower=value, upper=value, at=pointers(rows), figures=figures)
    if not payments.complete or not payments.total:
        reason = NO_MONEY if payments.complete else AMOUNTS_MISSING
        return unknown(reason, lower=ZERO, upper=ONE, open_at=_without_amount(payments), figures=figures)
    sums = [one.amount or 0 for one in payers]
    value = Fraction(max(sums) - min(sums), payments.total)
    figures["shares"] = [f"{one.side.label} {_percent(one.amount or 0, payments.total)}" for one in payers]
    return Measure(value=value, lower=value, upper=value, at=pointers(rows), figures=figures)


def _without_amount(payments: Payments) -> tuple[str, ...]:
    return pointers(row for row, amount in zip(payments.rows, payments.amounts, strict=True) if not amount)


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
    if uneven is False:
        return Measure(value=ZERO, lower=ZERO, upper=ZERO, figures=_payer_figures(payers, []))
    found = list(_unaccepted(payers))
    surely = [(row, side) for row, side, less in found if less and uneven and "accepted_by" in row]
    settled = len(surely) == len(found)
    return Measure(
        value=Fraction(len(surely)) if settled else None,
        lower=Fraction(len(surely)),
        upper=Fraction(len(found)),
        reason="" if settled else "It is not said which sides accept the money, or how much it is.",
        at=_distinct(row for row, _ in surely),
        open_at=() if settled else _distinct(row for row, _, _ in found),
        figures=_payer_figures(payers, [side.label for _, side in surely]),
    )


def _payer_figures(payers: list[Payer], unaccepted: list[str]) -> dict[str, list[str]]:
    return {
        "payers": [one.side.label for one in payers if one.rows],
        "unaccepted": list(dict.fromkeys(unaccepted)),
    }


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


def _distinct(rows: Iterator[Answers]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(pointers(rows)))
