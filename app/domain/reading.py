"""How the answers of a design are read: what counts as an answer, and where each stands; judges nothing."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from operator import not_
from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, Union, get_args, get_origin

from app.domain.fields import Part
from app.domain.placeholders import LONGEST_PLACEHOLDER, is_placeholder, says_nothing

if TYPE_CHECKING:
    from app.domain.design import Design

NONE_IS_AN_ANSWER = frozenset({"conditions", "prior_work", "code"})
ANY_WORD_IS_AN_ANSWER = frozenset({("Party", "id")})
NOT_READ = frozenset({"references", "annotations"})
Known = frozenset[str]
Leaf = tuple[str, Callable[[Any], bool], bool]
"""The name of a field, what tells that its value is silent, and whether it refers to a party."""
Nested = Callable[[Any, str, Known], Any]
Plan = tuple[tuple[Leaf, ...], tuple[tuple[str, Nested], ...]]


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
    # A copy in C with the unanswered left in as None: every other way took five times as long.
    given = part.__dict__
    answers = Answers(given)
    answers.pointer = place
    leaves, nested = _plan(type(part))
    for name, is_silent, refers in leaves:
        value = given[name]
        if value is None or len(value) > LONGEST_PLACEHOLDER or (refers and value in known):
            continue
        if is_silent(value):
            answers[name] = None
    for name, read_nested in nested:
        if (value := given[name]) is not None:
            answers[name] = read_nested(value, f"{place}/{name}", known)
    for value in answers.values():
        if value is not None:
            return answers
    return None


@cache
def _plan(part: type[Part]) -> Plan:
    """The fields of a part that need a second look: texts and choices, then parts and lists. Others are as they are."""
    leaves: list[Leaf] = []
    nested: list[tuple[str, Nested]] = []
    for name, field in part.model_fields.items():
        kind, marks = unwrapped(field.annotation, field.metadata)
        if reader := _nested_reader(name, kind):
            nested.append((name, reader))
        elif (part.__name__, name) in ANY_WORD_IS_AN_ANSWER:
            leaves.append((name, not_, False))
        elif is_silent := _silence(name, kind, marks):
            leaves.append((name, is_silent, _refers(marks)))
    return tuple(leaves), tuple(nested)


def _nested_reader(name: str, kind: Any) -> Nested | None:
    if name in NOT_READ:
        return _ignore
    if isinstance(kind, type) and issubclass(kind, Part):
        return _read_part
    if get_origin(kind) is not list:
        return None
    entry, marks = unwrapped(get_args(kind)[0], [])
    if inner := _nested_reader(name, entry):
        return _rows_reader(inner)
    return _values_reader(_silence(name, entry, marks), _refers(marks))


def _silence(name: str, kind: Any, marks: list[Any]) -> Callable[[Any], bool] | None:
    """What tells that a text, choice or set of counts says nothing; None for what always says something.

    A choice is an answer, but `unknown`, which reads as silence does: honesty never costs.
    """
    if kind is str:
        return _silence_of_text(name, marks)
    if get_origin(kind) is dict:
        return not_
    return "unknown".__eq__ if "unknown" in get_args(kind) else None


def _silence_of_text(name: str, marks: list[Any]) -> Callable[[Any], bool]:
    return is_placeholder if name in NONE_IS_AN_ANSWER or _refers(marks) else says_nothing


def unwrapped(annotation: Any, marks: list[Any]) -> tuple[Any, list[Any]]:
    """The bare type behind `Annotated` and `| None`, with every mark found on the way."""
    if get_origin(annotation) is Annotated:
        inner, *more = get_args(annotation)
        return unwrapped(inner, [*marks, *more])
    if get_origin(annotation) in (Union, UnionType):
        inner = next(kind for kind in get_args(annotation) if kind is not type(None))
        return unwrapped(inner, marks)
    return annotation, marks


def _refers(marks: list[Any]) -> bool:
    return any(_is_reference(mark) for mark in marks)


def _is_reference(mark: Any) -> bool:
    extra = getattr(mark, "json_schema_extra", None)
    return isinstance(extra, dict) and "x-reference" in extra


def _ignore(_value: Any, _place: str, _known: Known) -> None:
    return None


def _rows_reader(reader: Nested) -> Nested:
    def read_rows(rows: list[Any], place: str, known: Known) -> list[Any] | None:
        answers = [answer for index, row in enumerate(rows) if (answer := reader(row, f"{place}/{index}", known))]
        return None if rows and not answers else answers

    return read_rows


def _values_reader(is_silent: Callable[[Any], bool] | None, refers: bool) -> Nested:
    """Reads a list of texts or choices; most lists of parties name nothing but parties, and are as they are."""

    def read_values(values: list[Any], _place: str, known: Known) -> list[Any] | None:
        if is_silent is None or (refers and known.issuperset(values)):
            return values
        answers = [value for value in values if (refers and value in known) or not is_silent(value)]
        return None if values and not answers else answers

    return read_values
