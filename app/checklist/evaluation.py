"""What judging a design gives: findings, the state of each category, counts; there is no score and no pass."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import compress
from typing import Any, Literal

from app.checklist.check import Check, Explanation, Judgement
from app.checklist.checklist import Checklist
from app.checklist.outcome import OUTCOME_CODES, STATE_CODES, Outcome, State
from app.domain.facts import Facts
from app.domain.kept import kept

WaiverState = Literal["active", "to_be_confirmed"]


@dataclass(frozen=True, slots=True)
class Waiver:
    """A named reviewer's reason why a concern or an open question may stand, bound to what was judged.

    Attributes:
        check: the check's id.
        reason, by: why, and who says so; `by` is empty where whoever gave it named nobody.
        given_at: when, in UTC.
        basis: what `waiver_basis` gave when it was given.
        checklist, version: the checklist it was given under.
        giver, given_by: the id and name of who gave it, where the service keeps people; no report shows the name.
        approver, approved_by, approved_at: the id and name of a second person who agreed, and when; None until then.
    """

    check: str
    reason: str
    by: str
    given_at: datetime
    basis: str
    checklist: str
    version: int
    giver: str = ""
    given_by: str = ""
    approver: str | None = None
    approved_by: str | None = None
    approved_at: datetime | None = None


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
        waiver: the waiver given for it, as it stands; None without one, and where nothing is left to waive.
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
    def explained(self) -> Explanation:
        """The message, the places and the figures."""
        if self._explanation is None:
            self._explanation = self.check.explain(self._facts, self._judgement)
        return self._explanation

    @property
    def message(self) -> str:
        """What is said of this design, with its own figures."""
        return self.explained.message

    @property
    def at(self) -> tuple[str, ...]:
        """JSON Pointers to what raised it; where nothing needs attention, to the answers and lists that were read."""
        return self.explained.at

    @property
    def figures(self) -> Mapping[str, Any]:
        """The figures behind the message, exact."""
        return self.explained.figures

    @property
    def is_usual(self) -> bool:
        """Whether it says what its check says of any design with this outcome (`Check.usual`)."""
        return self.check.is_usual(self.outcome, self._facts)

    @property
    def waived(self) -> bool:
        """Whether an active waiver stands for a concern or an open question."""
        return self.waiver is not None and self.waiver.state == "active"


ATTENTION = frozenset({Outcome.CONCERN, Outcome.OPEN})
Counts = dict[str, int]
NAMED_CODES = tuple((outcome.value, OUTCOME_CODES[outcome]) for outcome in Outcome)


@dataclass(frozen=True, slots=True)
class CategoryState:
    """A category: its id and name, its state once waivers are taken into account, and its counts."""

    id: str
    name: str
    state: State
    counts: Counts


class Evaluation:
    """What one checklist says of one design, in the checklist's order; a finding is written out when it is read.

    `outcomes` are the outcomes of its checks.
    """

    def __init__(
        self,
        checklist: Checklist,
        facts: Facts,
        judgements: Sequence[Judgement],
        later: frozenset[str],
        standing: Mapping[str, AppliedWaiver],
    ) -> None:
        self.checklist = checklist
        self._facts = facts
        self._judgements = judgements
        self._later = later
        self._standing = standing
        self.outcomes = [judgement.outcome for judgement in judgements]

    @kept
    def findings(self) -> tuple[Finding, ...]:
        """Every finding."""
        return tuple(map(self._finding, self.checklist.checks, self._judgements))

    def _finding(self, check: Check, judgement: Judgement) -> Finding:
        return Finding(check, self._facts, judgement, *self._beside(check, judgement))

    def _beside(self, check: Check, judgement: Judgement) -> tuple[bool, AppliedWaiver | None]:
        """Whether a finding can wait, and the waiver given for it."""
        outcome = judgement.outcome
        return (
            outcome is Outcome.OPEN and check.id in self._later,
            self._standing.get(check.id) if outcome in ATTENTION else None,
        )

    @property
    def leaves_sides_out(self) -> bool:
        """Whether sides refused or are barred, and findings of checks that ask every side say so."""
        return bool(self._facts.excused_names)

    @property
    def waivers(self) -> Mapping[str, AppliedWaiver]:
        """Every waiver that was given, by its check's id, as it stands; also where nothing is left to waive."""
        return self._standing

    @kept
    def categories(self) -> tuple[CategoryState, ...]:
        """The categories in the checklist's order."""
        return tuple(self._category(category.id, category.name) for category in self.checklist.categories)

    @kept
    def counts(self) -> Counts:
        """How many findings have each outcome, and how many of them are waived."""
        return _counted(self._letters, self._waived.count(True))

    @kept
    def codes(self) -> str:
        """A letter a category (c concerns, o open, k clear), then a letter a check (m, c, o, n); waivers left aside."""
        letters, members = self._letters, self.checklist.members
        states = [STATE_CODES[state_of("".join(compress(letters, those)))] for those in members.values()]
        return "".join(states) + letters

    @kept
    def marks(self) -> str:
        """Where an active waiver stands, at each place of the codes w or -; empty if there is none.

        At a category's place it says that one of its findings is waived.
        """
        if not any(self._waived):
            return ""
        categories = [any(compress(self._waived, those)) for those in self.checklist.members.values()]
        return "".join("w" if waived else "-" for waived in (*categories, *self._waived))

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
        return self.finding_at(self.checklist.number_of(check_id))

    def finding_at(self, number: int) -> Finding:
        """The finding of the check of that number, from 0."""
        if "findings" in self.__dict__:
            return self.findings[number]
        return self._finding(self.checklist.checks[number], self._judgements[number])

    def said_at(self, number: int) -> tuple[Explanation, bool, AppliedWaiver | None]:
        """What the finding of the check of that number says, whether it can wait, and the waiver given for it."""
        check, judgement = self.checklist.checks[number], self._judgements[number]
        if "findings" in self.__dict__:
            return self.findings[number].explained, *self._beside(check, judgement)
        return check.explain(self._facts, judgement), *self._beside(check, judgement)

    def key_at(self, number: int) -> tuple[Outcome, bool, int | str] | None:
        """By what a finding that nobody waived is told from others of its check, if it tells no more (`Check.keys`)."""
        check, judgement = self.checklist.checks[number], self._judgements[number]
        key = check.keys.get(id(judgement))
        if key is None:
            return None
        if not isinstance(key, str):
            size = key(self._facts)
            return None if size is None else (judgement.outcome, False, size)
        later, waiver = self._beside(check, judgement)
        return None if waiver else (judgement.outcome, later, key)

    @kept
    def _waived(self) -> list[bool]:
        return [finding.waived for finding in self.findings] if self._standing else [False] * len(self.outcomes)

    @kept
    def _letters(self) -> str:
        """A letter a check (m, c, o, n): letters are counted quicker than outcomes."""
        return "".join([OUTCOME_CODES[outcome] for outcome in self.outcomes])

    @kept
    def _left(self) -> str:
        """The letters with - for what is waived."""
        if True not in self._waived:
            return self._letters
        return "".join("-" if waived else code for waived, code in zip(self._waived, self._letters, strict=True))

    def _category(self, category: str, name: str) -> CategoryState:
        those = self.checklist.members[category]
        left, letters = "".join(compress(self._left, those)), "".join(compress(self._letters, those))
        waived = sum(compress(self._waived, those)) if self._standing else 0
        return CategoryState(category, name, state_of(left), _counted(letters, waived))


def state_of(left: str) -> State:
    """The state of a category by the letters of what is left in it."""
    if OUTCOME_CODES[Outcome.CONCERN] in left:
        return State.CONCERNS
    return State.OPEN if OUTCOME_CODES[Outcome.OPEN] in left else State.CLEAR


def _counted(letters: str, waived: int) -> Counts:
    counts = {outcome: letters.count(code) for outcome, code in NAMED_CODES}
    counts["waived"] = waived
    return counts
