"""A design read once: its answers, its sides and its people, shared by everything that judges it; judges nothing."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from app.domain.design import Design
from app.domain.placeholders import matching_form
from app.domain.reading import Answers, answers_of
from app.domain.sides import Side, is_counted, side_by_party, sides_of


class Facts:
    """What one design says, read once and looked at by every check.

    `answers` is the tree of answers; the rest is derived from it when first asked for.
    """

    def __init__(self, design: Design) -> None:
        self.design = design
        self.answers: Answers = answers_of(design)
        self.measured: dict[str, Any] = {}

    def at(self, *names: str) -> Any:
        """The answer at a place given by field names, or None."""
        here: Any = self.answers
        for name in names:
            here = here.get(name)
            if here is None:
                return None
        return here

    @cached_property
    def sides(self) -> list[Side] | None:
        """Every side; None where no parties are listed."""
        return sides_of(self.answers)

    @cached_property
    def present_sides(self) -> list[Side] | None:
        """The sides less those that refused or are barred, with the reason given."""
        return None if self.sides is None else [side for side in self.sides if not side["excused"]]

    @cached_property
    def side_of(self) -> dict[str, str]:
        """For each party id the id of its side."""
        return side_by_party(self.at("conflict", "parties") or ())

    @cached_property
    def participants(self) -> list[Answers] | None:
        """The counted participants of all sides and of none; None where no list is given."""
        people = self.at("participation", "participants")
        return None if people is None else [person for person in people if is_counted(person)]

    @cached_property
    def source_names(self) -> frozenset[tuple[str, ...]]:
        """The names and identifiers of every source, as they are matched."""
        return frozenset(key for row in self.at("funding", "sources") or () for key in names_of(row))

    @cached_property
    def third_party_names(self) -> frozenset[tuple[str, ...]]:
        """The names and identifiers of every third party, as they are matched."""
        return frozenset(key for row in self.at("third_parties") or () for key in names_of(row))

    def third_party_of(self, source: Answers) -> Answers | None:
        """The third party that a source is too, by name or identifier."""
        keys = set(names_of(source))
        rows = self.at("third_parties") or ()
        return next((row for row in rows if keys.intersection(names_of(row))), None)


def names_of(row: Answers) -> list[tuple[str, ...]]:
    """What a funder or third party can be matched by: its name, and each identifier with its scheme."""
    keys: list[tuple[str, ...]] = [(matching_form(row["name"]),)] if "name" in row else []
    for identifier in row.get("identifiers") or ():
        if "id" in identifier:
            keys.append((matching_form(identifier.get("scheme", "")), matching_form(identifier["id"])))
    return keys
