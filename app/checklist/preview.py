"""What another checklist would say of a design, before anybody adopts it: which findings change, and why. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, NamedTuple

from app.checklist.check import Check
from app.checklist.checklist import Checklist
from app.checklist.comparison import Turn
from app.checklist.definition import CheckFile
from app.checklist.evaluation import ATTENTION, Waiver
from app.checklist.outcome import Outcome
from app.checklist.waivers import applied
from app.domain.design import Design
from app.domain.facts import Facts


class Part(StrEnum):
    """What is different in a check: it is only in one of the two, or how it judges, a value, its weight, its words…"""

    ADDED = "added"
    REMOVED = "removed"
    JUDGEMENT = "judgement"
    PARAMETER = "parameter"
    WEIGHT = "weight"
    ASKING = "asking"
    TEXT = "text"
    SOURCES = "sources"


class Fall(StrEnum):
    """Why a waiver would not stand: it has to be confirmed under the other checklist, or its check is not in that."""

    TO_BE_CONFIRMED = "to_be_confirmed"
    WITHOUT_CHECK = "without_check"


@dataclass(frozen=True, slots=True)
class ParameterChange:
    """A parameter that has another value. None stands for a parameter that one of the two checks has not."""

    name: str
    before: Any
    after: Any
    reason: str | None


@dataclass(frozen=True, slots=True)
class CheckChange:
    """A check that is not the same in both checklists.

    Attributes:
        check: the check, in its new form if it has one.
        old, new: the check in either; None where that has no such check.
        because: what is different in it.
        parameters: the values that are.
    """

    check: Check
    old: Check | None
    new: Check | None
    because: tuple[Part, ...]
    parameters: tuple[ParameterChange, ...]


class Said(NamedTuple):
    """What a check says of a design."""

    outcome: Outcome
    message: str


@dataclass(frozen=True, slots=True)
class FindingPreview:
    """What would become of one finding: `new` appears, `gone` vanishes, `changed` says something else."""

    change: CheckChange
    turn: Turn
    before: Said | None
    after: Said | None


@dataclass(frozen=True, slots=True)
class Preview:
    """What would become of a design's findings and waivers.

    Attributes:
        findings: one for each check that is not the same in both, in the order of the new checklist.
        waivers: the ids of the checks whose waivers would not stand any more, each with the reason. None is deleted.
    """

    findings: tuple[FindingPreview, ...]
    waivers: tuple[tuple[str, Fall], ...]


class Review:
    """Two checklists, compared once for any number of designs.

    Attributes:
        changes: every check that is not the same in both, in the order of the new one; those that are gone come last.
    """

    def __init__(self, old: Checklist, new: Checklist) -> None:
        self.old, self.new = old, new
        self.changes = tuple(_changes(old, new))

    def preview(self, design: Design, waivers: Iterable[Waiver] = ()) -> Preview:
        """What would become of the design's findings, and of the waivers that stand under the old checklist."""
        facts = Facts(design)
        findings = tuple(_finding(change, facts) for change in self.changes)
        return Preview(findings, tuple(self._falling(facts, waivers)))

    def _falling(self, facts: Facts, waivers: Iterable[Waiver]) -> Iterator[tuple[str, Fall]]:
        old, new = _by_id(self.old), _by_id(self.new)
        for waiver in waivers:
            if waiver.check in old and applied(waiver, facts, old[waiver.check], self.old).state == "active":
                if waiver.check not in new:
                    yield waiver.check, Fall.WITHOUT_CHECK
                elif applied(waiver, facts, new[waiver.check], self.new).state != "active":
                    yield waiver.check, Fall.TO_BE_CONFIRMED


def _by_id(checklist: Checklist) -> dict[str, Check]:
    return {check.id: check for check in checklist.checks}


def _changes(old: Checklist, new: Checklist) -> Iterator[CheckChange]:
    before, after = _by_id(old), _by_id(new)
    for check in (*new.checks, *(check for check in old.checks if check.id not in after)):
        one, other = before.get(check.id), after.get(check.id)
        if one is None or other is None or one.digest != other.digest:
            yield CheckChange(check, one, other, tuple(_parts(one, other)), tuple(_parameters(one, other)))


FIELDS: Final = {
    Part.WEIGHT: ("weight",),
    Part.ASKING: ("ask_from", "answered_by", "category"),
    Part.TEXT: ("question", "say", "rationale", "advice", "limits"),
    Part.SOURCES: ("sources", "precedents"),
}


def _parts(old: Check | None, new: Check | None) -> Iterator[Part]:
    if old is None or new is None:
        yield Part.ADDED if old is None else Part.REMOVED
        return
    one, other = old.definition, new.definition
    if _predicates(one) != _predicates(other):
        yield Part.JUDGEMENT
    if old.parameters != new.parameters:
        yield Part.PARAMETER
    yield from (part for part, names in FIELDS.items() if part is not Part.TEXT and _differ(one, other, names))
    if _differ(one, other, FIELDS[Part.TEXT]) or _sentences(one) != _sentences(other) or _reasons(one, other):
        yield Part.TEXT


def _differ(one: CheckFile, other: CheckFile, names: tuple[str, ...]) -> bool:
    return any(getattr(one, name) != getattr(other, name) for name in names)


def _predicates(definition: CheckFile) -> list[Any]:
    single = [definition.applies, definition.met_when, definition.answered]
    return [*single, *([clause.when for clause in clauses] for clauses in (definition.concern, definition.open_when))]


def _sentences(definition: CheckFile) -> list[str]:
    return [clause.say for clause in (*definition.concern, *definition.open_when)]


def _reasons(one: CheckFile, other: CheckFile) -> bool:
    """Whether a parameter that has the same value has another reason."""
    shared = one.parameters.keys() & other.parameters.keys()
    return any(
        one.parameters[name].value == other.parameters[name].value
        and one.parameters[name].reason != other.parameters[name].reason
        for name in shared
    )


def _parameters(old: Check | None, new: Check | None) -> Iterator[ParameterChange]:
    if old is None or new is None:
        return
    for name in dict.fromkeys((*new.parameters, *old.parameters)):
        before, after = old.parameters.get(name), new.parameters.get(name)
        if before != after:
            given = new.definition.parameters.get(name)
            yield ParameterChange(name, before, after, given.reason if given else None)


def _finding(change: CheckChange, facts: Facts) -> FindingPreview:
    before, after = _said(change.old, facts), _said(change.new, facts)
    return FindingPreview(change, _turn(change, before, after), before, after)


def _said(check: Check | None, facts: Facts) -> Said | None:
    if check is None:
        return None
    judgement = check.judge(facts)
    return Said(judgement.outcome, check.explain(facts, judgement).message)


SHOWN: Final = (*FIELDS[Part.WEIGHT], *FIELDS[Part.ASKING], "question", "rationale", "advice", "limits", "sources")


def _turn(change: CheckChange, before: Said | None, after: Said | None) -> Turn:
    needed, needs = _needs_attention(before), _needs_attention(after)
    if needed != needs:
        return Turn.NEW if needs else Turn.GONE
    if change.old is None or change.new is None or before != after:
        return Turn.CHANGED
    return Turn.CHANGED if _differ(change.old.definition, change.new.definition, SHOWN) else Turn.SAME


def _needs_attention(said: Said | None) -> bool:
    return said is not None and said.outcome in ATTENTION
