"""What is deleted stays shut, whoever brings its rows back, and though somebody is killed in between."""

from datetime import UTC, datetime

import pytest

from app.domain.access import InitiativeRole
from app.domain.errors import Gone
from app.storage import grants, shreds
from app.storage.database import Connection
from app.storage.grants import Grant
from app.storage.tables import InitiativeRow, RevisionRow, table_of
from app.storage.views import OPERATOR, of
from app.usecases import initiatives
from app.usecases.shredding import carry_out_everywhere
from tests.usecases.builders import CLEAR
from tests.usecases.house import House

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


async def key_is_there(house: House, identity: str) -> bool:
    return await house.office.vault.key(house.principal.organisation_id, identity) is not None


async def waiting(house: House) -> list[str]:
    return await house.database.read(OPERATOR, shreds.organisations)


async def test_deleting_an_initiative_destroys_its_key_and_no_other(house: House) -> None:
    kept, deleted = [(await house.ask(initiatives.create, CLEAR)).initiative.id for _ in range(2)]
    await house.ask(initiatives.delete, deleted)
    assert [await key_is_there(house, each) for each in (kept, deleted)] == [True, False]
    assert await waiting(house) == []


async def test_a_key_is_destroyed_later_if_somebody_was_killed_after_the_deletion(house: House) -> None:
    identity = (await house.ask(initiatives.create, CLEAR)).initiative.id
    organisation = house.principal.organisation_id

    def killed_after_the_commit(connection: Connection) -> None:
        shreds.ask_for(connection, organisation, [identity], NOW)

    await house.database.write(of(organisation), killed_after_the_commit)
    assert await waiting(house) == [organisation]
    assert await carry_out_everywhere(house.office) == 1
    assert not await key_is_there(house, identity)
    assert await waiting(house) == []
    assert await carry_out_everywhere(house.office) == 0


async def test_what_comes_back_from_an_old_backup_stays_shut(house: House) -> None:
    identity = (await house.ask(initiatives.create, CLEAR)).initiative.id
    organisation = house.principal.organisation_id
    tables = [table_of(InitiativeRow), table_of(RevisionRow)]
    backup = await house.database.read(
        of(organisation), lambda connection: [connection.execute(table.select()).mappings().all() for table in tables]
    )
    await house.ask(initiatives.delete, identity)

    def restore(connection: Connection) -> None:
        for table, rows in zip(tables, backup, strict=True):
            connection.execute(table.insert(), [dict(row) for row in rows])
        grant = Grant(house.principal.person_id, InitiativeRole.OWNER, house.principal.person_id, NOW)
        grants.add(connection, organisation, identity, grant, NOW)

    await house.database.write(of(organisation), restore)
    with pytest.raises(Gone, match="nothing can open it"):
        await house.ask(initiatives.get, identity)
    assert (await house.ask(initiatives.page)).items == ()
