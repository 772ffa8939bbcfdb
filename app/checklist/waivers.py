"""What a waiver is bound to: the values that its check read, and the check as it was; it falls when they change."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
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
    read = {pattern: list(_values(facts.answers, steps(pattern))) for pattern in check.paths}
    text = json.dumps([check.digest, read], sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _values(here: Any, left: tuple[str, ...]) -> Iterator[Any]:
    """Every value that a pattern leads to, each with the number and the name of the rows that it stands in."""
    if here is None:
        return
    if not left:
        yield _plain(here)
    elif left[0] == "*" and isinstance(here, list):
        for index, row in enumerate(here):
            for value in _values(row, left[1:]):
                yield [index, label_of(row) if isinstance(row, Answers) else None, value]
    elif isinstance(here, Answers):
        yield from _values(here.get(left[0]), left[1:])


def _plain(value: Any) -> Any:
    """A value as it stands; of a list of rows how many there are, since what is read in them has a path of its own."""
    if isinstance(value, list) and value and isinstance(value[0], Answers):
        return len(value)
    if isinstance(value, Answers):
        return {name: _plain(answer) for name, answer in value.items() if answer is not None}
    return value
