"""S8: whatever somebody with the database, or with every key too, does to an audit trail is noticed, on each engine.

They work on the database itself, past row-level security, with the statements that a database administrator has.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, text

from app.security import audit_chain
from app.security.audit_chain import Entry, mac
from app.security.checkpoints import Checkpoint
from app.storage import audit
from app.storage.views import of, show
from app.usecases import audit_trail
from tests.security.figures import tell
from tests.storage.builders import NOON
from tests.usecases.builders import NOBODYS
from tests.usecases.house import House

ENTRIES = 12
MIDDLE = 6
ANOTHER = "00000000-0000-4000-8000-00000000beef"


@dataclass
class Trail:
    """A stored trail, a checkpoint of it that was kept elsewhere, and somebody who can do anything to it."""

    house: House
    engine: Engine
    kept: Checkpoint

    @property
    def organisation(self) -> str:
        return self.house.principal.organisation_id

    @property
    def key(self) -> bytes:
        return self.house.office.vault.audit_key(self.organisation)

    def run(self, statement: str, **given: Any) -> None:
        with self.engine.begin() as connection:
            show(connection, of(self.organisation))
            connection.execute(text(statement), {"organisation": self.organisation, "middle": MIDDLE, **given})

    def rows(self) -> list[tuple[Entry, str]]:
        with self.engine.begin() as connection:
            show(connection, of(self.organisation))
            return list(audit.forward(connection, self.organisation))

    def put(self, rows: list[tuple[Entry, str]]) -> None:
        """The whole trail again as these rows, with an end that fits the last one."""
        with self.engine.begin() as connection:
            show(connection, of(self.organisation))
            connection.execute(audit.ENTRIES.delete().where(audit.ENTRIES.c.organisation_id == self.organisation))
            connection.execute(audit.ENTRIES.insert(), [audit._row(self.organisation, *row) for row in rows])
            end = {"number": rows[-1][0].number, "mac": rows[-1][1]}
            connection.execute(
                audit.HEADS.update().where(audit.HEADS.c.organisation_id == self.organisation).values(**end)
            )

    def chained(self, entries: list[Entry]) -> list[tuple[Entry, str]]:
        """These entries with the codes that somebody who has the key makes."""
        previous, rows = audit_chain.start(self.key, self.organisation), []
        for number, entry in enumerate(entries, start=1):
            numbered = replace(entry, number=number)
            previous = mac(self.key, self.organisation, previous, numbered)
            rows.append((numbered, previous))
        return rows


Tampering = Callable[[Trail], None]
WHERE = "WHERE organisation_id = :organisation AND number = :middle"


def setting(column: str, value: Any) -> Tampering:
    def tamper(trail: Trail) -> None:
        trail.run(f"UPDATE audit_entries SET {column} = :value {WHERE}", value=value)

    tamper.__name__ = f"changes {column}"
    return tamper


def changes_the_moment(trail: Trail) -> None:
    rows = trail.rows()
    entry, code = rows[MIDDLE - 1]
    rows[MIDDLE - 1] = (replace(entry, at=entry.at + timedelta(microseconds=1)), code)
    trail.put(rows)


def changes_the_number(trail: Trail) -> None:
    trail.run(f"UPDATE audit_entries SET number = 1000 {WHERE}")


def moves_it_to_another_organisation(trail: Trail) -> None:
    rows = trail.rows()
    theirs = trail.house.theirs.principal.organisation_id
    trail.run(f"DELETE FROM audit_entries {WHERE}")
    with trail.engine.begin() as connection:
        show(connection, of(theirs))
        connection.execute(audit.ENTRIES.insert(), [audit._row(theirs, *rows[MIDDLE - 1])])


def deletes_one(trail: Trail) -> None:
    trail.run(f"DELETE FROM audit_entries {WHERE}")


def deletes_one_and_closes_the_gap(trail: Trail) -> None:
    rows = trail.rows()
    del rows[MIDDLE - 1]
    trail.put([(replace(entry, number=number), code) for number, (entry, code) in enumerate(rows, start=1)])


def swaps_two(trail: Trail) -> None:
    rows = trail.rows()
    (one, one_code), (other, other_code) = rows[4], rows[5]
    rows[4], rows[5] = (replace(other, number=5), other_code), (replace(one, number=6), one_code)
    trail.put(rows)


def inserts_one(trail: Trail) -> None:
    rows = trail.rows()
    rows.insert(MIDDLE, rows[MIDDLE - 1])
    trail.put([(replace(entry, number=number), code) for number, (entry, code) in enumerate(rows, start=1)])


def appends_one_without_the_key(trail: Trail) -> None:
    entry, code = trail.rows()[-1]
    trail.put([*trail.rows(), (replace(entry, number=entry.number + 1), code)])


def appends_one_with_the_key_past_the_end(trail: Trail) -> None:
    """The end is not told of it."""
    entries = [entry for entry, _ in trail.rows()]
    row = trail.chained([*entries, entries[0]])[-1]
    with trail.engine.begin() as connection:
        show(connection, of(trail.organisation))
        connection.execute(audit.ENTRIES.insert(), [audit._row(trail.organisation, *row)])


def cuts_the_tail(trail: Trail) -> None:
    trail.put(trail.rows()[:-3])


def cuts_the_tail_and_leaves_the_end(trail: Trail) -> None:
    trail.run("DELETE FROM audit_entries WHERE organisation_id = :organisation AND number > :middle")


def cuts_everything(trail: Trail) -> None:
    trail.run("DELETE FROM audit_entries WHERE organisation_id = :organisation")
    start = audit_chain.start(trail.key, trail.organisation)
    trail.run("UPDATE audit_heads SET number = 0, mac = :start WHERE organisation_id = :organisation", start=start)


def rewrites_it_with_the_key(trail: Trail) -> None:
    entries = [entry for entry, _ in trail.rows()]
    entries[MIDDLE - 1] = replace(entries[MIDDLE - 1], person=NOBODYS)
    trail.put(trail.chained(entries))


def leaves_one_out_and_rewrites_it_with_the_key(trail: Trail) -> None:
    entries = [entry for entry, _ in trail.rows()]
    del entries[MIDDLE - 1]
    trail.put(trail.chained([*entries, entries[-1]]))


def takes_the_trail_away(trail: Trail) -> None:
    trail.run("DELETE FROM audit_entries WHERE organisation_id = :organisation")
    trail.run("DELETE FROM audit_heads WHERE organisation_id = :organisation")


COLUMNS: tuple[Tampering, ...] = (
    setting("person_id", NOBODYS),
    setting("credential_id", NOBODYS),
    setting("action", "delete_initiative"),
    setting("subject_id", ANOTHER),
    setting("revision", 99),
    setting("detail", "another"),
    setting("mac", "0" * 64),
    changes_the_moment,
    changes_the_number,
    moves_it_to_another_organisation,
)
SHAPES: tuple[Tampering, ...] = (
    deletes_one,
    deletes_one_and_closes_the_gap,
    swaps_two,
    inserts_one,
    appends_one_without_the_key,
    appends_one_with_the_key_past_the_end,
    cuts_the_tail_and_leaves_the_end,
    takes_the_trail_away,
)
ONLY_BY_A_CHECKPOINT: tuple[Tampering, ...] = (
    cuts_the_tail,
    cuts_everything,
    rewrites_it_with_the_key,
    leaves_one_out_and_rewrites_it_with_the_key,
)
EVERY = COLUMNS + SHAPES + ONLY_BY_A_CHECKPOINT


def named(tampering: Tampering) -> str:
    return tampering.__name__.replace("_", " ")


@pytest.fixture
async def trail(house: House, owner_url: str) -> Any:
    """A trail of some entries, with a checkpoint of all of them."""
    key, organisation = house.office.vault.audit_key(house.principal.organisation_id), house.principal.organisation_id
    for number in range(2, ENTRIES + 1):
        entry = Entry(
            0,
            NOON + timedelta(minutes=number),
            house.principal.person_id,
            "key",
            f"do_{number}",
            NOBODYS,
            number,
            "code",
        )
        await house.database.write(
            of(organisation), partial(audit.append, organisation_id=organisation, key=key, entry=entry)
        )
    engine = create_engine(owner_url)
    yield Trail(house, engine, await audit_trail.checkpoint(house.office, organisation))
    engine.dispose()


async def faults(trail: Trail, *, with_checkpoint: bool = True) -> list[str]:
    kept = [trail.kept] if with_checkpoint else []
    return [fault.what for fault in (await audit_trail.verify(trail.house.office, trail.organisation, kept)).faults]


async def test_a_trail_that_nobody_touched_stands(trail: Trail) -> None:
    assert await faults(trail) == []
    assert await faults(trail, with_checkpoint=False) == []
    assert (await audit_trail.verify(trail.house.office, trail.organisation)).entries == ENTRIES


@pytest.mark.parametrize("tampering", EVERY, ids=named)
async def test_tampering_is_noticed(trail: Trail, tampering: Tampering, monkeypatch: pytest.MonkeyPatch) -> None:
    tampering(trail)

    assert await faults(trail)
    # Who has every key is found out by a checkpoint alone, and everybody else without one.
    assert bool(await faults(trail, with_checkpoint=False)) == (tampering not in ONLY_BY_A_CHECKPOINT)

    # The mutant, for which whatever is compared is equal, must not notice: else the lines above would prove nothing.
    monkeypatch.setattr(audit_chain.Verification, "_blame", lambda *_: None)
    monkeypatch.setattr(audit_trail, "BEYOND", "")
    monkeypatch.setattr(audit_trail, "NO_TRAIL", "")
    assert list(filter(None, await faults(trail))) == []


# Each weaker verification passes by just what it no longer looks at.
WEAKER: dict[str, tuple[Callable[[pytest.MonkeyPatch], None], Tampering]] = {
    "one that does not bind the detail": (
        lambda patch: _without("detail", patch),
        setting("detail", "another"),
    ),
    "one that does not bind the moment": (lambda patch: _without("at", patch), changes_the_moment),
    "one that follows no numbers": (
        lambda patch: patch.setattr(audit_chain, "MISSING", ""),
        deletes_one,
    ),
    "one that does not look where the trail says that it ends": (
        lambda patch: patch.setattr(audit_chain, "CUT", ""),
        cuts_the_tail_and_leaves_the_end,
    ),
    "one that does not look past the end": (
        lambda patch: patch.setattr(audit_trail, "BEYOND", ""),
        appends_one_with_the_key_past_the_end,
    ),
}


def _without(field: str, patch: pytest.MonkeyPatch) -> None:
    """A code that says nothing of this field; the trail is written with it too."""
    whole = audit_chain.mac

    def weak(key: bytes, organisation: str, previous: str, entry: Entry) -> str:
        blank: Any = {"detail": "", "at": NOON}[field]
        return whole(key, organisation, previous, replace(entry, **{field: blank}))

    patch.setattr(audit_chain, "mac", weak)


@pytest.mark.parametrize("weaker", WEAKER)
async def test_a_weaker_verification_is_told_from_ours(
    house: House, owner_url: str, weaker: str, monkeypatch: pytest.MonkeyPatch, trail: Trail
) -> None:
    weaken, tampering = WEAKER[weaker]
    weaken(monkeypatch)
    if "bind" in weaker:
        rewritten = []
        previous = audit_chain.start(trail.key, trail.organisation)
        for entry, _ in trail.rows():
            previous = audit_chain.mac(trail.key, trail.organisation, previous, entry)
            rewritten.append((entry, previous))
        trail.put(rewritten)
    tampering(trail)

    assert list(filter(None, await faults(trail, with_checkpoint=False))) == []


async def test_a_checkpoint_that_was_altered_or_signed_by_others_proves_nothing(trail: Trail) -> None:
    trail.kept = replace(trail.kept, mac="0" * 64)

    assert audit_trail.UNKNOWN_SIGNER in await faults(trail)


def test_the_figure() -> None:
    tell(
        f"S8: audit chain on two engines: tampered with {2 * len(EVERY)} times, caught {2 * len(EVERY)}; "
        f"mutants caught {2 * (len(EVERY) + len(WEAKER))}"
    )
    assert len({named(one) for one in EVERY}) == len(EVERY)
