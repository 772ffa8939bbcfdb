"""How the answers of a design are read: what counts as an answer, and where each stands; judges nothing."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, Union, get_args, get_origin

from app.domain.fields import Part
from app.domain.placeholders import LONGEST_PLACEHOLDER, is_placeholder, says_nothing

if TYPE_CHECKING:
    from app.domain.design import Design

NONE_IS_AN_ANSWER = frozenset({"conditions", "prior_work"})
IDENTIFIERS = frozenset({"id", "code"})
NOT_READ = frozenset({"references", "annotations"})
Known = frozenset[str]
Leaf = Callable[[Any, Known], Any]
Nested = Callable[[Any, str, Known], Any]
Plan = tuple[tuple[tuple[str, Leaf], ...], tuple[tuple[str, Nested], ...]]


class Answers(dict[str, Any]):
    """The answered fields of one part of a design, each by its name, and the JSON Pointer of the part.

    What was not answered (absent, null, blank, a mere placeholder, an empty object, `unknown`) is None or not there:
    ask with `get`, or with `in`, which is false for both.
    Texts, choices, numbers and dates are as the design has them, parts are `Answers`, rows are lists of `Answers`.
    """

    __slots__ = ("pointer",)
    pointer: str

    def __contains__(self, name: object) -> bool:
        return self.get(name) is not None  # type: ignore[call-overload]


def answers_of(design: Design) -> Answers:
    """The answers of a whole design; the root has the empty pointer."""
    parties = (design.conflict and design.conflict.parties) or ()
    known = frozenset(party.id for party in parties if party.id)
    return _read_part(design, "", known) or _nothing()


def _nothing() -> Answers:
    nothing = Answers()
    nothing.pointer = ""
    return nothing


def _read_part(part: Part, place: str, known: Known) -> Answers | None:
    answers = Answers(
        part.__dict__
    )  # a copy in C with the unanswered left in as None: every other way took five times as long
    answers.pointer = place
    get = answers.get
    leaves, nested = _plan(type(part))
    for name, read_leaf in leaves:
        if (value := get(name)) is not None:
            answers[name] = read_leaf(value, known)
    for name, read_nested in nested:
        if (value := get(name)) is not None:
            answers[name] = read_nested(value, f"{place}/{name}", known)
    for value in answers.values():
        if value is not None:
            return answers
    return None


@cache
def _plan(part: type[Part]) -> Plan:
    """The fields of a part that need a second look: texts and choices, then parts and lists. Others are as they are."""
    leaves: list[tuple[str, Leaf]] = []
    nested: list[tuple[str, Nested]] = []
    for name, field in part.model_fields.items():
        kind, marks = _unwrapped(field.annotation, field.metadata)
        if reader := _nested_reader(name, kind):
            nested.append((name, reader))
        elif leaf := _leaf_reader(name, kind, marks):
            leaves.append((name, leaf))
    return tuple(leaves), tuple(nested)


def _nested_reader(name: str, kind: Any) -> Nested | None:
    if isinstance(kind, type) and issubclass(kind, Part):
        return _read_part
    if get_origin(kind) is not list:
        return None
    entry, marks = _unwrapped(get_args(kind)[0], [])
    if inner := _nested_reader(name, entry):
        return _rows_reader(inner)
    return _values_reader(_leaf_reader(name, entry, marks))


def _leaf_reader(name: str, kind: Any, marks: list[Any]) -> Leaf | None:
    if name in NOT_READ:
        return _ignore
    if kind is str:
        return _text_reader(name, any(_is_reference(mark) for mark in marks))
    if get_origin(kind) is dict:
        return _read_counts
    return _read_choice if "unknown" in get_args(kind) else None


def _unwrapped(annotation: Any, marks: list[Any]) -> tuple[Any, list[Any]]:
    """The bare type behind `Annotated` and `| None`, with every mark found on the way."""
    if get_origin(annotation) is Annotated:
        inner, *more = get_args(annotation)
        return _unwrapped(inner, [*marks, *more])
    if get_origin(annotation) in (Union, UnionType):
        inner = next(kind for kind in get_args(annotation) if kind is not type(None))
        return _unwrapped(inner, marks)
    return annotation, marks


def _is_reference(mark: Any) -> bool:
    extra = getattr(mark, "json_schema_extra", None)
    return isinstance(extra, dict) and "x-reference" in extra


def _text_reader(name: str, reference: bool) -> Leaf | None:
    if reference:
        return _read_reference
    if name in IDENTIFIERS:
        return _read_identifier
    return _read_text_or_none if name in NONE_IS_AN_ANSWER else _read_text


def _ignore(value: Any, known: Known) -> None:
    return None


def _read_text(text: str, known: Known) -> str | None:
    return text if len(text) > LONGEST_PLACEHOLDER or not says_nothing(text) else None


def _read_text_or_none(text: str, known: Known) -> str | None:
    return text if len(text) > LONGEST_PLACEHOLDER or not is_placeholder(text) else None


def _read_identifier(text: str, known: Known) -> str | None:
    return text or None


def _read_reference(text: str, known: Known) -> str | None:
    return text if text in known or not is_placeholder(text) else None


def _read_choice(choice: str, known: Known) -> str | None:
    """A choice is an answer, but `unknown`, which reads as silence does: honesty never costs."""
    return None if choice == "unknown" else choice


def _read_counts(counts: dict[str, int], known: Known) -> dict[str, int] | None:
    return counts or None


def _rows_reader(reader: Nested) -> Nested:
    def read_rows(rows: list[Any], place: str, known: Known) -> list[Any] | None:
        answers = [answer for index, row in enumerate(rows) if (answer := reader(row, f"{place}/{index}", known))]
        return None if rows and not answers else answers

    return read_rows


def _values_reader(reader: Leaf | None) -> Nested:
    def read_values(values: list[Any], place: str, known: Known) -> list[Any] | None:
        if reader is None:
            return values
        answers = [answer for value in values if (answer := reader(value, known)) is not None]
        return None if values and not answers else answers

    return read_values
