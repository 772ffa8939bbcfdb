"""What a waiver is bound to: the values that its check read, and the check as it was; it falls when they change."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from app.checklist.check import Check
from app.checklist.checklist import Checklist
from app.checklist.evaluation import AppliedWaiver, Waiver
from app.checklist.predicates.base import label_of
from app.domain.design import Design
from app.domain.facts import Facts
from app.domain.pointer import steps
from app.domain.reading import Answers


def waiver_basis(design: Design, check: Check) -> str:
    """A SHA-256 in hexadecimal over every value of the design that the check reads, and over the check's own digest."""
    return _basis(Facts(design), check)


def applied(waiver: Waiver, facts: Facts, check: Check, checklist: Checklist) -> AppliedWaiver:
    """The waiver as it stands for these facts under this checklist."""
    same_list = (waiver.checklist, waiver.version) == (checklist.name, checklist.version)
    holds = same_list and waiver.basis == _basis(facts, check)
    return AppliedWaiver(waiver, "active" if holds else "to_be_confirmed")


def _basis(facts: Facts, check: Check) -> str:
    read = {pattern: _seen(facts.answers, steps(pattern)) for pattern in check.paths}
    text = json.dumps([check.digest, read], sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _seen(here: Any, left: tuple[str, ...]) -> Any:
    """What a pattern leads to from the root, or from a part that is not in a row."""
    if here is None:
        return None
    if not left:
        return [_name(row) for row in here] if isinstance(here, list) else _whole(here)
    if left[0] == "*":
        return [_name(row, left[1:]) for row in here] if isinstance(here, list) else None
    return _seen(here.get(left[0]), left[1:]) if isinstance(here, Answers) else None


def _name(row: Any, left: tuple[str, ...] = ()) -> Any:
    """A row by its place and what it goes by, which count whatever it holds, and what a pattern leads to in it.

    Of a list of rows alone no more than that counts: what is read in them has patterns of its own.
    """
    if not isinstance(row, Answers):
        return _whole(row)
    inside: Any = row
    for name in left:
        inside = inside.get(name) if isinstance(inside, Answers) else inside  # rows within a row count as a whole
    return [row.pointer, label_of(row), _whole(inside) if left else None]


def _whole(value: Any) -> Any:
    if isinstance(value, list):
        return [_whole(entry) for entry in value]
    if isinstance(value, Answers):
        return {name: _whole(answer) for name, answer in value.items() if answer is not None}
    return value
