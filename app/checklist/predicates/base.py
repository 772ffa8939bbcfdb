"""What a word of the checklist language is: a typed model that compiles to a test and to a trace of what it saw."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from typing import Annotated, Any, NamedTuple

from app.checklist.predicates.code import Code, Expressions
from app.domain.conflict import Party
from app.domain.facts import Facts
from app.domain.modelling import BaseModel, ConfigDict, Field, StringConstraints
from app.domain.sides import Side

Truth = bool | None
"""True, False, or None where the design does not tell."""

ANY_FIGURE = "*"
"""Stands for figures that are known only when a measure is taken."""

Test = Callable[[Facts, Any], Truth]
Write = Callable[[Code], Expressions | None]
"""Writes what a test asks as lines of Python; None where it has to be asked as it is."""

Path = Annotated[
    str,
    StringConstraints(pattern=r"^(\.|/?[a-z0-9_]+(/[a-z0-9_]+)*)$"),
    Field(
        description="A JSON Pointer from the root (/purpose/statement), or field names from the row at hand (interest)."
    ),
]
ParameterName = Annotated[
    str, StringConstraints(pattern=r"^\$[a-z_]+$"), Field(description="A parameter of this check.")
]
Number = Annotated[str, StringConstraints(pattern=r"^(\$[a-z_]+|-?[0-9]+(\.[0-9]+|/[0-9]+)?)$")]


@dataclass(slots=True)
class Evidence:
    """What raised a finding: the places, the rows by name, and the figures for its message."""

    at: list[str] = field(default_factory=list)
    figures: dict[str, Any] = field(default_factory=dict)

    def name(self, figure: str, label: str) -> None:
        """Adds a label to a figure that is a list of names, once."""
        labels = self.figures.setdefault(figure, [])
        if label not in labels:
            labels.append(label)


Trace = Callable[[Facts, Any, Truth, Evidence], None]
"""Called with the truth that the test gave; adds to the evidence what led to it."""


class Compiled(NamedTuple):
    """A predicate ready to run.

    Attributes:
        test: the truth for a design and the row at hand.
        trace: adds to the evidence what led to a truth.
        reads: patterns of JSON Pointers, with `*` for a row, of everything that the test may look at.
        figures: the names of the figures that a trace can give.
        write: the test as lines of Python, where the word has any.
        size: how many rows were asked, where a trace names none of them, and tells no more than that number.
        alike: the truths of which a trace adds the same for every design.
    """

    test: Test
    trace: Trace
    reads: frozenset[str]
    figures: frozenset[str] = frozenset()
    write: Write | None = None
    size: Callable[[Facts], int | None] | None = None
    alike: frozenset[Truth] = frozenset()

    def written(self, code: Code) -> Expressions:
        """What is surely, and what is possibly true, once the lines that it takes are written."""
        word = self.test.__qualname__.partition(".")[0]
        return (self.write and self.write(code)) or code.ask(self.test, word)


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a predicate stands: the check's parameters, and the pattern of the row at hand (empty at the root)."""

    parameters: Mapping[str, Any]
    row: str = ""

    def value(self, given: str) -> Any:
        """The parameter that a `$name` stands for, or the text itself."""
        if not given.startswith("$"):
            return given
        if given[1:] not in self.parameters:
            raise ValueError(
                f"{given} is not among the parameters of this check: {', '.join(self.parameters) or 'it has none'}"
            )
        return self.parameters[given[1:]]

    def number(self, given: str) -> Fraction:
        """A number, exact: a whole one, a decimal or a fraction such as 1/3."""
        return Fraction(str(self.value(given)))

    def pattern(self, path: str) -> str:
        """The pattern of pointers that a path can lead to."""
        if path.startswith("/"):
            return path
        return self.row if path == "." else f"{self.row}/{path}"


def quick(number: Fraction) -> int | Fraction:
    """The same number; a whole one as an int, which compares ten times faster."""
    return number.numerator if number.denominator == 1 else number


class Word(BaseModel):
    """A word of the checklist language. Each kind of word is a subclass with an `op` of its own."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    def compile(self, scope: Scope) -> Compiled:
        """The word as closures, in its scope."""
        raise NotImplementedError


Reach = Callable[[Facts, Any], Any]


@cache
def reach(path: str) -> Reach:
    """A function that gives the answer at a path, or None."""
    names = path.strip("/").split("/")
    if path == ".":
        return lambda facts, row: row
    if path.startswith("/"):
        return _from_root(names)
    return _from_row(names)


def field_of_row(path: str) -> str | None:
    """The field's name, where a path is one field of the row at hand."""
    return None if "/" in path or path == "." else path


def _from_root(names: list[str]) -> Reach:
    first, *rest = names
    if len(rest) == 1:
        last = rest[0]

        def two_steps(facts: Facts, row: Any) -> Any:
            part = facts.answers.get(first)
            return None if part is None else part.get(last)

        return two_steps

    def all_steps(facts: Facts, row: Any) -> Any:
        here: Any = facts.answers
        for name in names:
            here = here.get(name)
            if here is None:
                return None
        return here

    return all_steps


def _from_row(names: list[str]) -> Reach:
    if len(names) == 1:
        only = names[0]
        return lambda facts, row: row.get(only)

    def all_steps(facts: Facts, row: Any) -> Any:
        for name in names:
            row = row.get(name)
            if row is None:
                return None
        return row

    return all_steps


STANDS_FOR = {
    "is_top": ("rank",),
    "left_out": ("linked_to",),
    "unsure": ("linked_to",),
    "is_sponsor": ("roles",),
    "roles_held": ("roles",),
    "is_bound": ("name",),
    "is_matched": ("paired_with",),
    "ties_to_one_side": ("ties",),
    "ties_told": ("ties",),
    "in_post": ("official_proximity", "officials"),
}
"""Derived answers that have no place in a design, and the fields that they are taken from: the row has one of them."""
FIELDS_OF_A_PARTY = frozenset(Party.model_fields)
"""The answers of a side that stand in its own row; the others are counted elsewhere, so the side is the place."""


def place_of(path: str) -> Callable[[Any], str]:
    """A function that gives the JSON Pointer of a path, answered or not, for the row at hand."""
    if path.startswith("/"):
        return lambda row: path
    if path == ".":
        return lambda row: str(row.pointer)
    stands_for = STANDS_FOR.get(path, ())
    if path in FIELDS_OF_A_PARTY and not stands_for:
        return lambda row: f"{row.pointer}/{path}"
    counted = path not in FIELDS_OF_A_PARTY

    def place(row: Any) -> str:
        if counted and isinstance(row, Side):
            return row.pointer
        # An answer that is there without a value counts as well: the row has a place for it.
        return f"{row.pointer}/{next((name for name in stands_for if dict.__contains__(row, name)), path)}"

    return place


def points_at(path: str) -> Trace:
    """A trace that names the place of a path, whatever the truth."""
    place = place_of(path)

    def trace(facts: Facts, row: Any, truth: Truth, evidence: Evidence) -> None:
        evidence.at.append(place(row))

    return trace


EVERY_TRUTH: frozenset[Truth] = frozenset({True, False, None})


def alike_at(path: str) -> frozenset[Truth]:
    """The truths of which `points_at` adds the same for every design: all of them, unless the path is in a row."""
    return EVERY_TRUTH if path.startswith("/") else frozenset()


LONGEST_LABEL = 80
GOES_BY = ("name", "title", "code", "statement", "party", "kind", "role", "level", "id")
AT_THE_END = " .;:,"
NAMELESS = {"/funding/sources/": "a source", "/third_parties/": "a third party"}
"""What a row is that has nothing to go by but its kind, by where it stands."""


def label_of(row: Mapping[str, Any]) -> str:
    """What a row goes by: its name, title, code or words, else its party, kind, role, level or id, else a word."""
    for key in GOES_BY:
        if (answer := row.get(key)) and (label := str(answer).rstrip(AT_THE_END)):
            return label if len(label) <= LONGEST_LABEL else f"{label[:LONGEST_LABEL].rstrip(AT_THE_END)}…"
    return "an unnamed one"


def shown_as(facts: Facts, row: Mapping[str, Any]) -> str:
    """What a row is called in a message: its label, a party by its name and a choice in words."""
    label, kind = label_of(row), row.get("kind")
    if label == kind and not row.get("name"):
        place = str(getattr(row, "pointer", ""))
        for beginning, what in NAMELESS.items():
            if place.startswith(beginning):
                return f"{what} of the kind {in_words(label)}"
    if label == row.get("party"):
        return facts.party_labels.get(label, label)
    return in_words(label) if label in (kind, row.get("role"), row.get("level")) else label


def in_words(choice: str) -> str:
    """A choice as a person reads it: `conflict_resolution` is "conflict resolution"."""
    return choice.replace("_", " ")
