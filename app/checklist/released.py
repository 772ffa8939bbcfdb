"""The lock of a released checklist: the digests that it had then, so that it cannot change unnoticed; reads no YAML."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from app.checklist.checklist import Checklist

LOCK: Final = "released.lock"
ADVICE: Final = (
    "A released version stays as it is, since stored judgements name it. Put it back, or make the change in a new "
    "version: goodoffices checks next-version"
)
_HEAD: Final = "# The digests of a released checklist. `goodoffices checks release` wrote them, once and for all.\n"


def lock_text(checklist: Checklist) -> str:
    """What a lock holds: the checklist with its digest, then each check with its own, a line each."""
    lines = [f"{checklist.reference} {checklist.digest}", *(f"{check.id} {check.digest}" for check in checklist.checks)]
    return "".join([_HEAD, *(f"{line}\n" for line in lines)])


def changes_since(lock: str, checklist: Checklist) -> Iterator[tuple[str | None, str]]:
    """What is not as it was released: the id of a check that the checklist has, or None, and a sentence about it."""
    locked = _read(lock)
    if checklist.reference not in locked:
        yield None, f"{LOCK} is not of {checklist.reference}. Remove the lock if this is a copy that is to change."
        return
    released = locked.pop(checklist.reference)
    now = {check.id: check.digest for check in checklist.checks}
    found = [*_changed(locked, now, checklist.reference)]
    yield from found
    if not found and released != checklist.digest:
        yield (
            None,
            (
                f"The title, the text, the categories or the order of the checks are not those of the released "
                f"{checklist.reference}. {ADVICE}"
            ),
        )


def _changed(locked: dict[str, str], now: dict[str, str], reference: str) -> Iterator[tuple[str | None, str]]:
    for check_id in sorted(locked.keys() - now.keys()):
        yield None, f"The check {check_id} of the released {reference} is gone. {ADVICE}"
    for check_id, digest in now.items():
        if check_id not in locked:
            yield check_id, f"The check {check_id} is not part of the released {reference}. {ADVICE}"
        elif locked[check_id] != digest:
            yield check_id, f"The check {check_id} is not as it was released in {reference}. {ADVICE}"


def _read(lock: str) -> dict[str, str]:
    lines = (line.split() for line in lock.splitlines() if not line.startswith("#"))
    return {line[0]: line[1] for line in lines if len(line) == 2}
