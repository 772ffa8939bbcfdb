"""S8: the audit chain tells every change, deletion, exchange and insertion; cutting and rewriting with a checkpoint."""

import tracemalloc
from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.security import audit_chain
from app.security.audit_chain import (
    ALTERED,
    AND_MORE,
    CUT,
    MISSING,
    MOST_FAULTS,
    OUT_OF_ORDER,
    REWRITTEN,
    ChainFault,
    Entry,
    Mark,
    Verdict,
    Verification,
)
from app.security.checkpoints import Checkpoint, sign
from tests.security.figures import tell

KEY = audit_chain.organisation_key(b"the secret of all chains", "organisation-1")
AT = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
Rows = list[tuple[Entry, str]]


def entry(number: int, **values: Any) -> Entry:
    """An entry that differs from its neighbours in every field."""
    made = Entry(
        number=number,
        at=AT + timedelta(minutes=number),
        person=f"person-{number % 3}",
        credential=f"credential-{number % 4}",
        action=("initiative.read", "initiative.changed", "initiative.shared")[number % 3],
        subject=f"initiative-{number % 5}",
        revision=number * 2,
        detail=f"code-{number}",
    )
    return replace(made, **values)


OTHER_VALUES: dict[str, Any] = {
    "number": 99,
    "at": AT - timedelta(microseconds=1),
    "person": "somebody-else",
    "credential": "another-key",
    "action": "initiative.never",
    "subject": "another-initiative",
    "revision": 1,
    "detail": "another-code",
}


class Chain:
    """The chain as the product keeps it; a mutant below overrides what it looks at."""

    def seen(self, entry: Entry) -> Entry:
        return entry

    def verification(self, organisation: str, checkpoints: Iterable[Mark]) -> Verification:
        return Verification(KEY, organisation, checkpoints)

    def written(self, entries: Iterable[Entry], organisation: str = "organisation-1") -> Rows:
        rows, previous = [], audit_chain.start(KEY, organisation)
        for one in entries:
            previous = audit_chain.mac(KEY, organisation, previous, self.seen(one))
            rows.append((one, previous))
        return rows

    def verdict(self, rows: Rows, checkpoints: Iterable[Mark] = ()) -> Verdict:
        verification = self.verification("organisation-1", checkpoints)
        for one, mac in rows:
            verification.take(self.seen(one), mac)
        return verification.verdict()


class BlindTo(Chain):
    """A chain whose mac leaves out one field."""

    def __init__(self, name: str) -> None:
        self.name = name

    def seen(self, entry: Entry) -> Entry:
        return replace(entry, **{self.name: OTHER_VALUES[self.name]})


class Unlinked(Chain):
    """A chain in which every entry stands for itself."""

    class EachFromTheStart(Verification):
        def take(self, entry: Entry, stored: str) -> None:
            self._previous = audit_chain.start(KEY, "organisation-1")
            super().take(entry, stored)

    def verification(self, organisation: str, checkpoints: Iterable[Mark]) -> Verification:
        return self.EachFromTheStart(KEY, organisation, checkpoints)

    def written(self, entries: Iterable[Entry], organisation: str = "organisation-1") -> Rows:
        return [row for one in entries for row in super(Unlinked, self).written([one], organisation)]


class ForgetsWhichOrganisation(Chain):
    def written(self, entries: Iterable[Entry], organisation: str = "organisation-1") -> Rows:
        return super().written(entries, "")

    def verification(self, organisation: str, checkpoints: Iterable[Mark]) -> Verification:
        return Verification(KEY, "", checkpoints)


class IgnoresCheckpoints(Chain):
    def verification(self, organisation: str, checkpoints: Iterable[Mark]) -> Verification:
        return Verification(KEY, organisation)


ENTRIES = [entry(number) for number in range(1, 8)]


def without_the_key(chain: Chain) -> Iterator[tuple[str, Rows]]:
    """What somebody can do who may write into the table and has no key."""
    rows = chain.written(ENTRIES)
    yield from changed(rows)
    yield from moved(rows)
    fork = chain.written([*ENTRIES[:3], *(replace(one, action="initiative.never") for one in ENTRIES[3:])])
    yield "an entry from a copy that went another way", [*rows[:4], fork[4], *rows[5:]]
    yield "the entries of another organisation", chain.written(ENTRIES, "organisation-2")


def changed(rows: Rows) -> Iterator[tuple[str, Rows]]:
    for index, (one, mac) in enumerate(rows):
        for name, value in OTHER_VALUES.items():
            changed_entry = replace(one, **{name: value})
            yield f"{name} of entry {index + 1} changed", [*rows[:index], (changed_entry, mac), *rows[index + 1 :]]
        for other in ("", "0" * 64, mac.upper(), mac[:-1], "é" * 64):
            yield f"mac of entry {index + 1} changed", [*rows[:index], (one, other), *rows[index + 1 :]]


def moved(rows: Rows) -> Iterator[tuple[str, Rows]]:
    for index in range(len(rows) - 1):
        (one, one_mac), (other, other_mac) = rows[index : index + 2]
        before, after = rows[:index], rows[index + 2 :]
        yield "an entry deleted", [*before, *rows[index + 1 :]]
        yield "deleted, the others renumbered", [*before, *(renumbered(row, -1) for row in rows[index + 1 :])]
        yield "two exchanged", [*before, (other, other_mac), (one, one_mac), *after]
        exchanged = (replace(other, number=one.number), other_mac), (replace(one, number=other.number), one_mac)
        yield "two exchanged under their old numbers", [*before, *exchanged, *after]
        yield "an entry twice", [*rows[: index + 1], *rows[index:]]
        later = [renumbered(row, 1) for row in rows[index + 1 :]]
        yield "inserted, the others renumbered", [*rows[: index + 1], (entry(index + 2), one_mac), *later]
    yield "an entry added at the end", [*rows, (entry(8), rows[-1][1])]
    yield "an entry before the first", [(entry(0), rows[0][1]), *rows]


def renumbered(row: tuple[Entry, str], by: int) -> tuple[Entry, str]:
    return replace(row[0], number=row[0].number + by), row[1]


def against_a_checkpoint(chain: Chain) -> Iterator[tuple[str, Rows]]:
    """What nobody sees from the chain alone."""
    rows = chain.written(ENTRIES)
    for length in range(5):
        yield f"cut to {length} entries", rows[:length]
    yield "rewritten with the key", chain.written([ENTRIES[0], entry(2, person="nobody"), *ENTRIES[2:]])
    yield "cut and continued with the key", chain.written([*ENTRIES[:3], *(entry(n, person="x") for n in range(4, 9))])


def checkpoint(chain: Chain, number: int = 5) -> Checkpoint:
    """As it was taken when the record had so many entries."""
    return sign(bytes(32), "organisation-1", number, chain.written(ENTRIES)[number - 1][1], AT)


def missed(chain: Chain) -> tuple[list[str], int]:
    """Which tamperings such a chain does not tell, and how many were tried."""
    assert chain.verdict(chain.written(ENTRIES), [checkpoint(chain)]) == Verdict(len(ENTRIES), ())
    tried: list[tuple[str, Rows, list[Mark]]] = [(what, rows, []) for what, rows in without_the_key(chain)]
    both = tried + [(what, rows, [checkpoint(chain)]) for what, rows in against_a_checkpoint(chain)]
    return [what for what, rows, marks in both if not chain.verdict(rows, marks).faults], len(both)


def test_every_tampering_is_told() -> None:
    unseen, tried = missed(Chain())
    tell(f"S8 audit chain: {tried} tampered, {tried - len(unseen)} caught")

    assert unseen == []
    assert tried > 100


@pytest.mark.parametrize("name", [name for name in OTHER_VALUES if name != "number"])
def test_the_tampering_finds_a_chain_that_leaves_out_a_field(name: str) -> None:
    unseen, _ = missed(BlindTo(name))

    assert {f"{name} of entry {number} changed" for number in range(1, 8)} <= set(unseen)


@pytest.mark.parametrize(
    ("mutant", "finds"),
    [
        (Unlinked, "an entry from a copy that went another way"),
        (ForgetsWhichOrganisation, "the entries of another organisation"),
        (IgnoresCheckpoints, "rewritten with the key"),
        (IgnoresCheckpoints, "cut to 4 entries"),
    ],
)
def test_the_tampering_finds_a_weaker_chain(mutant: Callable[[], Chain], finds: str) -> None:
    assert finds in missed(mutant())[0]


def test_every_field_of_an_entry_is_tampered_with() -> None:
    assert [field.name for field in fields(Entry)] == list(OTHER_VALUES)


def test_cutting_and_rewriting_pass_without_a_checkpoint_and_never_with_one() -> None:
    chain = Chain()
    alone = [what for what, rows in against_a_checkpoint(chain) if not chain.verdict(rows).faults]
    held = [what for what, rows in against_a_checkpoint(chain) if not chain.verdict(rows, [checkpoint(chain)]).faults]

    assert alone == [what for what, _ in against_a_checkpoint(chain)]
    assert held == []


def rows() -> Rows:
    return Chain().written(ENTRIES)


def faults(rows: Iterable[tuple[Entry, str]], *checkpoints: Mark) -> list[tuple[int, str]]:
    verdict = audit_chain.verify(KEY, "organisation-1", rows, checkpoints)
    return [(fault.number, fault.what) for fault in verdict.faults]


def test_an_untouched_record_stands() -> None:
    assert audit_chain.verify(KEY, "organisation-1", rows()) == Verdict(7, ())
    assert audit_chain.verify(KEY, "organisation-1", []) == Verdict(0, ())


def test_one_altered_entry_is_one_fault_at_its_number() -> None:
    altered = rows()
    altered[2] = (replace(altered[2][0], person="somebody-else"), altered[2][1])

    assert faults(altered) == [(3, ALTERED)]


def test_a_gap_is_one_fault_at_the_entry_after_it() -> None:
    assert faults([*rows()[:2], *rows()[4:]]) == [(5, MISSING)]


def test_an_entry_that_stands_twice_is_one_fault() -> None:
    assert faults([*rows()[:3], rows()[2], *rows()[3:]]) == [(3, OUT_OF_ORDER)]


def test_another_key_fits_no_entry() -> None:
    other = audit_chain.organisation_key(b"the secret of all chains", "organisation-2")

    assert len(audit_chain.verify(other, "organisation-1", rows()).faults) == 7


def test_checkpoints_at_every_entry_are_met() -> None:
    assert faults(rows(), *(checkpoint(Chain(), number) for number in range(1, 8))) == []


def test_a_checkpoint_after_the_end_tells_that_the_record_was_cut() -> None:
    assert faults(rows()[:4], checkpoint(Chain(), 7), checkpoint(Chain(), 3)) == [(7, CUT)]


def test_a_checkpoint_within_a_gap_tells_it_too() -> None:
    assert faults([*rows()[:2], *rows()[4:]], checkpoint(Chain(), 4)) == [(5, MISSING), (4, CUT)]


def test_two_checkpoints_that_contradict_each_other_cannot_both_be_met() -> None:
    other = replace(checkpoint(Chain()), mac="0" * 64)

    assert faults(rows(), checkpoint(Chain()), other) == [(5, REWRITTEN)]


def test_a_checkpoint_of_an_empty_record_is_its_start() -> None:
    empty = sign(bytes(32), "organisation-1", 0, audit_chain.start(KEY, "organisation-1"), AT)

    assert faults(rows(), empty) == []
    assert faults(rows(), replace(empty, mac="0" * 64)) == [(0, REWRITTEN)]


def test_the_same_moment_in_another_time_zone_has_the_same_mac() -> None:
    elsewhere = [(replace(one, at=one.at.astimezone(timezone(timedelta(hours=-5)))), mac) for one, mac in rows()]

    assert faults(elsewhere) == []


def test_a_moment_without_a_time_zone_is_not_chained() -> None:
    with pytest.raises(ValueError, match="time zone"):
        audit_chain.mac(KEY, "organisation-1", "", entry(1, at=datetime(2026, 3, 1)))  # noqa: DTZ001 - the point of it


def test_what_the_first_version_chained_still_stands() -> None:
    assert (
        audit_chain.start(KEY, "organisation-1") == "0279431ac5600f914c6dbbd766bae744fa559d5f0f1407164d84b9b4cfa8b58d"
    )
    assert rows()[-1][1] == "bdcee03559ba60ed6b0b8199605a57444b9264d25dacab2c4af4024d43a32acb"


VALUES = {
    "at": st.datetimes(timezones=st.just(UTC)),
    "revision": st.integers(0, 2**63 - 1),
    "number": st.integers(1, 2**63 - 1),
}
TEXT = st.text("ab1\x00é|", max_size=3)
ANY_ENTRY = st.builds(Entry, **{name: VALUES.get(name, TEXT) for name in OTHER_VALUES})


@given(ANY_ENTRY, ANY_ENTRY)
def test_two_different_entries_never_have_the_same_mac(one: Entry, other: Entry) -> None:
    macs = {audit_chain.mac(KEY, "organisation-1", "", each) for each in (one, other)}

    assert (len(macs) == 1) == (one == other)


@given(st.permutations(range(7)))
def test_no_other_order_of_the_entries_stands(order: list[int]) -> None:
    shuffled = [rows()[index] for index in order]

    assert (faults(shuffled) == []) == (order == sorted(order))


@given(st.sets(st.integers(0, 6), min_size=1))
def test_what_is_left_out_before_the_end_is_told(gone: set[int]) -> None:
    left = [row for index, row in enumerate(rows()) if index not in gone]
    only_the_end = gone == set(range(7 - len(gone), 7))

    assert (faults(left) == []) == only_the_end


def test_a_broken_record_lists_a_thousand_faults_and_says_that_there_are_more() -> None:
    broken = ((entry(number), "0" * 64) for number in range(1, MOST_FAULTS + 500))
    verdict = audit_chain.verify(KEY, "organisation-1", broken)

    assert verdict.entries == MOST_FAULTS + 499
    assert len(verdict.faults) == MOST_FAULTS + 1
    assert verdict.faults[-1] == ChainFault(MOST_FAULTS + 1, AND_MORE)


def test_a_long_record_is_read_without_being_kept() -> None:
    def long_record() -> Iterator[tuple[Entry, str]]:
        previous = audit_chain.start(KEY, "organisation-1")
        for number in range(1, 5_001):
            previous = audit_chain.mac(KEY, "organisation-1", previous, entry(number))
            yield entry(number), previous

    tracemalloc.start()
    try:
        verdict = audit_chain.verify(KEY, "organisation-1", long_record())
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert verdict == Verdict(5_000, ())
    assert most < 100_000
