"""Whether everything that was promised is there, once, whole and audited, and nothing else; reads the stores itself."""

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import select

from app.checklist.catalogue import shipped_catalogue
from app.domain.design import design_from, design_json
from app.security.audit_chain import Entry
from app.security.sealing import DataKey
from app.storage import audit
from app.storage.database import Connection
from app.storage.initiatives import INITIATIVES
from app.storage.revisions import DOCUMENT, REVISIONS
from app.storage.views import of
from app.usecases.audit_trail import verify
from app.usecases.office import Office
from app.usecases.opening import close_office, open_office
from app.usecases.recounting import recount
from tests.durability.clients import Promise
from tests.durability.serving import House

Place = tuple[str, int]
WRITES = ("create_initiative", "replace_design")


@dataclass(frozen=True, slots=True)
class Found:
    """What is wrong in the stores, each as a number that should be nought, beside how much there is.

    Attributes:
        stored: revisions.
        lost: promises that are not there.
        torn: promises that are there otherwise than was sent or answered, and initiatives that miss a part.
        doubled: revisions that nobody was promised.
        unaudited: promises without exactly one entry in the audit trail, and entries without a promise.
        faults: of the audit chain.
        miscounted: numbers of the portfolio that a full recount finds otherwise.
    """

    stored: int
    lost: int
    torn: int
    doubled: int
    unaudited: int
    faults: int
    miscounted: int

    @property
    def numbers(self) -> dict[str, int]:
        """All that should be nought, by the names under which it is told."""
        return {
            "lost": self.lost,
            "torn": self.torn,
            "doubled": self.doubled,
            "without_audit_entry": self.unaudited,
            "faults_of_the_chain": self.faults,
            "miscounted": self.miscounted,
        }

    @property
    def wrong(self) -> int:
        """All of these together."""
        return sum(self.numbers.values())


@dataclass(frozen=True, slots=True)
class Stored:
    """What the stores hold, opened."""

    documents: dict[Place, bytes]
    heads: dict[str, int]
    entries: list[Entry]


async def look_after(house: House, promises: list[Promise]) -> Found:
    """Compares what is stored with what was promised."""
    office = await open_office(house.places, shipped_catalogue())
    try:
        stored = await _stored(office, house.founded.organisation_id)
        chain = await verify(office, house.founded.organisation_id)
        differences = await recount(office, house.founded.organisation_id)
    finally:
        await close_office(office)
    promised = {(one.initiative, one.revision): one for one in promises}
    return Found(
        stored=len(stored.documents),
        lost=len(promised.keys() - stored.documents.keys()),
        torn=_torn(stored, promised),
        doubled=len(stored.documents.keys() - promised.keys()),
        unaudited=_unaudited(stored, promised),
        faults=len(chain.faults),
        miscounted=sum(one.numbers for one in differences),
    )


async def _stored(office: Office, organisation: str) -> Stored:
    def read(connection: Connection) -> tuple[list[tuple[str, int, bytes]], dict[str, int], list[Entry]]:
        rows = connection.execute(
            select(*REVISIONS.c["initiative_id", "number", "document"]).where(
                REVISIONS.c.organisation_id == organisation
            )
        )
        heads = connection.execute(
            select(*INITIATIVES.c["id", "revision"]).where(INITIATIVES.c.organisation_id == organisation)
        )
        entries = [entry for entry, _ in audit.forward(connection, organisation)]
        return [(row[0], row[1], row[2]) for row in rows], {row[0]: row[1] for row in heads}, entries

    rows, heads, entries = await office.database.read(of(organisation), read)
    keys = await office.vault.keys(organisation, {identity for identity, _, _ in rows})
    documents = {(identity, number): _opened(keys, identity, number, sealed) for identity, number, sealed in rows}
    return Stored(documents, heads, entries)


def _opened(keys: dict[str, DataKey], identity: str, number: int, sealed: bytes) -> bytes:
    return keys[identity].open(DOCUMENT, number, sealed)


def _torn(stored: Stored, promised: dict[Place, Promise]) -> int:
    """Documents that differ, and initiatives whose newest revision is not the last of a series without gaps."""
    differing = 0
    for place, promise in promised.items():
        wanted = design_json(design_from(promise.design))
        told = b'"design":%b,"feedback"' % wanted in promise.answer
        differing += place in stored.documents and (stored.documents[place] != wanted or not told)
    numbers = Counter(identity for identity, _ in stored.documents)
    last: dict[str, int] = {}
    for identity, number in stored.documents:
        last[identity] = max(number, last.get(identity, 0))
    incomplete = [one for one in {*stored.heads, *last} if not stored.heads.get(one) == last.get(one) == numbers[one]]
    return differing + len(incomplete)


def _unaudited(stored: Stored, promised: dict[Place, Promise]) -> int:
    done = Counter(
        (entry.subject, entry.revision)
        for entry in stored.entries
        if entry.action in WRITES and entry.detail != "replayed"
    )
    return sum(done[place] != 1 for place in promised) + len(done.keys() - promised.keys())
