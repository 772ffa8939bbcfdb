"""The sources of money as parts of one whole: what each gives in a common currency, and whose it is; judges nobody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from app.domain.placeholders import matching_form
from app.domain.reading import Answers

GOVERNMENTS = frozenset({"foreign_government", "conflict_party_government", "intergovernmental", "public_agency"})
GO_BETWEENS = frozenset({"ngo", "own_funds", "other"})


@dataclass(frozen=True, slots=True)
class Payments:
    """The sources of a design and their amounts, as whole ten-thousandths of one currency.

    Attributes:
        rows: the sources in the order of the document.
        amounts: what each gives; None where the amount is missing, or in a currency that cannot be compared.
        currency: the common currency, None where none is named.
    """

    rows: Sequence[Answers]
    amounts: Sequence[int | None]
    currency: str | None

    @property
    def complete(self) -> bool:
        """Whether every amount is known."""
        return None not in self.amounts

    @property
    def total(self) -> int:
        """The known amounts together."""
        return sum(filter(None, self.amounts))


def payments_of(funding: Mapping[str, Any]) -> Payments | None:
    """The payments in one currency: that of all sources if they share one, else the budget's; None without a list."""
    rows: list[Answers] | None = funding.get("sources")
    if rows is None:
        return None
    budget = currency_of(funding)
    currencies = [_currency(row, budget) for row in rows]
    common = currencies[0] if len(set(currencies)) == 1 else budget
    if common is None and len(set(currencies)) > 1:
        return Payments(rows, [None] * len(rows), None)
    amounts = [_amount(row) if currency == common else None for row, currency in zip(rows, currencies, strict=True)]
    return Payments(rows, amounts, common)


def currency_of(funding: Mapping[str, Any]) -> str | None:
    """The budget's currency."""
    budget = funding.get("budget")
    return budget["currency"] if budget else None


def in_ten_thousandths(amount: Decimal) -> int:
    """An amount as a whole number, exactly: amounts have at most four decimals."""
    return int(amount.scaleb(4))


def _currency(row: Answers, budget: str | None) -> str | None:
    return budget if row["amount_in_budget_currency"] is not None else row["currency"] or budget


def _amount(row: Answers) -> int | None:
    amount = row["amount_in_budget_currency"]
    if amount is None:
        amount = row["amount"]
    return None if amount is None else in_ten_thousandths(amount)


def is_government(row: Answers) -> bool | None:
    """Whether a source's money is public in the end; None where its kind, or who stands behind it, is not said."""
    if kind := _in_the_end(row, "kind"):
        return kind in GOVERNMENTS
    kind = row["kind"]
    return None if kind is None or kind in GO_BETWEENS else kind in GOVERNMENTS


def is_nameless_party_government(row: Answers) -> bool:
    """Whether the government of a party to the conflict pays, and it is not said which."""
    kind = _in_the_end(row, "kind") or row["kind"]
    return kind == "conflict_party_government" and payer(row) is None


def payer(row: Answers) -> str | None:
    """The party id that the money comes from in the end, where it comes from one."""
    return _in_the_end(row, "party") or row["party"]


def funder(row: Answers) -> str:
    """By what a source is told from others: the matched name of the ultimate source, else its own, else its place."""
    name = funder_name(row)
    return matching_form(name) if name else row.pointer


def funder_name(row: Answers) -> str | None:
    """The name of the ultimate source, else the source's own."""
    return _in_the_end(row, "name") or row["name"]


def _in_the_end(row: Answers, field: str) -> str | None:
    source = row["ultimate_source"]
    return source[field] if source else None
