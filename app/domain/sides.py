"""The sides of a conflict with their people, listed or planned; knows how to count them, not what to think of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from app.domain.placeholders import matching_form
from app.domain.reading import Answers

NOT_COMING = frozenset({"declined", "withdrawn"})
NOT_COUNTED_SEATS = frozenset({"alternate", "guest"})
NEAR_POWER = frozenset({"advisory", "serving"})
ABSENT_PRESENCES = frozenset({"refused", "barred"})


def is_counted(person: Mapping[str, Any]) -> bool:
    """Whether somebody counts for balance: not declined or withdrawn, and neither alternate nor guest."""
    return person.get("status") not in NOT_COMING and person.get("seat") not in NOT_COUNTED_SEATS


def side_by_party(parties: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """For each party id the id of its side: itself, or the party that it is within in the end."""
    within = {party["id"]: party.get("within") for party in parties if party.get("id")}

    def top(party: str) -> str:
        seen = {party}
        while (above := within.get(party)) and above in within and above not in seen:
            party = above
            seen.add(party)
        return party

    return {party: top(party) for party in within}


class Side(Answers):
    """A side: the answers of its party, with what can be counted of its people added as further answers.

    Added where known: `headcount` (people), `there` (whether anybody is listed or planned), `excused` (refused or
    barred, with a reason), `official_stated` and `officials` (people), `distinct_positions` (at least 1),
    `without_relevance` (a share, 0..1), `selected_by_set` (who chose it).
    `people` are its counted participants; `plan` its planned rows; `rows` all its participants, counted or not.
    """

    __slots__ = ("people", "plan", "rows")
    people: list[Answers]
    plan: list[Answers]
    rows: list[Answers]

    @property
    def label(self) -> str:
        """The side's name, else its id, else a word."""
        return str(self.get("name") or self.get("id") or "an unnamed side")

    @property
    def counts_from_people(self) -> bool:
        """Whether shares are taken from listed people rather than from the plan."""
        return bool(self.people) or (bool(self.rows) and not self.plan)


def sides_of(answers: Answers) -> list[Side] | None:
    """All sides in the order of the document; None where no parties are listed."""
    parties = answers.get("conflict", {}).get("parties")
    if parties is None:
        return None
    side_of = side_by_party(parties)
    participation = answers.get("participation", {})
    sides = [_side(party) for party in parties if side_of.get(party.get("id")) == party.get("id")]
    _share_out(participation.get("participants"), sides, side_of, "rows")
    _share_out(participation.get("planned"), sides, side_of, "plan")
    anything_listed = "participants" in participation or "planned" in participation
    for side in sides:
        _count(side, anything_listed)
    return sides


def _side(party: Answers) -> Side:
    side = Side(party)
    side.pointer = party.pointer
    side.people, side.plan, side.rows = [], [], []
    side["excused"] = party.get("presence") in ABSENT_PRESENCES and "presence_reason" in party
    return side


def _share_out(rows: list[Answers] | None, sides: list[Side], side_of: Mapping[str, str], drawer: str) -> None:
    drawers = {side["id"]: getattr(side, drawer) for side in sides if "id" in side}
    for row in rows or ():
        drawer_of_side = drawers.get(side_of.get(row.get("party", ""), ""))
        if drawer_of_side is not None:
            drawer_of_side.append(row)


def _count(side: Side, anything_listed: bool) -> None:
    side.people = [person for person in side.rows if is_counted(person)]
    side["there"] = bool(side.people or side.plan) if anything_listed else None
    headcount = _headcount(side, anything_listed)
    if side.plan and not side.people and headcount == 0:
        side["there"] = False
    for name, value in (("headcount", headcount), *_people_counts(side, headcount)):
        if value is not None:
            side[name] = value
    if side["there"] is None:
        del side["there"]


def _headcount(side: Side, anything_listed: bool) -> int | None:
    """Counted participants if any row is listed, else the plan; all rows declined: the plan if any, else 0."""
    if side.people:
        return len(side.people)
    if side.plan:
        planned = [row["headcount"] for row in side.plan if row.get("headcount") is not None]
        return sum(planned) if len(planned) == len(side.plan) else None
    return 0 if anything_listed else None


def _people_counts(side: Side, headcount: int | None) -> Iterable[tuple[str, Any]]:
    if side.counts_from_people:
        return _counts_from_people(side.people)
    return _counts_from_plan(side.plan, headcount)


def _counts_from_people(people: list[Answers]) -> Iterable[tuple[str, Any]]:
    proximities = [proximity for person in people if (proximity := person.get("official_proximity"))]
    positions = [position for person in people if (position := person.get("political_position"))]
    yield "official_stated", len(proximities)
    yield "officials", sum([proximity in NEAR_POWER for proximity in proximities])
    if len(positions) > 1:
        yield "distinct_positions", len({matching_form(position) for position in set(positions)})
    if people:
        yield "without_relevance", Fraction(sum([person.get("relevance") is None for person in people]), len(people))


def _counts_from_plan(plan: list[Answers], headcount: int | None) -> Iterable[tuple[str, Any]]:
    officials = [row["officials"] for row in plan if row.get("officials") is not None]
    if plan and len(officials) == len(plan) and headcount is not None:
        yield "official_stated", headcount
        yield "officials", sum(officials)
    positions = [row.get("positions") for row in plan]
    if len(plan) == 1 and positions[0] is not None:
        yield "distinct_positions", positions[0]
