"""Strategies that draw whole design documents from the models themselves: every field, with what it can hold."""

from typing import Any, Literal, get_args, get_origin

from hypothesis import strategies as st

from app.domain.design import Design
from app.domain.fields import Part
from app.domain.reading import unwrapped

PARTIES = ("north", "south", "east")
ISSUES = ("water", "borders")
TEXTS = st.sampled_from(
    [
        "tbd",
        "none",
        "x",
        "itself",
        "Raise awareness among young people.",
        "Two ministries agree on a shared gauge.",
        "北",
    ]
)
SPECIAL: dict[str, st.SearchStrategy[Any]] = {
    "title": st.just("River dialogue"),
    "currency": st.sampled_from(["EUR", "USD", ""]),
    "linked_to": st.lists(st.sampled_from(ISSUES), max_size=2),
    "code": st.uuids().map(str),
    "url": st.just("https://example.org/1"),
    "planned": st.just([{"party": "north", "headcount": 5, "women": 2}, {"headcount": 12}]),
    "selection": st.just([{"party": "north", "selected_by": "own_side"}, {"party": "south"}]),
    "annotations": st.just({"note": "Call them."}),
}
"""Fields whose rows are bound to each other by rules that single fields do not know."""


def whole_designs() -> st.SearchStrategy[dict[str, Any]]:
    """A document of three parties (east may be within north) with every other part, any field filled or left out."""
    parties = st.tuples(*[_party(party) for party in PARTIES]).map(list)
    return st.builds(_with_parties, _part(Design), parties)


def _with_parties(document: dict[str, Any], parties: list[dict[str, Any]]) -> dict[str, Any]:
    conflict = {**(document.get("conflict") or {}), "parties": parties}
    purpose = document.get("purpose") or {}
    issues = [
        {**issue, "name": name} for issue, name in zip([*purpose.get("issues", []), {}, {}], ISSUES, strict=False)
    ]
    return {**document, "conflict": conflict, "purpose": {**purpose, "issues": issues}}


def _party(party: str) -> st.SearchStrategy[dict[str, Any]]:
    optional = {
        "name": TEXTS,
        "presence": st.sampled_from(["invited", "refused", "barred", "represented_by_others", "undecided"]),
        "presence_reason": TEXTS,
    }
    if party == "east":
        optional["within"] = st.just("north")
    return st.fixed_dictionaries({"id": st.just(party)}, optional=optional)


def _part(part: type[Part]) -> st.SearchStrategy[dict[str, Any]]:
    fields = {name: _field(name, field.annotation, field.metadata) for name, field in part.model_fields.items()}
    fields = {name: values for name, values in fields.items() if name != "parties"}
    required = {name: values for name, values in fields.items() if part is Design}
    optional = {name: values for name, values in fields.items() if name not in required}
    return st.fixed_dictionaries(required, optional=optional)


def _field(name: str, annotation: Any, marks: list[Any]) -> st.SearchStrategy[Any]:
    kind, found = unwrapped(annotation, marks)
    if name in SPECIAL:
        return SPECIAL[name]
    if any("x-reference" in (getattr(mark, "json_schema_extra", None) or {}) for mark in found):
        return st.sampled_from([*PARTIES, "tbd"])
    if isinstance(kind, type) and issubclass(kind, Part):
        return st.deferred(lambda: _part(kind))
    return _plain(name, kind)


def _plain(name: str, kind: Any) -> st.SearchStrategy[Any]:
    if get_origin(kind) is Literal:
        return st.sampled_from(get_args(kind))
    if get_origin(kind) is list:
        return st.lists(_field(name, get_args(kind)[0], []), max_size=3)
    if get_origin(kind) is dict:
        return st.just({"academic": 2, "other": 1})
    simple: dict[Any, st.SearchStrategy[Any]] = {str: TEXTS, bool: st.booleans(), int: st.integers(1, 5)}
    return simple[kind] if kind in simple else _date_or_amount(kind)


def _date_or_amount(kind: Any) -> st.SearchStrategy[str]:
    if kind.__name__ == "date":
        return st.dates().map(str)
    return st.decimals(min_value=0, max_value=1_000_000, places=2).map(str)
