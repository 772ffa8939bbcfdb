"""The rules between the parts of a design: ids that must exist, rows that may stand once, parts within their whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from app.domain.errors import Fault
from app.domain.placeholders import is_placeholder, matching_form
from app.domain.pointer import pointer

if TYPE_CHECKING:
    from app.domain.conflict import Party
    from app.domain.design import Design
    from app.domain.funding import Funding
    from app.domain.participation import Participation, PlannedGroup
    from app.domain.process import Process
    from app.domain.purpose import Purpose

RESERVED = frozenset({"neutral", "third_party", "jointly"})
Place = tuple[str | int, ...]
Known = frozenset[str]
Named = Iterator[tuple[Place, str]]
NOBODY: tuple[()] = ()
NONE_KNOWN: Known = frozenset()


def faults_between_parts(design: Design) -> Iterator[Fault]:
    """Every breach of the rules that no single field can see, each with the pointer to its place."""
    parties = (design.conflict and design.conflict.parties) or []
    known = frozenset([party.id for party in parties if party.id])
    yield from _party_faults(parties, known)
    yield from _unknown_parties(design, known)
    if design.participation:
        yield from _doubled_rows(design.participation, known)
    yield from _issue_faults(design.purpose)
    yield from _planned_faults(design)


def _party_faults(parties: Sequence[Party], known: Known) -> Iterator[Fault]:
    for index in _those(parties, RESERVED.__contains__):
        detail = "This word has a meaning of its own; choose another id."
        yield Fault(pointer("conflict", "parties", index, "id"), detail)
    yield from _twice(("conflict", "parties"), "id", parties, known, "A party of this id is listed already.")
    within = {party.id: party.within for party in parties if party.id}
    for index in _those(parties, lambda party: _comes_back(party, within)):
        detail = "A party cannot be within itself, directly or in a circle."
        yield Fault(pointer("conflict", "parties", index, "within"), detail)


def _those(parties: Sequence[Party], are_so: Callable[[str | None], bool]) -> list[int]:
    """The places of the parties whose id is so."""
    return [index for index, party in enumerate(parties) if are_so(party.id)]


def _comes_back(start: str | None, within: dict[str, str | None]) -> bool:
    seen, here = 0, within.get(start) if start else None
    while here is not None and seen <= len(within):
        if here == start:
            return True
        here, seen = within.get(here), seen + 1
    return False


def _twice(place: Place, field: str, rows: Sequence[object] | None, known: Known, detail: str) -> Iterator[Fault]:
    """What stands twice in a field; a placeholder may, unless a party is known by that very word."""
    values = [getattr(row, field) for row in rows or NOBODY]
    given = list(filter(None, values))
    if len(set(given)) == len(given):
        return
    seen = set()
    for index, value in enumerate(values):
        if value in seen:
            yield Fault(pointer(*place, index, field), detail)
        elif value and (value in known or not is_placeholder(value)):
            seen.add(value)


def _unknown_parties(design: Design, known: Known) -> Iterator[Fault]:
    for place, party in _unknown_references(design, known):
        if not is_placeholder(party):
            yield Fault(pointer(*place), "No party of this id is listed under /conflict/parties.")


def _unknown_references(design: Design, known: Known) -> Named:
    """Every place that names a party, with the name, if it is not among the known ones."""
    conflict, purpose, people = design.conflict, design.purpose, design.participation
    if conflict:
        yield from _single(("conflict", "parties"), "within", conflict.parties, known)
        yield from _single(("conflict", "legal_constraints"), "party", conflict.legal_constraints, known)
    if purpose:
        yield from _purpose_references(purpose, known)
    if people:
        yield from _single(("participation", "planned"), "party", people.planned, known)
        yield from _single(("participation", "participants"), "party", people.participants, known)
        yield from _single(("participation", "selection"), "party", people.selection, known)
    if design.funding:
        yield from _money_references(design.funding, known)
    yield from _single(("third_parties",), "party", design.third_parties, known)
    for index, third_party in enumerate(design.third_parties or NOBODY):
        yield from _listed(("third_parties", index, "accepted_by"), third_party.accepted_by, known)
    if design.process:
        yield from _process_references(design.process, known)


def _purpose_references(purpose: Purpose, known: Known) -> Named:
    yield from _listed(("purpose", "agreed_with"), purpose.agreed_with, known)
    yield from _single(("purpose", "attitude_change"), "party", purpose.attitude_change, known)
    raisers = known | {"jointly", "third_party"}
    for index, issue in enumerate(purpose.issues or NOBODY):
        yield from _listed(("purpose", "issues", index, "raised_by"), issue.raised_by, raisers)


def _money_references(funding: Funding, known: Known) -> Named:
    yield from _single(("funding", "sources"), "party", funding.sources, known)
    for index, source in enumerate(funding.sources or NOBODY):
        place = ("funding", "sources", index)
        yield from _listed((*place, "accepted_by"), source.accepted_by, known)
        if source.ultimate_source:
            yield from _named((*place, "ultimate_source", "party"), source.ultimate_source.party, known)


def _process_references(process: Process, known: Known) -> Named:
    yield from _listed(("process", "initiated_by"), process.initiated_by, known | {"third_party"})
    yield from _listed(("process", "consulted_parties"), process.consulted_parties, known)
    yield from _listed(("process", "known_to"), process.known_to, known)
    hosts = known | {"neutral", "third_party"}
    for index, meeting in enumerate(process.meetings or NOBODY):
        yield from _listed(("process", "meetings", index, "remote"), meeting.remote, known)
        yield from _named(("process", "meetings", index, "place_relation"), meeting.place_relation, hosts)
    if process.setting:
        yield from _listed(("process", "setting", "accepted_by"), process.setting.accepted_by, known)


def _single(place: Place, field: str, rows: Sequence[object] | None, known: Known) -> Named:
    for index, row in enumerate(rows or NOBODY):
        value = getattr(row, field)
        if value and value not in known:
            yield (*place, index, field), value


def _listed(place: Place, values: Sequence[str] | None, known: Known) -> Named:
    if values and not known.issuperset(values):
        for index, value in enumerate(values):
            yield from _named((*place, index), value, known)


def _named(place: Place, value: str | None, known: Known) -> Named:
    if value and value not in known:
        yield place, value


def _doubled_rows(people: Participation, known: Known) -> Iterator[Fault]:
    code = "A participant of this code is listed already."
    yield from _twice(("participation", "participants"), "code", people.participants, NONE_KNOWN, code)
    planned = "This party has a planned row already."
    yield from _twice(("participation", "planned"), "party", people.planned, known, planned)
    selection = "This party has a selection row already."
    yield from _twice(("participation", "selection"), "party", people.selection, known, selection)


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
