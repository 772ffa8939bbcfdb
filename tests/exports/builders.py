"""Evaluations to be written: one with a finding of every kind, one whose every text is hostile; they judge nothing."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

from app.checklist.catalogue import shipped_catalogue
from app.checklist.evaluate import evaluate
from app.checklist.evaluation import Evaluation, Waiver
from app.checklist.waivers import waiver_basis
from app.domain.design import Design, design_from
from app.domain.review import SignedOff
from tests.builders import Document, document

TRACK_TWO: Final = shipped_catalogue().find("track-two@1")

HOSTILE: Final = (
    '<script>alert("x")</script> [link](https://evil.example/?a=1) ![i](x) `code` **bold** | cell | &amp; '
    "www.evil.example a@evil.example {0}\n# heading\n- item\n\x1b[31mred\x1b[0m\x07\u202egnirts\u2066"
)
HEBREW: Final = "\u05e9\u05e8\u05d5\u05df"


def a_draft(**parts: object) -> Document:
    """A draft whose purpose is a concern, with next to nothing else in it."""
    return document(approach="hard", purpose={"statement": "Talks about water"}, **parts)


def judged(content: Document, *waived: str) -> Evaluation:
    """The draft judged by track-two, with a waiver for each of these checks that stands."""
    design = design_from(content)
    return evaluate(design, TRACK_TWO, [a_waiver(design, check) for check in waived])


def a_waiver(design: Design, check: str, reason: str = "The group decided so.", by: str = "Rana") -> Waiver:
    """A waiver for a check of track-two, given for this design."""
    basis = waiver_basis(design, TRACK_TWO.check(check))
    return Waiver(check, reason, by, datetime(2027, 3, 1, tzinfo=UTC), basis, TRACK_TWO.name, TRACK_TWO.version)


def judged_with_approval() -> Evaluation:
    """The draft, whose concern Anna waived in nobody's name and Ben approved a day later."""
    design = design_from(a_draft())
    approved: dict[str, Any] = {"approver": "2", "approved_by": "Ben", "approved_at": datetime(2027, 3, 2, tzinfo=UTC)}
    given = replace(a_waiver(design, "purpose.stated", by=""), giver="1", given_by="Anna", **approved)
    return evaluate(design, TRACK_TWO, [given])


def signed_off(revision: int, shown: int) -> SignedOff:
    """That this revision was signed off, for a report on that one."""
    return SignedOff(revision, datetime(2027, 3, 4, 16, tzinfo=UTC), shown)


def hostile() -> tuple[Evaluation, str]:
    """A design whose name, third party and waiver try to break out of whatever they are written in."""
    content = document(
        approach="hard", third_parties=[{"name": HOSTILE[:200], "roles": []}], process={"initiated_by": []}
    )
    design = design_from({**content, "title": HOSTILE[:200]})
    waivers = [a_waiver(design, "third_parties.roles", HOSTILE, HOSTILE)]
    return evaluate(design, TRACK_TWO, waivers), design.title
