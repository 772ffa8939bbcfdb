"""The rules between the parts of a design: ids that must exist, rows that may stand once, parts within their whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from app.domain.errors import Fault
from app.domain.participation import PlannedGroup
from app.domain.placeholders import is_placeholder, matching_form
from app.domain.pointer import pointer

if TYPE_CHECKING:
    from app.domain.conflict import Party
    from app.domain.design import Design
    from app.domain.purpose import Purpose

RESERVED = frozenset({"neutral", "third_party", "jointly"})
Place = tuple[str | int, ...]
Named = Iterator[tuple[Place, str]]
NOBODY: tuple[()] = ()


def faults_between_parts(design: Design) -> Iterator[Fault]:
    """Every breach of the rules that no single field can see, each with the pointer to its place."""
    parties = (design.conflict and design.conflict.parties) or []
    yield from _party_faults(parties)
    known = frozenset(party.id for party in parties if party.id)
    yield from _unknown_parties(design, known)
    yield from _doubled_rows(design)
    yield from _issue_faults(design.purpose)
    yield from _planned_faults(design)


def _party_faults(parties: Sequence[Party]) -> Iterator[Fault]:
    for index, party in enumerate(parties):
        if party.id in RESERVED:
            yield Fault(
                pointer("conflict", "parties", index, "id"), "This word has a meaning of its own; choose another id."
            )
    yield from _twice(
        "A party of this id is listed already.",
        ((("conflict", "parties", i, "id"), p.id) for i, p in enumerate(parties)),
    )
    within = {party.id: party.within for party in parties if party.id}
    for index, party in enumerate(parties):
        if _comes_back(party.id, within):
            yield Fault(
                pointer("conflict", "parties", index, "within"),
                "A party cannot be within itself, directly or in a circle.",
            )


def _comes_back(start: str | None, within: dict[str, str | None]) -> bool:
    seen, here = 0, within.get(start) if start else None
    while here is not None and seen <= len(within):
        if here == start:
            return True
        here, seen = within.get(here), seen + 1
    return False


def _twice(detail: str, rows: Iterator[tuple[Place, str | None]]) -> Iterator[Fault]:
    seen = set()
    for place, value in rows:
        if value in seen:
            yield Fault(pointer(*place), detail)
        elif value:
            seen.add(value)


def _unknown_parties(design: Design, known: frozenset[str]) -> Iterator[Fault]:
    for place, party in _references(design):
        if party not in known and not is_placeholder(party):
            yield Fault(pointer(*place), "No party of this id is listed under /conflict/parties.")


def _references(design: Design) -> Named:
    yield from _conflict_references(design)
    yield from _purpose_references(design)
    yield from _people_references(design)
    yield from _money_references(design)
    yield from _process_references(design)


def _conflict_references(design: Design) -> Named:
    conflict = design.conflict
    if conflict:
        yield from _single(("conflict", "parties"), "within", conflict.parties)
        yield from _single(("conflict", "legal_constraints"), "party", conflict.legal_constraints)


def _purpose_references(design: Design) -> Named:
    purpose = design.purpose
    if purpose:
        yield from _listed(("purpose", "agreed_with"), purpose.agreed_with)
        yield from _single(("purpose", "attitude_change"), "party", purpose.attitude_change)
        for index, issue in enumerate(purpose.issues or NOBODY):
            yield from _listed(("purpose", "issues", index, "raised_by"), issue.raised_by, {"jointly", "third_party"})


def _people_references(design: Design) -> Named:
    people = design.participation
    if people:
        yield from _single(("participation", "planned"), "party", people.planned)
        yield from _single(("participation", "participants"), "party", people.participants)
        yield from _single(("participation", "selection"), "party", people.selection)


def _money_references(design: Design) -> Named:
    sources = (design.funding and design.funding.sources) or []
    yield from _single(("funding", "sources"), "party", sources)
    for index, source in enumerate(sources):
        yield from _listed(("funding", "sources", index, "accepted_by"), source.accepted_by)
        if source.ultimate_source and source.ultimate_source.party:
            yield ("funding", "sources", index, "ultimate_source", "party"), source.ultimate_source.party
    yield from _single(("third_parties",), "party", design.third_parties)
    for index, third_party in enumerate(design.third_parties or NOBODY):
        yield from _listed(("third_parties", index, "accepted_by"), third_party.accepted_by)


def _process_references(design: Design) -> Named:
    process = design.process
    if not process:
        return
    yield from _listed(("process", "initiated_by"), process.initiated_by, {"third_party"})
    yield from _listed(("process", "consulted_parties"), process.consulted_parties)
    yield from _listed(("process", "known_to"), process.known_to)
    for index, meeting in enumerate(process.meetings or NOBODY):
        yield from _listed(("process", "meetings", index, "remote"), meeting.remote)
        if meeting.place_relation and meeting.place_relation not in {"neutral", "third_party"}:
            yield ("process", "meetings", index, "place_relation"), meeting.place_relation
    if process.setting:
        yield from _listed(("process", "setting", "accepted_by"), process.setting.accepted_by)


def _single(place: Place, field: str, rows: Sequence[object] | None) -> Named:
    for index, row in enumerate(rows or NOBODY):
        value = getattr(row, field)
        if value:
            yield (*place, index, field), value


def _listed(place: Place, values: Sequence[str] | None, words: set[str] | frozenset[str] = frozenset()) -> Named:
    for index, value in enumerate(values or NOBODY):
        if value not in words:
            yield (*place, index), value


def _doubled_rows(design: Design) -> Iterator[Fault]:
    people = design.participation
    if people:
        yield from _twice(
            "A participant of this code is listed already.", _fields("participants", "code", people.participants)
        )
        yield from _twice("This party has a planned row already.", _fields("planned", "party", people.planned))
        yield from _twice("This party has a selection row already.", _fields("selection", "party", people.selection))


def _fields(rows_name: str, field: str, rows: Sequence[object] | None) -> Iterator[tuple[Place, str | None]]:
    for index, row in enumerate(rows or NOBODY):
        yield ("participation", rows_name, index, field), getattr(row, field)


def _issue_faults(purpose: Purpose | None) -> Iterator[Fault]:
    issues = (purpose and purpose.issues) or []
    known = {matching_form(issue.name) for issue in issues if issue.name}
    for index, issue in enumerate(issues):
        for link, name in enumerate(issue.linked_to or NOBODY):
            if matching_form(name) not in known and not is_placeholder(name):
                yield Fault(pointer("purpose", "issues", index, "linked_to", link), "No issue of this name is listed.")


def _planned_faults(design: Design) -> Iterator[Fault]:
    rows = (design.participation and design.participation.planned) or []
    for index, row in enumerate(rows):
        if row.headcount is not None:
            yield from _over_headcount(row, row.headcount, ("participation", "planned", index))


def _over_headcount(row: PlannedGroup, headcount: int, place: Place) -> Iterator[Fault]:
    for part in ("women", "under_30", "officials", "positions"):
        if (getattr(row, part) or 0) > headcount:
            yield Fault(pointer(*place, part), "A part of the group cannot be larger than its headcount.")
    if sum((row.backgrounds or {}).values()) > headcount:
        yield Fault(pointer(*place, "backgrounds"), "The backgrounds together cannot be more than the headcount.")
