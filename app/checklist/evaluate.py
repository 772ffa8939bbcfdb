"""Judges a design by a checklist: pure and deterministic, with no clock, no session and no settings."""

from __future__ import annotations

from collections.abc import Iterable

from app.checklist.checklist import Checklist
from app.checklist.evaluation import AppliedWaiver, Evaluation, Waiver
from app.checklist.waivers import applied
from app.domain.design import Design
from app.domain.facts import Facts


def evaluate(design: Design, checklist: Checklist, waivers: Iterable[Waiver] = ()) -> Evaluation:
    """What the checklist says of the design: the same input gives the same evaluation, byte for byte.

    A waiver applies to the finding of its check, if that is a concern or open: active while what it was given for
    stands, to be confirmed once it has changed. Waivers for checks that this checklist has not are passed over.
    """
    facts = Facts(design)
    later = checklist.asked_later_than(design.stage or "idea")
    return Evaluation(checklist, facts, checklist.judge(facts), later, _standing(facts, checklist, waivers))


def _standing(facts: Facts, checklist: Checklist, waivers: Iterable[Waiver]) -> dict[str, AppliedWaiver]:
    given = {waiver.check: waiver for waiver in waivers}
    return {
        check.id: applied(given[check.id], facts, check, checklist)
        for check in (checklist.checks if given else ())
        if check.id in given
    }
