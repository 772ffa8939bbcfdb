"""How a checklist judges stored designs: carried over where nothing has changed that an outcome depends on, else anew.

It stores nothing, and asks nobody for leave.
"""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from app.checklist.carrying_over import CarryOver
from app.checklist.checklist import Checklist, digest_of
from app.checklist.evaluate import evaluate
from app.checklist.evaluation import Waiver
from app.domain.design import parse_design
from app.domain.errors import Damaged, DesignRefused, UnknownChecklist
from app.security.sealing import DataKey
from app.storage import judgements, waivers
from app.storage.database import Connection
from app.storage.judgements import OPENED_AT_ONCE, Sealed, Standing, Verdict
from app.storage.revisions import DOCUMENT
from app.storage.tallies import Judgement
from app.storage.views import of
from app.usecases import checklists
from app.usecases.judged import standing_of
from app.usecases.office import Office


@dataclass(frozen=True, slots=True)
class _Found:
    """A design as it was read, with all that it is judged by; without a key if it cannot be opened."""

    key: DataKey | None
    sealed: Sealed
    waivers: tuple[Waiver, ...] | None


class Judging:
    """Judges the designs of an organisation by one checklist.

    Args:
        checklist: what judges.
    """

    def __init__(self, office: Office, organisation_id: str, checklist: Checklist) -> None:
        self._office = office
        self._organisation = organisation_id
        self._checklist = checklist
        self._carry_over: dict[str, CarryOver | None] = {}

    async def verdicts(self, standings: Sequence[Standing]) -> tuple[list[Verdict], int]:
        """How these are to be judged, in the order of their ids, and how many could not be opened.

        Those that were deleted meanwhile are in neither.
        """
        for digest in {each.judgement.checklist_digest for each in standings} - self._carry_over.keys():
            self._carry_over[digest] = await self._from(digest)
        carried = {each.id: self._carried(each) for each in standings}
        found = [verdict for verdict in carried.values() if verdict is not None]
        left = [identity for identity, verdict in carried.items() if verdict is None]
        failed = 0
        for start in range(0, len(left), OPENED_AT_ONCE):
            opened = await self._open(left[start : start + OPENED_AT_ONCE])
            # In a thread, so that others are answered in the meantime.
            verdicts = await asyncio.to_thread(lambda some: list(self._judged(some)), opened)
            failed += len(opened) - len(verdicts)
            found += verdicts
        return sorted(found, key=lambda verdict: verdict.id), failed

    async def _from(self, digest: str) -> CarryOver | None:
        """What of the judgements of the checklist of that digest holds; None where it is not known for sure."""
        try:
            old = await checklists.remembered(self._office, digest)
        except (UnknownChecklist, ValueError):  # it was kept by another program, and this one cannot read it
            return None
        contents = old.contents.model_dump(mode="json", exclude_defaults=True)
        # One that was kept goes by the digest that it had then; it must still be what this program calls so.
        return CarryOver(old, self._checklist) if digest_of(contents, old.checks) == digest else None

    def _way(self, standing: Standing) -> CarryOver | None:
        """What can be carried over: nothing of what another program judged, or where waivers are to be looked at."""
        if standing.program != self._office.program or not standing.program:
            return None
        if standing.has_waivers or standing.judgement.waived:
            return None
        way = self._carry_over.get(standing.judgement.checklist_digest)
        return way if way is not None and way.fits(standing.judgement.codes) else None

    def _carried(self, standing: Standing) -> Verdict | None:
        """The verdict on a design that need not be opened; None if it must be."""
        way = self._way(standing)
        if way is None or way.to_judge:
            return None
        return _verdict(standing, Judgement(self._checklist.digest, way.codes(standing.judgement.codes)))

    async def _open(self, ids: Sequence[str]) -> list[_Found]:
        keys = await self._keys(ids)

        def read(connection: Connection) -> list[_Found]:
            found = judgements.sealed(connection, self._organisation, ids)
            return [_with_waivers(connection, keys.get(each.standing.id), each) for each in found]

        return await self._office.database.read(of(self._organisation), read)

    async def _keys(self, ids: Sequence[str]) -> Mapping[str, DataKey]:
        """Their keys, without those that are not there or do not open: one that is damaged stops nobody else's."""
        vault = self._office.vault
        try:
            return await vault.keys(self._organisation, ids)
        except Damaged:
            found = {}
            for identity in ids:
                with suppress(Damaged):
                    found[identity] = await vault.key(self._organisation, identity)
            return {identity: key for identity, key in found.items() if key is not None}

    def _judged(self, some: Sequence[_Found]) -> Iterator[Verdict]:
        for found in some:
            with suppress(Damaged, DesignRefused):
                if found.key is not None and found.waivers is not None:
                    standing = found.sealed.standing
                    document = found.key.open(DOCUMENT, standing.revision, found.sealed.document)
                    yield _verdict(standing, self._judgement(standing, document, found.waivers))

    def _judgement(self, standing: Standing, document: bytes, given: tuple[Waiver, ...]) -> Judgement:
        way = self._way(standing)
        if way is not None:
            with suppress(ValueError):
                codes = way.codes(standing.judgement.codes, way.judged(document))
                return Judgement(self._checklist.digest, codes)
        return standing_of(evaluate(parse_design(document), self._checklist, given))


def _with_waivers(connection: Connection, key: DataKey | None, sealed: Sealed) -> _Found:
    if key is None or not sealed.standing.has_waivers:
        return _Found(key, sealed, ())
    try:
        return _Found(key, sealed, waivers.of_initiative(connection, key))
    except Damaged:
        return _Found(key, sealed, None)


def _verdict(standing: Standing, judgement: Judgement) -> Verdict:
    return Verdict(standing.id, standing.revision, standing.version, judgement)
