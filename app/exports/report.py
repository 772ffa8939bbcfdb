"""What a report shows, and in which order: what matters first, what is settled last; knows no format."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Final, Literal

from app.checklist.evaluation import ATTENTION, CategoryState, Evaluation, Finding
from app.checklist.outcome import Outcome, Weight

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
        sections: every finding once, in the section where it belongs; sections without a finding are left out.
    """

    title: str
    evaluation: Evaluation
    categories: tuple[CategoryLine, ...]
    sections: tuple[Section, ...]

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
            f"{counts['not_applicable']} that do not apply",
        ]
        waived = f", {counts['waived']} waived" if counts["waived"] else ""
        return f"{', '.join(parts[:-1])} and {parts[-1]}{waived}."


def report_on(
    evaluation: Evaluation,
    title: str,
    outcomes: Collection[str] | None = None,
    categories: Collection[str] | None = None,
) -> Report:
    """The report on a design of that title.

    Args:
        evaluation: what is reported.
        title: the design's title.
        outcomes, categories: of which findings; None for all. The counts stay whole.
    """
    placed = [
        (_section_of(finding), finding)
        for finding in evaluation.findings
        if (outcomes is None or finding.outcome in outcomes)
        and (categories is None or finding.check.category in categories)
    ]
    sections = []
    for name, heading, about, detail in SECTIONS:
        if findings := tuple(finding for place, finding in placed if place == name):
            sections.append(Section(name, heading, about, detail, findings))
    return Report(title, evaluation, tuple(_lines(evaluation)), tuple(sections))


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
    ("waived", "Waived", "A named reviewer decided that these may stand as they are.", "short"),
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
