"""A design read once: its answers, its sides and its people, shared by everything that judges it; judges nothing."""

from __future__ import annotations

from typing import Any

from app.domain.columns import rows_in
from app.domain.design import Design
from app.domain.kept import kept
from app.domain.payments import Payments, payments_of
from app.domain.people import People, with_posts
from app.domain.placeholders import matching_form
from app.domain.reading import Answers, answers_of
from app.domain.rows import (
    linked_issues,
    names_of,
    ranked_objectives,
    sources_with_interests,
    third_parties_as_sponsors,
)
from app.domain.sides import Side, side_by_party, sides_of
from app.domain.ties import facilitators_with_ties


class Facts:
    """What one design says, read once and looked at by every check.

    `answers` is the tree of answers; the rest is derived from it when first asked for.
    """

    def __init__(self, design: Design) -> None:
        self.design = design
        self.answers: Answers = answers_of(design)
        self.measured: dict[str, Any] = {}
        self.told: dict[str, Any] = {}

    def at(self, *names: str) -> Any:
        """The answer at a place given by field names, or None."""
        here: Any = self.answers
        for name in names:
            here = here.get(name)
            if here is None:
                return None
        return here

    @kept
    def sides(self) -> list[Side] | None:
        """Every side; None where no parties are listed."""
        return sides_of(self.answers, self.people, self.side_of)

    @kept
    def present_sides(self) -> list[Side] | None:
        """The sides less those that refused or are barred, with the reason given."""
        return None if self.sides is None else [side for side in self.sides if not side["excused"]]

    @kept
    def present_ids(self) -> frozenset[str | None]:
        """The ids of those sides; None is among them where one has no id."""
        return frozenset([side.get("id") for side in self.present_sides or ()])

    @kept
    def excused_names(self) -> list[str]:
        """The names of the sides that refused or are barred, with the reason given."""
        return [side.label for side in self.sides or () if side["excused"]]

    @kept
    def side_of(self) -> dict[str, str]:
        """For each party id the id of its side."""
        return side_by_party(self.at("conflict", "parties") or ())

    @kept
    def people(self) -> People:
        """Everybody who is listed; nobody where no list is given."""
        return People(self.at("participation", "participants") or [])

    @kept
    def participants(self) -> list[Answers] | None:
        """The counted participants of all sides and of none; None where no list is given."""
        if self.at("participation", "participants") is None:
            return None
        people = self.people
        return people.rows if people.all_count else rows_in(people.counted, people.rows)

    @kept
    def attending(self) -> list[Answers] | None:
        """The counted participants, then planned rows of sides with nobody listed; None where neither list is given.

        Each has `in_post` (`with_posts`). A planned row for nobody is left out, and the room's total is among them only
        where nothing else is. The participants alone are the very same list as `participants`.
        """
        people, plan = self.participants, self.at("participation", "planned")
        if people is None and plan is None:
            return None
        listed = {side.get("id") for side in self.sides or () if side.counts_from_people}
        planned = [row for row in plan or () if row["headcount"] != 0]
        waited_for = [row for row in planned if row["party"] and self.side_of.get(row["party"]) not in listed]
        if people and not waited_for:
            return with_posts(people)
        rows = [*(people or ()), *waited_for]
        return with_posts(rows or [row for row in planned if row["party"] is None])

    @kept
    def people_without_side(self) -> list[Answers]:
        """The counted participants who belong to no side."""
        people, side_of = self.people, self.side_of
        alone = [rows for party, rows in people.columns["party"].items() if party not in side_of]
        return rows_in(sum(alone) & people.counted, people.rows)

    @kept
    def party_names(self) -> frozenset[str]:
        """The names and ids of every party, as they are matched."""
        parties = self.at("conflict", "parties") or ()
        return frozenset(matching_form(party[key]) for party in parties for key in ("id", "name") if party.get(key))

    @kept
    def party_labels(self) -> dict[str, str]:
        """For each party id the party's name, or the id itself."""
        parties = self.at("conflict", "parties") or ()
        return {party["id"]: party.get("name") or party["id"] for party in parties if party.get("id")}

    @kept
    def objectives(self) -> list[Answers] | None:
        """The objectives, each with `is_top`."""
        rows = self.at("purpose", "objectives")
        return None if rows is None else ranked_objectives(rows)

    @kept
    def issues(self) -> list[Answers] | None:
        """The issues, each with `left_out` and `unsure`."""
        rows = self.at("purpose", "issues")
        return None if rows is None else linked_issues(rows)

    @kept
    def sources(self) -> list[Answers] | None:
        """The sources, each with the interest of the third party that it is too."""
        rows = self.at("funding", "sources")
        return None if rows is None else sources_with_interests(rows, self.third_party_of)

    @kept
    def third_parties(self) -> list[Answers] | None:
        """The third parties, each with `is_sponsor` and `roles_held`, and facilitators with what ties them to sides."""
        rows = self.at("third_parties")
        if rows is None:
            return None
        with_roles = third_parties_as_sponsors(rows, self.source_names)
        return facilitators_with_ties(with_roles, self.at("funding", "sources") or (), self.side_of)

    @kept
    def payments(self) -> Payments | None:
        """The sources of money with their amounts in one currency; None where they are not listed."""
        return payments_of(self.at("funding") or {})

    @kept
    def source_names(self) -> frozenset[tuple[str, ...]]:
        """The names and identifiers of every source, as they are matched."""
        return frozenset(key for row in self.at("funding", "sources") or () for key in names_of(row))

    @kept
    def third_party_names(self) -> frozenset[tuple[str, ...]]:
        """The names and identifiers of every third party, as they are matched."""
        return frozenset(key for row in self.at("third_parties") or () for key in names_of(row))

    def third_party_of(self, source: Answers) -> Answers | None:
        """The first third party that a source is too, by name or identifier."""
        keys = names_of(source)
        if self.third_party_names.isdisjoint(keys):
            return None
        rows = self.at("third_parties") or ()
        return next((row for row in rows if not set(keys).isdisjoint(names_of(row))), None)
