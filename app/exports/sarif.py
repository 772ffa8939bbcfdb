"""Feedback as SARIF 2.1.0, for the tools that show findings beside a file; knows no file system.

A concern is a failure of its rule. An open question is what SARIF calls open: not enough is said to decide. What is met
or does not apply is left out, since most tools show every result as a fault.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pydantic_core import to_json

from app.checklist.check import Check
from app.checklist.checklist import Checklist
from app.checklist.evaluation import ATTENTION, AppliedWaiver, Evaluation, Finding
from app.checklist.next_steps import next_steps
from app.checklist.outcome import Outcome, Weight
from app.exports.visible import visible
from app.exports.wanted import EVERYTHING, Wanted
from app.exports.wording import STUDY_IN_FULL, sources_in_words

SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LEVELS: Final[Mapping[Weight, str]] = {
    Weight.ESSENTIAL: "error",
    Weight.IMPORTANT: "warning",
    Weight.ADVISORY: "note",
}
Line = Callable[[str], int]
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class JudgedFile:
    """A design that was judged.

    Attributes:
        uri: where it lies, percent-encoded; None where it has no address, such as what came through a pipe.
        evaluation: what is said of it.
        line_of: gives the line, from 1, that a JSON Pointer leads to; None where lines are not known.
    """

    uri: str | None
    evaluation: Evaluation
    line_of: Line | None = None


@dataclass(frozen=True, slots=True)
class UnreadFile:
    """A file that is no design: its address, and for each fault the line (None where not known) and the rule."""

    uri: str | None
    faults: tuple[tuple[int | None, str], ...]


def feedback_sarif(evaluation: Evaluation, title: str, wanted: Wanted = EVERYTHING) -> bytes:
    """The feedback on one design that lies in no file, as a SARIF log."""
    return sarif_log(evaluation.checklist, [JudgedFile(None, evaluation)], wanted)


def sarif_log(checklist: Checklist, files: Sequence[JudgedFile | UnreadFile], wanted: Wanted = EVERYTHING) -> bytes:
    """A SARIF log of one run over several files, UTF-8. A file that could not be read is a notification of the run."""
    unread = [file for file in files if isinstance(file, UnreadFile)]
    results = [
        _result(finding, checklist, file)
        for file in files
        if isinstance(file, JudgedFile)
        for finding in _shown(file.evaluation, wanted)
    ]
    run = {
        "tool": {"driver": _driver(checklist)},
        "automationDetails": {"id": f"goodoffices/{checklist.reference}"},
        "invocations": [
            {
                "executionSuccessful": not unread,
                "toolExecutionNotifications": [note for file in unread for note in _notifications(file)],
            }
        ],
        "columnKind": "unicodeCodePoints",
        "results": results,
    }
    return to_json({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + b"\n"


def _shown(evaluation: Evaluation, wanted: Wanted) -> Iterable[Finding]:
    if wanted.view == "next-steps":
        return [step.finding for step in next_steps(evaluation, wanted.has)]
    return [finding for finding in evaluation.findings if finding.outcome in ATTENTION and wanted.has(finding)]


def _driver(checklist: Checklist) -> Json:
    return {
        "name": "Good Offices",
        "fullDescription": {"text": f"{checklist.title}. {STUDY_IN_FULL}"},
        "rules": [_rule(check) for check in checklist.checks],
        "properties": {"checklist": checklist.reference, "digest": checklist.digest},
    }


def _rule(check: Check) -> Json:
    help_text = (
        f"Next step: {check.advice}\n\nWhat this check cannot see: {check.limits}\n\n"
        f"Sources: {sources_in_words(check.sources)}"
    )
    return {
        "id": check.id,
        "shortDescription": {"text": check.question},
        "fullDescription": {"text": check.rationale},
        "help": {"text": help_text},
        "defaultConfiguration": {"level": LEVELS[check.weight]},
        "properties": {"category": check.category, "weight": check.weight.value, "tags": [check.category]},
    }


def _result(finding: Finding, checklist: Checklist, file: JudgedFile) -> Json:
    check = finding.check
    failed = finding.outcome is Outcome.CONCERN
    result: Json = {
        "ruleId": check.id,
        "ruleIndex": checklist.checks.index(check),
        "kind": "fail" if failed else "open",
        "level": LEVELS[check.weight] if failed else "none",
        "message": {"text": literal(finding.message)},
        "locations": list(_locations(finding.at or ("",), file)),
        "partialFingerprints": {"places/v1": _fingerprint(finding)},
        "properties": {"category": check.category, "outcome": finding.outcome.value, "later": finding.later},
    }
    if finding.waiver:
        result["suppressions"] = [_suppression(finding.waiver)]
    return result


def _suppression(applied: AppliedWaiver) -> Json:
    waiver = applied.waiver
    said = f"{waiver.by}: {waiver.reason}" if waiver.by else waiver.reason
    suppression: Json = {
        "kind": "external",
        "status": "accepted" if applied.state == "active" else "underReview",
        "justification": visible(said),
    }
    if waiver.approved_at is not None:
        suppression["properties"] = {"approvedAt": waiver.approved_at.isoformat()}
    return suppression


def literal(text: str) -> str:
    """The text as SARIF shows it unchanged: in a message square brackets make links and numbers in braces are slots."""
    return re.sub(r"\{(\d+)\}", r"{{\1}}", re.sub(r"([\\\[\]])", r"\\\1", visible(text)))


def _locations(places: Iterable[str], file: JudgedFile) -> Iterator[Json]:
    for place in places:
        location: Json = {"logicalLocations": [{"fullyQualifiedName": place or "/", "kind": "member"}]}
        if file.uri is not None:
            location["physicalLocation"] = _physical(file.uri, file.line_of(place) if file.line_of else None)
        yield location


def _physical(uri: str, line: int | None) -> Json:
    region = {} if line is None else {"region": {"startLine": line}}
    return {"artifactLocation": {"uri": uri}, **region}


def _notifications(file: UnreadFile) -> Iterator[Json]:
    for line, detail in file.faults:
        notification: Json = {"level": "error", "message": {"text": literal(detail)}}
        if file.uri is not None:
            notification["locations"] = [{"physicalLocation": _physical(file.uri, line)}]
        yield notification


def _fingerprint(finding: Finding) -> str:
    return hashlib.sha256("\n".join([finding.check.id, *finding.at]).encode()).hexdigest()[:32]
