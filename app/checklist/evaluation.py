"""What judging a design gives: findings, the state of each category, counts; there is no score and no pass."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Literal

from app.checklist.check import Check, Explanation, Judgement
from app.checklist.checklist import Checklist
from app.checklist.outcome import OUTCOME_CODES, STATE_CODES, Outcome, State
from app.domain.facts import Facts

WaiverState = Literal["active", "to_be_confirmed"]


@dataclass(frozen=True, slots=True)
class Waiver:
    """A named reviewer's reason why a concern or an open question may stand, bound to what was judged.

    Attributes:
        check: the check's id.
        reason, by: why, and who says so.
        given_at: when, in UTC.
        basis: what `waiver_basis` gave when it was given.
        checklist, version: the checklist it was given under.
    """

    check: str
    reason: str
    by: str
    given_at: datetime
    basis: str
    checklist: str
    version: int


@dataclass(frozen=True, slots=True)
class AppliedWaiver:
    """A waiver as it stands now: active, or to be confirmed because what it was given for has changed."""

    waiver: Waiver
    state: WaiverState


class Finding:
    """What one check says of one design.

    Attributes:
        check: the check.
        outcome: met, concern, open or not_applicable.
        waiver: the waiver given for it, as it stands; None without one.
        later: whether an open question is not yet worth asking at the design's stage.
    """

    __slots__ = ("_explanation", "_facts", "_judgement", "check", "later", "outcome", "waiver")

    def __init__(
        self, check: Check, facts: Facts, judgement: Judgement, later: bool, waiver: AppliedWaiver | None
    ) -> None:
        self.check = check
        self.outcome: Outcome = judgement.outcome
        self.later = later
        self.waiver = waiver
        self._facts = facts
        self._judgement = judgement
        self._explanation: Explanation | None = None

    @property
    def _explained(self) -> Explanation:
        if self._explanation is None:
            self._explanation = self.check.explain(self._facts, self._judgement)
        return self._explanation

    @property
    def message(self) -> str:
        """What is said of this design, with its own figures."""
        return self._explained.message

    @property
    def at(self) -> tuple[str, ...]:
        """JSON Pointers to what raised it."""
        return self._explained.at

    @property
    def figures(self) -> dict[str, Any]:
        """The figures behind the message, exact."""
        return self._explained.figures

    @property
    def waived(self) -> bool:
        """Whether an active waiver stands for a concern or an open question."""
        return self.waiver is not None and self.waiver.state == "active" and self.outcome in ATTENTION


ATTENTION = frozenset({Outcome.CONCERN, Outcome.OPEN})
Counts = dict[str, int]


@dataclass(frozen=True, slots=True)
class CategoryState:
    """A category: its id and name, its state once waivers are taken into account, and its counts."""

    id: str
    name: str
    state: State
    counts: Counts


class Evaluation:
    """Every finding of one checklist on one design, in the checklist's order."""

    def __init__(self, checklist: Checklist, findings: tuple[Finding, ...]) -> None:
        self.checklist = checklist
        self.findings = findings

    @cached_property
    def categories(self) -> tuple[CategoryState, ...]:
        """The categories in the checklist's order."""
        return tuple(self._category(category.id, category.name) for category in self.checklist.categories)

    @cached_property
    def counts(self) -> Counts:
        """How many findings have each outcome, and how many of them are waived."""
        return _counted(self.findings)

    @cached_property
    def codes(self) -> str:
        """A letter a category (c concerns, o open, k clear), then a letter a check (m, c, o, n); waivers left aside."""
        states = "".join(
            STATE_CODES[_state(self._of(category.id), waivers=False)] for category in self.checklist.categories
        )
        return states + "".join([OUTCOME_CODES[finding.outcome] for finding in self.findings])

    @property
    def needs_attention(self) -> bool:
        """Whether a concern is left, or an open question that is worth asking by now, which nobody waived."""
        return any(
            finding.outcome in ATTENTION and not finding.later and not finding.waived for finding in self.findings
        )

    def finding(self, check_id: str) -> Finding:
        """The finding of a check.

        Raises:
            UnknownChecklist: the checklist has no such check.
        """
        return self.findings[self.checklist.checks.index(self.checklist.check(check_id))]

    def _of(self, category: str) -> list[Finding]:
        return [finding for finding in self.findings if finding.check.category == category]

    def _category(self, category: str, name: str) -> CategoryState:
        findings = self._of(category)
        return CategoryState(category, name, _state(findings), _counted(findings))


def _state(findings: list[Finding], waivers: bool = True) -> State:
    left = {finding.outcome for finding in findings if not (waivers and finding.waived)}
    if Outcome.CONCERN in left:
        return State.CONCERNS
    return State.OPEN if Outcome.OPEN in left else State.CLEAR


def _counted(findings: tuple[Finding, ...] | list[Finding]) -> Counts:
    counts = {outcome.value: 0 for outcome in Outcome}
    for finding in findings:
        counts[finding.outcome.value] += 1
    counts["waived"] = sum(finding.waived for finding in findings)
    return counts
