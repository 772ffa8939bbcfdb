"""The keyed chain that makes an audit record tamper-evident; knows what an entry holds and not where it is stored."""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from app.security.parts import joined

MOST_FAULTS = 1_000

MISSING = "Entries before this one are missing."
OUT_OF_ORDER = "This entry stands in the wrong place, or twice."
ALTERED = "This entry, or the one before it, is not what was written."
REWRITTEN = "The checkpoint names another entry here: the record was rewritten."
CUT = "The checkpoint names an entry that is not there: the record was cut."
AND_MORE = f"There are more faults than {MOST_FAULTS}. Those after this one are not listed."


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the record: who did what to what, when. Ids and codes, never contents."""

    number: int
    at: datetime
    person: str
    credential: str
    action: str
    subject: str = ""
    revision: int = 0
    detail: str = ""


class Mark(Protocol):
    """Whatever remembers how far the record went, such as a checkpoint."""

    @property
    def number(self) -> int:
        """The number of the last entry then."""

    @property
    def mac(self) -> str:
        """Its mac."""


@dataclass(frozen=True, slots=True)
class ChainFault:
    """What is wrong, and at which entry."""

    number: int
    what: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """How many entries were read and what is wrong with them; no faults means that the record stands."""

    entries: int
    faults: tuple[ChainFault, ...]


def organisation_key(secret: bytes, organisation: str) -> bytes:
    """The key of one organisation's chain, grown from the one secret of all chains."""
    return hmac.digest(secret, joined("audit key", organisation), "sha256")


def start(key: bytes, organisation: str) -> str:
    """The mac that stands before entry 1."""
    return _keyed(key, joined("audit start", organisation))


def mac(key: bytes, organisation: str, previous: str, entry: Entry) -> str:
    """The mac of an entry: it binds every field, the organisation and, through `previous`, all that came before."""
    if entry.at.tzinfo is None:
        raise ValueError("a moment without a time zone")
    at = entry.at.astimezone(UTC).isoformat(timespec="microseconds")
    who = (entry.person, entry.credential)
    what = (entry.action, entry.subject, entry.revision, entry.detail)
    return _keyed(key, joined("audit entry", organisation, previous, entry.number, at, *who, *what))


def verify(
    key: bytes, organisation: str, rows: Iterable[tuple[Entry, str]], checkpoints: Iterable[Mark] = ()
) -> Verdict:
    """Follow the rows from entry 1 in the order given, keeping none of them; each checkpoint must be met on the way."""
    verification = Verification(key, organisation, checkpoints)
    for entry, stored in rows:
        verification.take(entry, stored)
    return verification.verdict()


class Verification:
    """A verification fed entry by entry, for rows that arrive page by page; it keeps faults and checkpoints only."""

    def __init__(self, key: bytes, organisation: str, checkpoints: Iterable[Mark] = ()) -> None:
        self._key = key
        self._organisation = organisation
        self._previous = start(key, organisation)
        self._number = 0
        self._entries = 0
        self._faults: list[ChainFault] = []
        self._marks: dict[int, list[str]] = {}
        for checkpoint in checkpoints:
            self._marks.setdefault(checkpoint.number, []).append(checkpoint.mac)
        self._meet(0, self._previous)

    def take(self, entry: Entry, stored: str) -> None:
        """The next row, in the order of the record."""
        self._entries += 1
        if entry.number <= self._number:
            self._blame(entry.number, OUT_OF_ORDER)
            return
        if entry.number > self._number + 1:
            self._blame(entry.number, MISSING)
        elif not _same(stored, mac(self._key, self._organisation, self._previous, entry)):
            self._blame(entry.number, ALTERED)
        self._meet(entry.number, stored)
        # On from what is stored: one altered entry is then one fault, and not one for each that follows.
        self._number, self._previous = entry.number, stored

    def verdict(self) -> Verdict:
        """What was found, once every row was taken."""
        for number in sorted(self._marks):
            self._blame(number, CUT)
        self._marks = {}
        return Verdict(self._entries, tuple(self._faults))

    def _meet(self, number: int, stored: str) -> None:
        if not all(_same(stored, marked) for marked in self._marks.pop(number, ())):
            self._blame(number, REWRITTEN)

    def _blame(self, number: int, what: str) -> None:
        if len(self._faults) < MOST_FAULTS:
            self._faults.append(ChainFault(number, what))
        elif len(self._faults) == MOST_FAULTS:
            self._faults.append(ChainFault(number, AND_MORE))


def _keyed(key: bytes, message: bytes) -> str:
    return hmac.digest(key, message, "sha256").hex()


def _same(one: str, other: str) -> bool:
    # As bytes: what somebody wrote into the database may hold characters that a comparison of texts refuses.
    return hmac.compare_digest(one.encode("utf-8", "surrogatepass"), other.encode("utf-8", "surrogatepass"))
