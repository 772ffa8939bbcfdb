"""How the money is shared out: governments, the largest funder, the budget; knows who pays, not what they want."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from operator import itemgetter
from typing import Any

from app.domain.composition import pointers
from app.domain.facts import Facts
from app.domain.measure import Measure, nothing_to_measure, unknown
from app.domain.payments import Payments, currency_of, funder, funder_name, in_ten_thousandths, is_government
from app.domain.reading import Answers

SOURCES = ("/funding/sources",)
NO_SOURCES = "The sources of money are not listed."
NOBODY_PAYS = "Nobody is listed who pays."
AMOUNTS_MISSING = "An amount is missing, or in a currency that cannot be compared."
NO_MONEY = "The amounts add up to nothing."
ZERO, ONE = Fraction(0), Fraction(1)


def government_share(facts: Facts) -> Measure:
    """The share of the money that is public in the end, 0..1, whatever the amounts where all of it is or none of it.

    A source whose kind does not tell, or a missing amount, leaves bounds.
    """
    payments = facts.payments
    if payments is None:
        return unknown(NO_SOURCES, lower=ZERO, upper=ONE, open_at=SOURCES)
    if not payments.rows:
        return nothing_to_measure(NOBODY_PAYS)
    public = [is_government(row) for row in payments.rows]
    lower, upper = _bounds(payments, public)
    settled = lower == upper
    return Measure(
        value=lower if settled else None,
        lower=lower,
        upper=upper,
        reason="" if settled else "It is not clear how much of the money is public in the end.",
        at=pointers(row for row, is_public in zip(payments.rows, public, strict=True) if is_public),
        open_at=() if settled else _unclear(payments, public),
        figures={
            "lower": lower,
            "upper": upper,
            "governments": public.count(True),
            "unclear": public.count(None),
            "sources": len(payments.rows),
        },
    )


def _bounds(payments: Payments, public: list[bool | None]) -> tuple[Fraction, Fraction]:
    surely = _share(payments, [kind is True for kind in public])
    possibly_not = _share(payments, [kind is not True and kind is not None for kind in public])
    return surely, 1 - possibly_not


def _share(payments: Payments, chosen: list[bool]) -> Fraction:
    """The least share that the chosen sources can have: what is missing elsewhere may be any sum."""
    if all(chosen):
        return ONE
    pairs = list(zip(payments.amounts, chosen, strict=True))
    if not any(chosen) or not payments.total or any(amount is None and not is_chosen for amount, is_chosen in pairs):
        return ZERO
    return Fraction(sum([amount for amount, is_chosen in pairs if amount and is_chosen]), payments.total)


def _unclear(payments: Payments, public: list[bool | None]) -> tuple[str, ...]:
    rows = zip(payments.rows, payments.amounts, public, strict=True)
    return pointers(row for row, amount, kind in rows if amount is None or kind is None)


def largest_source_share(facts: Facts) -> Measure:
    """The largest funder's share of the money, 0..1: sources of one name are one funder, ultimate sources where stated.

    A single source has nothing beside it to compare with: its share is 1, and the measure not applicable.
    """
    return _of_shares(facts, lambda sums, total: Fraction(max(sums), total))


def herfindahl(facts: Facts) -> Measure:
    """The sum of the squares of the funders' shares, 0..1: 1 is a single funder, 1/n are n even ones."""
    return _of_shares(facts, lambda sums, total: Fraction(sum([amount * amount for amount in sums]), total * total))


def _of_shares(facts: Facts, measure: Any) -> Measure:
    payments = facts.payments
    if payments is None:
        return unknown(NO_SOURCES, lower=ZERO, upper=ONE, open_at=SOURCES)
    if not payments.rows:
        return nothing_to_measure(NOBODY_PAYS)
    funders = _funders(payments)
    figures: dict[str, Any] = {"sources": len(payments.rows), "funders": len(funders)}
    if len(funders) == 1:
        alone = len(payments.rows) == 1
        reason = "There is one source." if alone else ""
        return _settled(ONE, applicable=not alone, reason=reason, at=pointers(payments.rows), figures=figures)
    if not payments.complete:
        missing = _unclear(payments, [False] * len(payments.rows))
        return unknown(AMOUNTS_MISSING, lower=ZERO, upper=ONE, open_at=missing, figures=figures)
    if not payments.total:
        return unknown(NO_MONEY, lower=ZERO, upper=ONE, open_at=pointers(payments.rows), figures=figures)
    largest, rows = max(funders.values(), key=itemgetter(0))
    figures |= {
        "largest": funder_name(rows[0]) or "a source without a name",
        "share": Fraction(largest, payments.total),
    }
    value = measure([amount for amount, _ in funders.values()], payments.total)
    return _settled(value, at=pointers(rows), figures=figures)


def _funders(payments: Payments) -> dict[str, tuple[int, list[Answers]]]:
    funders: dict[str, tuple[int, list[Answers]]] = {}
    for row, amount in zip(payments.rows, payments.amounts, strict=True):
        before, rows = funders.get(name := funder(row), (0, []))
        funders[name] = (before + (amount or 0), [*rows, row])
    return funders


def _settled(value: Fraction, **others: Any) -> Measure:
    return Measure(value=value, lower=value, upper=value, **others)


def funding_gap(facts: Facts) -> Measure:
    """(sources - budget) / budget, -1 or more: above 0 there is too much, below 0 some is missing; sought money is in.

    A missing amount leaves the known ones as lower bound.
    """
    return _gap(facts, frozenset())


def funding_gap_without_sought(facts: Facts) -> Measure:
    """As `funding_gap`, less the money that is only sought."""
    return _gap(facts, frozenset({"sought"}))


def _gap(facts: Facts, left_out: frozenset[str]) -> Measure:
    funding: Mapping[str, Any] = facts.at("funding") or {}
    payments = facts.payments
    if payments is None:
        return unknown(NO_SOURCES, open_at=SOURCES)
    budget = _budget(funding)
    if not budget:
        return unknown("The budget is not given.", open_at=("/funding/budget",))
    rows = [row for row in _in_budget_currency(payments, funding) if row[0]["status"] not in left_out]
    given = sum([amount for _, amount in rows if amount])
    silent = [row for row, amount in rows if amount is None]
    gap = Fraction(given - budget, budget)
    return Measure(
        value=None if silent else gap,
        lower=gap,
        upper=None if silent else gap,
        reason=AMOUNTS_MISSING if silent else "",
        at=("/funding/budget", *pointers(row for row, _ in rows)),
        open_at=pointers(silent),
        figures=_gap_figures(given - budget, currency_of(funding)),
    )


def _gap_figures(difference: int, currency: str | None) -> dict[str, str]:
    return {"missing": money(max(0, -difference), currency), "surplus": money(max(0, difference), currency)}


def _budget(funding: Mapping[str, Any]) -> int | None:
    budget = funding.get("budget")
    amount = budget["amount"] if budget else None
    return None if amount is None else in_ten_thousandths(amount)


def _in_budget_currency(payments: Payments, funding: Mapping[str, Any]) -> list[tuple[Answers, int | None]]:
    same = payments.currency == currency_of(funding)
    return [(row, amount if same else None) for row, amount in zip(payments.rows, payments.amounts, strict=True)]


def money(amount: int, currency: str | None) -> str:
    """A sum of ten-thousandths as it is read: `EUR 12,500`, with two decimals where it is not whole."""
    whole, rest = divmod(amount, 10_000)
    written = f"{whole:,}" if not rest else f"{amount / 10_000:,.2f}"
    return f"{currency} {written}" if currency else written
