"""What a report shows, and in which order: what matters first, what is settled last; knows no format."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from app.checklist.evaluation import ATTENTION, CategoryState, Evaluation, Finding
from app.checklist.next_steps import MOST_STEPS, NextStep, next_steps
from app.checklist.outcome import Outcome, Weight
from app.exports.wanted import EVERYTHING, Wanted
from app.exports.wording import signed_off_in_words

if TYPE_CHECKING:
    from app.checklist.glossary import Term
    from app.domain.review import SignedOff

Detail = Literal["full", "short"]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a report.

    Attributes:
        id: names it in links, such as `essential-concerns`.
        title, about: its heading, and a sentence below it.
        detail: whether each finding is told in full, or on a line or two.
        findings: in the checklist's order, never empty.
    """

    id: str
    title: str
    about: str
    detail: Detail
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class CategoryLine:
    """A category with how many of its open questions can wait."""

    category: CategoryState
    later: int


@dataclass(frozen=True, slots=True)
class Report:
    """A report on one design.

    Attributes:
        title: the design's title.
        evaluation: what is reported.
        categories: the counts of each category.
        steps: what to do first, seven things at most.
        sections: every finding once, in the section where it belongs; sections without a finding are left out. There
            are none in a report on the next steps alone.
        signed_off: a sentence on who signed off which revision; None where nobody did, or nothing is stored.
    """

    title: str
    evaluation: Evaluation
    categories: tuple[CategoryLine, ...]
    steps: tuple[NextStep, ...]
    sections: tuple[Section, ...]
    signed_off: str | None = None

    @property
    def about_steps(self) -> str:
        """A sentence on the next steps: how they were chosen, or that there are none."""
        return STEPS_CHOSEN if self.steps else NO_STEPS

    @property
    def shown(self) -> frozenset[str]:
        """The ids of the checks whose findings stand in the sections."""
        return frozenset(finding.check.id for section in self.sections for finding in section.findings)

    @property
    def terms(self) -> tuple[Term, ...]:
        """The terms of art in the texts that are shown, in the glossary's order."""
        from app.checklist.glossary import shipped_glossary  # late: text for a terminal explains no term
        from app.exports.terms import terms_in

        if not self.sections:
            return shipped_glossary().used_in(*(step.action for step in self.steps))
        return terms_in(
            finding.check for section in self.sections if section.detail == "full" for finding in section.findings
        )

    @property
    def checklist(self) -> str:
        """Exactly which checklist judged: name, version and the beginning of the digest."""
        checklist = self.evaluation.checklist
        return f"{checklist.reference}, digest {checklist.digest[:12]}"

    @property
    def summary(self) -> str:
        """The counts in a sentence."""
        waiting = sum(line.later for line in self.categories)
        counts = self.evaluation.counts
        parts = [
            _counted(counts["concern"], "concern", "concerns"),
            _counted(counts["open"], "open question", "open questions")
            + (f" ({waiting} for later)" if waiting else ""),
            f"{counts['met']} met",
            _counted(counts["not_applicable"], "that does not apply", "that do not apply"),
        ]
        waived = counts["waived"]
        of_these = f" Of the concerns and open questions, {_counted(waived, 'is', 'are')} waived." if waived else ""
        return f"{', '.join(parts[:-1])} and {parts[-1]}.{of_these}"


def report_on(
    evaluation: Evaluation, title: str, wanted: Wanted = EVERYTHING, signed_off: SignedOff | None = None
) -> Report:
    """The report on a design of that title.

    Args:
        evaluation: what is reported.
        title: the design's title.
        wanted: of which findings; the counts stay whole.
        signed_off: the sign-off of a stored design.
    """
    steps = next_steps(evaluation, wanted.has)
    sections = tuple(_sections(evaluation, wanted)) if wanted.view == "findings" else ()
    told = None if signed_off is None else signed_off_in_words(signed_off)
    return Report(title, evaluation, tuple(_lines(evaluation)), steps, sections, told)


def _sections(evaluation: Evaluation, wanted: Wanted) -> Iterable[Section]:
    placed = [(_section_of(finding), finding) for finding in evaluation.findings if wanted.has(finding)]
    for name, heading, about, detail in SECTIONS:
        if findings := tuple(finding for place, finding in placed if place == name):
            yield Section(name, heading, about, detail, findings)


STEPS_CHOSEN: Final = (
    f"At most {MOST_STEPS}: essential concerns first, then essential open questions, then the points whose answer "
    "settles most others."
)
NO_STEPS: Final = "Among what is shown here, nothing is to be done at this stage."


SECTIONS: Final[tuple[tuple[str, str, str, Detail], ...]] = (
    (
        "essential-concerns",
        "Essential concerns",
        "The draft says something here on which the whole may hang.",
        "full",
    ),
    (
        "essential-open-questions",
        "Essential open questions",
        "The draft does not say this yet, and much depends on it.",
        "full",
    ),
    ("further-points", "Further points", "Other concerns and open questions, in the order of the checklist.", "full"),
    (
        "waived",
        "Waived",
        "Whoever answers for the design decided, for the reason given, that these may stand.",
        "short",
    ),
    ("for-later", "For later", "Not yet worth asking at this stage. Nothing is lost by waiting.", "short"),
    ("met", "Met", "The draft answers these.", "short"),
    ("does-not-apply", "Does not apply", "These questions do not arise for this design.", "short"),
)


def _section_of(finding: Finding) -> str:
    """The first of these that fits."""
    return next(name for name, fits in PLACES if fits(finding))


def _is_essential(finding: Finding) -> bool:
    return finding.check.weight is Weight.ESSENTIAL


PLACES: Final[tuple[tuple[str, Callable[[Finding], bool]], ...]] = (
    ("met", lambda finding: finding.outcome is Outcome.MET),
    ("does-not-apply", lambda finding: finding.outcome is Outcome.NOT_APPLICABLE),
    ("waived", lambda finding: finding.waived),
    ("for-later", lambda finding: finding.later),
    ("essential-concerns", lambda finding: _is_essential(finding) and finding.outcome is Outcome.CONCERN),
    ("essential-open-questions", _is_essential),
    ("further-points", lambda finding: finding.outcome in ATTENTION),
)


def _lines(evaluation: Evaluation) -> Iterable[CategoryLine]:
    for category in evaluation.categories:
        later = [finding for finding in evaluation.findings if finding.later and not finding.waived]
        yield CategoryLine(category, sum(finding.check.category == category.id for finding in later))


def _counted(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
