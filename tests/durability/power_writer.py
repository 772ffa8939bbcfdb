"""`python -m tests.durability.power_writer FOLDER`: starts an office from nothing, and says what it promises.

A second argument is what SQLite's `synchronous` is instead of FULL, which is a fault that a harness must catch.

One line of JSON for each acknowledgement, as soon as whoever asked has it: the organisation; an initiative with its
revision and the digest of its design; or the id of one that was deleted. Before that, that it will be.
"""

import asyncio
import hashlib
import json
import os
import sys
from pathlib import Path

from app.domain.access import CredentialKind
from app.domain.design import design_from
from app.security.api_keys import digest
from app.security.key_file import read_keys
from app.storage import engines
from app.usecases import designs, initiatives
from app.usecases.authority import known_by
from app.usecases.founding import Founded, found
from app.usecases.judged import Judged
from app.usecases.opening import Places, close_office, open_safely
from app.usecases.start_checks import Start
from tests.durability.amounts import amount
from tests.usecases.builders import SHIPPED
from tests.usecases.house import House

CLIENTS = 4
ROUNDS = amount(5, 20)
EDITS = 3
WORDS = "Water is shared, and so is what is said about it. "
LONG = 75  # times the words: some designs fill pages of their own


def start_in(folder: Path) -> Start:
    """Where the office of this folder lies."""
    return Start(
        host=None,
        public=False,
        data_folder=folder / "data",
        database=f"sqlite:///{folder}/data/goodoffices.db",
        key_store=f"sqlite:///{folder}/data/keys.db",
        key_store_named=False,
        key_file=folder / "key" / "master.key",
    )


def _say(**what: object) -> None:
    os.write(1, json.dumps(what).encode() + b"\n")


def _promise(made: Judged) -> str:
    document = made.stored.document
    revision = made.stored.revision
    _say(initiative=made.initiative.id, revision=revision.number, digest=hashlib.sha256(document).hexdigest())
    return made.initiative.id


async def _client(house: House, name: int) -> None:
    for turn in range(ROUNDS):
        parts = {"title": f"River dialogue {name}-{turn}", "summary": WORDS * (1 + (name + turn) % 3 * LONG)}
        identity = _promise(await house.ask(initiatives.create, design_from(parts)))
        for edit in range(EDITS):
            changed = design_from({**parts, "title": f"River dialogue {name}-{turn}-{edit}"})
            _promise(await house.ask(designs.replace, identity, changed))
        if turn % 3 == name % 3:
            _say(deleting=identity)
            await house.ask(initiatives.delete, identity)
            _say(deleted=identity)


def _told(founded: Founded) -> None:
    """The operator learns of it before it is stored; it is promised afterwards."""


async def main(folder: Path) -> None:
    """From an empty folder to the end."""
    start = start_in(folder)
    office, _ = await open_safely(start, SHIPPED, make_keys=True)
    founded = await found(office, "Hill House", "Anna", _told)
    _say(organisation=founded.organisation_id)
    principal = await known_by(office, CredentialKind.API_KEY, digest(office.vault.pepper, founded.api_key))
    house = House(office, Places(start.database, start.key_store, read_keys(start.key_file)), principal)
    await asyncio.gather(*(_client(house, name) for name in range(CLIENTS)))
    await close_office(office)


if __name__ == "__main__":
    if len(sys.argv) > 2:
        faulty = {"PRAGMAS": (f"synchronous = {sys.argv[2]}", *engines.PRAGMAS[1:]), "STRONG_ON_SQLITE": ()}
        for name, value in faulty.items():
            setattr(engines, name, value)
    asyncio.run(main(Path(sys.argv[1])))
