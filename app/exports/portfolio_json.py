"""What is told of many designs as JSON; knows no request."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydantic_core import to_json

from app.checklist.checklist import Checklist
from app.checklist.portfolio import Clusters, Counted, Days, Pair, Told


def portfolio_json(told: Told) -> bytes:
    """The numbers, with what each is the number of."""
    if isinstance(told, Counted):
        return to_json(_whole(told))
    items = _days(told) if isinstance(told, Days) else map(_pair, told.items)
    about = {"designs": told.designs, "compared": told.compared} if isinstance(told, Clusters) else {}
    return to_json({"checklist": _checklist(told.checklist), **about, "items": list(items)})


def _checklist(checklist: Checklist) -> dict[str, Any]:
    return {
        "name": checklist.name,
        "version": checklist.version,
        "title": checklist.title,
        "digest": checklist.digest,
    }


def _whole(counted: Counted) -> dict[str, Any]:
    categories = ({"id": one.category.id, "name": one.category.name} for one in counted.categories)
    checks = (
        {
            "id": one.check.id,
            "category": one.check.category,
            "question": one.check.question,
            "weight": one.check.weight,
        }
        for one in counted.checks
    )
    return {
        "checklist": _checklist(counted.checklist),
        "designs": counted.designs,
        "elsewhere": counted.elsewhere,
        "categories": _joined(categories, _states(counted)),
        "checks": _joined(checks, _outcomes(counted)),
    }


def _days(days: Days) -> Iterable[dict[str, Any]]:
    for each in days.items:
        counted = each.counted
        categories = ({"id": one.category.id} for one in counted.categories)
        checks = ({"id": one.check.id} for one in counted.checks)
        yield {
            "day": each.day,
            "designs": counted.designs,
            "categories": _joined(categories, _states(counted)),
            "checks": _joined(checks, _outcomes(counted)),
        }


def _states(counted: Counted) -> Iterable[dict[str, Any]]:
    for one in counted.categories:
        yield {"clear": one.clear, "open": one.open, "concerns": one.concerns, "waived": one.waived}


def _outcomes(counted: Counted) -> Iterable[dict[str, Any]]:
    for one in counted.checks:
        yield {
            "met": one.met,
            "concern": one.concern,
            "open": one.open,
            "not_applicable": one.not_applicable,
            "waived": one.waived,
        }


def _joined(named: Iterable[dict[str, Any]], numbers: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**name, **counts} for name, counts in zip(named, numbers, strict=True)]


def _pair(pair: Pair) -> dict[str, Any]:
    return {
        "first": {"id": pair.first.id, "question": pair.first.question},
        "second": {"id": pair.second.id, "question": pair.second.question},
        "together": pair.together,
        "share": pair.share,
        "lift": pair.lift,
    }
