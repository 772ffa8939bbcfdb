"""Designs as far as the study tells them, with the outcomes that its own judgement implies; judges nothing itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import Field, model_validator

from app.checklist.checklist import Checklist
from app.checklist.definition import CheckId, Prose, Strict
from app.checklist.evaluate import evaluate
from app.checklist.loader import read_file
from app.checklist.outcome import Outcome
from app.checklist.precedents import Pages, PrecedentId
from app.domain.design import design_from
from app.domain.errors import ChecklistBroken, Fault

FOLDER = "cases"


class Expectation(Strict):
    """What one check must say of the case, or must not say, and where the study judges so."""

    check: CheckId
    outcome: Outcome | None = Field(None, description="The outcome that the study implies.")
    never: Outcome | None = Field(None, description="The outcome that would contradict the study.")
    pages: list[Pages] = Field(min_length=1)
    because: Prose = Field(description="What the study says about it, in our own words.")

    @model_validator(mode="after")
    def _one_of_the_two(self) -> Expectation:
        if (self.outcome is None) == (self.never is None):
            raise ValueError("an expectation says either outcome or never")
        return self


class CaseFile(Strict):
    """One case: the precedent that it is of, the design as far as it is told, and what follows from it."""

    id: PrecedentId
    precedent: PrecedentId = Field(description="The precedent that tells the case in words.")
    design: dict[str, Any]
    expects: list[Expectation] = Field(min_length=1)


def load_cases(folder: Path) -> tuple[CaseFile, ...]:
    """The cases in a checklist's folder, by id; a folder without any gives none.

    Raises:
        ChecklistBroken: with a fault (file and line) for everything that is wrong in any of the files.
    """
    faults: list[Fault] = []
    found: list[CaseFile] = []
    for path in sorted((folder / FOLDER).glob("*.yaml")):
        try:
            found.append(_case(path, folder))
        except ChecklistBroken as broken:
            faults.extend(broken.faults)
    if faults:
        raise ChecklistBroken(faults=tuple(faults))
    return tuple(found)


def case_failures(case: CaseFile, checklist: Checklist) -> Iterator[str]:
    """A sentence for every expectation that the checklist does not meet.

    Raises:
        DesignRefused: the case's design is none.
    """
    findings = {finding.check.id: finding for finding in evaluate(design_from(case.design), checklist).findings}
    for expected in case.expects:
        finding = findings.get(expected.check)
        if finding is None:
            yield f"there is no check {expected.check}"
        elif finding.outcome == expected.never or expected.outcome not in (None, finding.outcome):
            wanted = f"{expected.outcome}" if expected.outcome else f"anything but {expected.never}"
            pages = ", ".join(expected.pages)
            yield f"{expected.check} should be {wanted} (A09 {pages}), is {finding.outcome}: {finding.message}"


def _case(path: Path, folder: Path) -> CaseFile:
    case = read_file(path, CaseFile, folder)
    if case.id != path.stem:
        place = f"{path.relative_to(folder.parent).as_posix()}:1"
        raise ChecklistBroken(faults=(Fault(place, f"The id {case.id} belongs in {case.id}.yaml."),))
    return case
