"""How the money is shared out: governments, the largest funder, the budget; knows who pays, not what they want."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from operator import itemgetter
from typing import Any

from app.domain.facts import Facts
from app.domain.measure import ONE, ZERO, Grounds, Measure, measured, nothing_to_measure, pointers, unknown
from app.domain.payments import Payments, currency_of, funder, funder_name, in_ten_thousandths, is_government
from app.domain.reading import Answers

SOURCES = "/funding/sources"
NO_SOURCES = unknown("The sources of money are not listed.", SOURCES, lower=ZERO, upper=ONE)
NOBODY_PAYS = nothing_to_measure("Nobody is listed who pays.")
AMOUNTS_MISSING = "An amount is missing, or in a currency that cannot be compared."
NO_MONEY = "The amounts add up to nothing."
KINDS_UNCLEAR = "It is not clear how much of the money is public in the end."

Kinds = list[bool | None]
Funders = list[tuple[int, list[Answers]]]


def government_share(facts: Facts) -> Measure:
    """The share of the money that is public in the end, 0..1, whatever the amounts where all of it is or none of it.

    A source whose kind does not tell, or a missing amount, leaves bounds.
    """
    payments = facts.payments
    if payments is None:
        return NO_SOURCES
    if not payments.rows:
        return NOBODY_PAYS
    public = [is_government(row) for row in payments.rows]
    lower, upper = _least_share(payments, public, True), 1 - _least_share(payments, public, False)
    settled = lower == upper
    return Measure(
        value=lower if settled else None,
        reason="" if settled else KINDS_UNCLEAR,
        lower=lower,
        upper=upper,
        grounds=lambda: _government_grounds(payments, public, lower, upper),
    )


def _least_share(payments: Payments, public: Kinds, kind: bool) -> Fraction:
    """The least share that sources surely of the kind can have: what is missing elsewhere may be any sum."""
    number = public.count(kind)
    if number == len(public):
        return ONE
    total = payments.total
    if not number or not total:
        return ZERO
    of_kind = 0
    for amount, is_public in zip(payments.amounts, public, strict=True):
        if is_public is kind:
            of_kind += amount or 0
        elif amount is None:
            return ZERO
    return Fraction(of_kind, total)


def _government_grounds(payments: Payments, public: Kinds, lower: Fraction, upper: Fraction) -> Grounds:
    rows = list(zip(payments.rows, payments.amounts, public, strict=True))
    figures = {
        "lower": lower,
        "upper": upper,
        "governments": public.count(True),
        "unclear": public.count(None),
        "sources": len(rows),
    }
    unclear = pointers(row for row, amount, kind in rows if amount is None or kind is None)
    return Grounds(pointers(row for row, _, kind in rows if kind), () if lower == upper else unclear, figures)


def largest_source_share(facts: Facts) -> Measure:
    """The largest funder's share of the money, 0..1: sources of one name are one funder, ultimate sources where stated.

    A single source has nothing beside it to compare with: its share is 1, and the measure not applicable.
    """
    return _of_shares(facts, lambda sums, total: Fraction(max(sums), total))


def herfindahl(facts: Facts) -> Measure:
    """The sum of the squares of the funders' shares, 0..1: 1 is a single funder, 1/n are n even ones."""
    return _of_shares(facts, lambda sums, total: Fraction(sum([amount * amount for amount in sums]), total * total))


def _of_shares(facts: Facts, share: Callable[[list[int], int], Fraction]) -> Measure:
    payments = facts.payments
    if payments is None:
        return NO_SOURCES
    if not payments.rows:
        return NOBODY_PAYS
    funders = _funders(payments)

    def grounds() -> Grounds:
        return _funder_grounds(payments, funders)

    if len(payments.rows) == 1:
        return Measure(ONE, "There is one source.", applicable=False, grounds=grounds)
    if len(funders) == 1:
        return measured(ONE, grounds)
    total = payments.total
    if payments.complete and total:
        return measured(share([amount for amount, _ in funders], total), grounds)
    reason = NO_MONEY if payments.complete else AMOUNTS_MISSING
    return Measure(reason=reason, lower=ZERO, upper=ONE, grounds=grounds)


def _funders(payments: Payments) -> Funders:
    """For each funder the sum of its known amounts and its sources."""
    funders: dict[str, tuple[int, list[Answers]]] = {}
    for row, amount in zip(payments.rows, payments.amounts, strict=True):
        before, rows = funders.get(name := funder(row), (0, []))
        rows.append(row)
        funders[name] = (before + (amount or 0), rows)
    return list(funders.values())


def _funder_grounds(payments: Payments, funders: Funders) -> Grounds:
    largest, rows = max(funders, key=itemgetter(0))
    figures: dict[str, Any] = {"sources": len(payments.rows), "funders": len(funders)}
    if len(funders) > 1 and not (payments.complete and payments.total):
        return Grounds((), without_amount(payments), figures)
    figures["largest"] = funder_name(rows[0]) or "a source without a name"
    figures["share"] = Fraction(largest, payments.total) if len(funders) > 1 else ONE
    return Grounds(pointers(rows), (), figures)


def without_amount(payments: Payments) -> tuple[str, ...]:
    """The pointers of the sources that give no amount, or none that can be compared, or nothing."""
    return pointers(row for row, amount in zip(payments.rows, payments.amounts, strict=True) if not amount)


def funding_gap(facts: Facts) -> Measure:
    """(sources - budget) / budget, -1 or more: above 0 there is too much, below 0 some is missing; sought money is in.

    A missing amount leaves the known ones as lower bound.
    """
    return _gap(facts, None)


def funding_gap_without_sought(facts: Facts) -> Measure:
    """As `funding_gap`, less the money that is only sought."""
    return _gap(facts, "sought")


def _gap(facts: Facts, left_out: str | None) -> Measure:
    funding: Mapping[str, Any] = facts.at("funding") or {}
    payments = facts.payments
    if payments is None:
        return NO_SOURCES._replace(lower=None, upper=None)
    budget = _budget(funding)
    if not budget:
        return unknown("The budget is not given.", "/funding/budget")
    currency = currency_of(funding)
    rows = list(_towards_budget(payments, currency, left_out))
    difference = sum([amount for _, amount in rows if amount]) - budget
    gap = Fraction(difference, budget)

    def grounds() -> Grounds:
        silent = pointers(row for row, amount in rows if amount is None)
        return Grounds(
            ("/funding/budget", *pointers(row for row, _ in rows)), silent, _gap_figures(difference, currency)
        )

    if any(amount is None for _, amount in rows):
        return Measure(reason=AMOUNTS_MISSING, lower=gap, grounds=grounds)
    return measured(gap, grounds)


def _towards_budget(
    payments: Payments, currency: str | None, left_out: str | None
) -> Iterable[tuple[Answers, int | None]]:
    """The sources that are not of the status left out, each with its amount in the budget's currency."""
    same = payments.currency == currency
    for row, amount in zip(payments.rows, payments.amounts, strict=True):
        if left_out is None or row["status"] != left_out:
            yield row, amount if same else None


def _gap_figures(difference: int, currency: str | None) -> dict[str, str]:
    return {"missing": money(max(0, -difference), currency), "surplus": money(max(0, difference), currency)}


def _budget(funding: Mapping[str, Any]) -> int | None:
    budget = funding.get("budget")
    amount = budget["amount"] if budget else None
    return None if amount is None else in_ten_thousandths(amount)


def money(amount: int, currency: str | None) -> str:
    """A sum of ten-thousandths as it is read: `EUR 12,500`, with two decimals where it is not whole."""
    whole, rest = divmod(amount, 10_000)
    written = f"{whole:,}" if not rest else f"{amount / 10_000:,.2f}"
    return f"{currency} {written}" if currency else written
