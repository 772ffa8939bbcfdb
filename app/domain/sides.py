"""The sides of a conflict with their people, listed or planned; knows how to count them, not what to think of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from app.domain.columns import Mask
from app.domain.people import Counts, People, counts_of_people, counts_of_plan, ways_of_selection
from app.domain.reading import Answers

ABSENT_PRESENCES = frozenset({"refused", "barred"})


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

    Always there: `excused` (refused or barred, with a reason). The others are there only where they are known, for an
    unknown number is not zero:

    - `headcount`: people, 0 or more; `there`: whether anybody is listed or planned; `left`: who declined or withdrew
    - `official_stated`, `officials`, `serving`: people who say how near to power they are; those near; those in a post
    - `gender_stated`, `women`; `age_stated`, `under_30`: people who disclose it, and those of them who are
    - `bands`: people of the state's offices, of knowledge and of society, as a tuple of three; `outside_state`: people
      known to come from outside the first, 0 only where nobody leaves it open
    - `distinct_positions`: 1 or more (from the plan of several factions: at least so many); `blau`: their spread, 0..1
    - `newcomers`: people with five earlier talks or fewer; `veteran_share`: of those who state it, with over ten, 0..1
    - `without_relevance`: the share of people without a reason why they come, 0..1
    - `selection_state`: named, unnamed (a row does not say who chooses) or missing; `selected_by_set`: who chooses

    `listed` are all its participants among those of the design, and `people` those of them who count; `plan` are its
    planned rows, `selection` its selection rows. `all_gone`: whether all who are listed declined or withdrew.
    """

    __slots__ = ("all_gone", "listed", "people", "plan", "selection")
    all_gone: bool
    listed: Mask
    people: Mask
    plan: list[Answers]
    selection: list[Answers]

    @property
    def label(self) -> str:
        """The side's name, else its id, else a word."""
        return str(self.get("name") or self.get("id") or "an unnamed side")

    @property
    def counts_from_people(self) -> bool:
        """Whether it is counted from listed people rather than from the plan, as it is unless they all said no."""
        return bool(self.people) or (bool(self.listed) and not (self.plan and self.all_gone))


def sides_of(answers: Answers, people: People, side_of: Mapping[str, str]) -> list[Side] | None:
    """All sides in the order of the document; None where no parties are listed.

    Args:
        answers: of the whole design.
        people: everybody who is listed in it.
        side_of: for each party id the id of its side.
    """
    parties = (answers.get("conflict") or {}).get("parties")
    if parties is None:
        return None
    participation: Mapping[str, Any] = answers.get("participation") or {}
    sides = [_side(party) for party in parties if _is_side(party, side_of)]
    _share_out(participation.get("planned"), sides, side_of, "plan")
    _share_out(participation.get("selection"), sides, side_of, "selection")
    listed = _says_who_comes(participation)
    selected = all(participation.get(name) is not None for name in ("selection", "participants"))
    for side in sides:
        has_id = "id" in side
        if has_id:
            _take_people(side, people, side_of)
        if listed and has_id:
            _count_people(side, people)
        side.update(_selection_of(side, people, selected and has_id))
    return sides


def _is_side(party: Answers, side_of: Mapping[str, str]) -> bool:
    """A party is a side unless it is within another; one without an id still is, though nothing can point at it."""
    return side_of[party["id"]] == party["id"] if "id" in party else "within" not in party


def _says_who_comes(participation: Mapping[str, Any]) -> bool:
    """Whether a list tells who comes from where; a plan that gives no more than the room's total does not."""
    planned = participation.get("planned")
    if participation.get("participants") is not None or planned == []:
        return True
    return any(row["party"] for row in planned or ())


def _side(party: Answers) -> Side:
    side = Side(party)
    side.pointer = party.pointer
    side.listed, side.people, side.all_gone, side.plan, side.selection = 0, 0, False, [], []
    side["excused"] = party["presence"] in ABSENT_PRESENCES and "presence_reason" in party
    return side


def _share_out(rows: list[Answers] | None, sides: list[Side], side_of: Mapping[str, str], drawer: str) -> None:
    if not rows:
        return
    drawers = {side["id"]: getattr(side, drawer) for side in sides if "id" in side}
    drawer_of = {party: drawers[side] for party, side in side_of.items() if side in drawers}
    for row in rows:
        if (party := row["party"]) in drawer_of:
            drawer_of[party].append(row)


def _take_people(side: Side, people: People, side_of: Mapping[str, str]) -> None:
    own = side["id"]
    for party, rows in people.columns["party"].items():
        if side_of.get(party) == own:
            side.listed |= rows
    side.people = side.listed & people.counted
    side.all_gone = not side.listed & ~people.gone


def _count_people(side: Side, people: People) -> None:
    headcount = _headcount(side)
    if headcount is not None:
        side["headcount"] = headcount
    side["there"] = bool(side.people) or any(row["headcount"] != 0 for row in side.plan)
    side["left"] = (side.listed & people.gone).bit_count()
    if side.people:
        side.update(counts_of_people(people, side.people))
    elif not side.counts_from_people and side.plan:
        side.update(counts_of_plan(side.plan))


def _headcount(side: Side) -> int | None:
    """Counted participants if any row is listed, else the plan; all rows declined: the plan if any, else 0."""
    if side.counts_from_people or not side.plan:
        return side.people.bit_count()
    planned = [row["headcount"] for row in side.plan]
    return None if None in planned else sum(planned)


def _selection_of(side: Side, people: People, selection_listed: bool) -> Counts:
    """How the side is chosen: by its selection rows, else by what its people say of themselves."""
    ways = frozenset([way for row in side.selection if (way := row["selected_by"])])
    ways = ways or ways_of_selection(people, side.people)
    if any(row["selected_by"] is None for row in side.selection):
        state = "unnamed"
    elif ways:
        state = "named"
    else:
        return {"selection_state": "missing"} if selection_listed else {}
    return {"selection_state": state, "selected_by_set": ways} if ways else {"selection_state": state}
