"""People come, sign in, change and go; each leaves an entry in the audit trail, and a deleted organisation nothing."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from app.domain.access import CredentialKind, OrganisationRole
from app.domain.errors import Conflict, Unauthenticated
from app.security.api_keys import digest
from app.security.audit_chain import Entry
from app.storage import audit
from app.storage.database import Connection
from app.storage.schema import every_table, tables_of_organisations
from app.storage.views import of
from app.usecases import api_keys, audit_trail, initiatives, members, oneself, organisations
from app.usecases.api_keys import Wish
from app.usecases.authority import known_by
from app.usecases.members import NewMember
from app.usecases.oneself import OwnChange
from app.usecases.sessions import Credentials, sign_in
from tests.usecases.builders import CLEAR
from tests.usecases.house import NEEDS, House

NEEDS.update(
    {
        organisations.get: "organisation.read",
        organisations.rename: "organisation.change",
        organisations.delete: "organisation.delete",
        members.get: "members.read",
        members.add: "members.change",
        members.change: "members.change",
        members.delete: "members.change",
        api_keys.create: "keys.change",
        api_keys.revoke: "keys.change",
        oneself.get: "oneself.read",
        oneself.change: "oneself.change",
        oneself.leave: "oneself.change",
    }
)
WHATEVER = ["*"]
FIRST, SECOND = "seven grey herons asleep", "nine red foxes awake"


def here(house: House) -> str:
    return house.principal.organisation_id


async def ben(house: House) -> str:
    """The id of Ben, who signs in."""
    added = await house.ask(members.add, here(house), NewMember("Ben", sign_in_name="ben", password=FIRST))
    return added.member.person.id


async def signed_in(house: House, password: str = FIRST, name: str = "ben") -> House:
    """The same house as Ben sees it in a new session."""
    signed = await sign_in(house.office, Credentials(here(house), name, password, "198.51.100.7"))
    found = digest(house.office.vault.pepper, signed.token)
    return replace(house, principal=await known_by(house.office, CredentialKind.SESSION, found))


async def trail(house: House) -> list[Entry]:
    """The audit trail, oldest entry first, without how the organisation came to be."""

    def read(connection: Connection) -> list[Entry]:
        return [entry for entry, _ in audit.forward(connection, here(house))][1:]

    return await house.database.read(of(here(house)), read)


async def rows_of(house: House, organisation: str) -> int:
    """How many rows are the organisation's, whatever they tell of."""

    def read(connection: Connection) -> int:
        tables = [table for table in tables_of_organisations() if table.name != "shreds"]
        columns = [table.c.id if table.name == "organisations" else table.c.organisation_id for table in tables]
        counted = (
            connection.scalar(select(func.count()).select_from(table).where(column == organisation))
            for table, column in zip(tables, columns, strict=True)
        )
        return sum(count or 0 for count in counted)

    return await house.database.read(of(organisation), read)


class TestSigningIn:
    async def test_a_new_member_signs_in_by_the_password_that_they_were_given(self, house: House) -> None:
        identity = await ben(house)
        assert (await (await signed_in(house)).ask(oneself.get)).person.id == identity
        assert (await signed_in(house, name=" BEN ")).principal.person_id == identity
        with pytest.raises(Unauthenticated):
            await signed_in(house, SECOND)

    async def test_with_a_new_password_every_other_session_ends(self, house: House) -> None:
        await ben(house)
        here_now, elsewhere = await signed_in(house), await signed_in(house)
        await here_now.ask(oneself.change, OwnChange(password=SECOND, present_password=FIRST), WHATEVER)
        assert (await here_now.ask(oneself.get)).person.name == "Ben"
        with pytest.raises(Unauthenticated):
            await elsewhere.ask(oneself.get)
        with pytest.raises(Unauthenticated):
            await signed_in(house)
        await signed_in(house, SECOND)

    async def test_another_name_ends_no_session(self, house: House) -> None:
        await ben(house)
        one, other = await signed_in(house), await signed_in(house)
        await one.ask(oneself.change, OwnChange(name="Benedict"), WHATEVER)
        assert (await other.ask(oneself.get)).person.name == "Benedict"

    @pytest.mark.parametrize("change", [{"password": None}, {"sign_in_name": None}, {"sign_in_name": "benedict"}])
    async def test_whoever_is_to_sign_in_otherwise_is_signed_out(
        self, house: House, change: members.MemberChange
    ) -> None:
        identity = await ben(house)
        session = await signed_in(house)
        await house.ask(members.change, here(house), identity, change, WHATEVER)
        with pytest.raises(Unauthenticated):
            await session.ask(oneself.get)
        with pytest.raises(Unauthenticated):
            await signed_in(house)

    async def test_whoever_is_removed_is_signed_out_and_never_in_again(self, house: House) -> None:
        identity = await ben(house)
        session = await signed_in(house)
        key = await session.ask(api_keys.create, here(house), Wish("Laptop"))
        await house.ask(members.delete, here(house), identity, WHATEVER)
        for kind, secret in ((CredentialKind.API_KEY, key.secret or ""), (CredentialKind.SESSION, "gos_")):
            with pytest.raises(Unauthenticated):
                await known_by(house.office, kind, digest(house.office.vault.pepper, secret))
        with pytest.raises(Unauthenticated):
            await session.ask(oneself.get)
        with pytest.raises(Unauthenticated):
            await signed_in(house)


class TestTheAuditTrail:
    async def test_it_tells_who_did_what_to_whom_in_ids_and_codes_alone(self, house: House) -> None:
        identity = await ben(house)
        anna = house.principal.person_id
        wanted: members.MemberChange = {"name": "Benedict", "role": OrganisationRole.ADMIN}
        await house.ask(members.change, here(house), identity, wanted, WHATEVER)
        key = await house.ask(api_keys.create, here(house), Wish("Laptop"))
        await house.ask(api_keys.revoke, here(house), key.api_key.id)
        await house.ask(oneself.change, OwnChange(name="Annabel"), WHATEVER)
        await house.ask(members.delete, here(house), identity, WHATEVER)
        await house.ask(organisations.rename, here(house), "Valley House", WHATEVER)
        told = [(entry.action.removeprefix("test_"), entry.subject, entry.detail) for entry in await trail(house)]
        assert told == [
            ("members_change", identity, "member"),
            ("members_change", identity, "name role"),
            ("keys_change", key.api_key.id, "read review write"),
            ("keys_change", key.api_key.id, ""),
            ("oneself_change", anna, "name"),
            ("members_change", identity, "was admin"),
            ("organisation_change", here(house), ""),
        ]
        assert {entry.person for entry in await trail(house)} == {anna}

    async def test_what_is_refused_changes_nothing_and_leaves_none(self, house: House) -> None:
        with pytest.raises(Conflict):
            await house.ask(members.delete, here(house), house.principal.person_id, WHATEVER)
        with pytest.raises(Conflict):
            await house.ask(oneself.leave, WHATEVER)
        assert await trail(house) == []


class TestDeletingAnOrganisation:
    async def test_no_row_and_no_key_of_it_is_left_and_the_neighbours_keep_theirs(self, house: House) -> None:
        await ben(house)
        ours = [(await house.ask(initiatives.create, CLEAR)).initiative.id for _ in range(3)]
        theirs = (await house.theirs.ask(initiatives.create, CLEAR)).initiative.id
        neighbours = here(house.theirs)
        before = await rows_of(house, neighbours)
        assert await rows_of(house, here(house)) > 10
        await house.ask(organisations.delete, here(house), WHATEVER)
        assert (await rows_of(house, here(house)), await rows_of(house, neighbours)) == (0, before)
        assert await house.office.vault.keys(here(house), [here(house), *ours]) == {}
        assert set(await house.office.vault.keys(neighbours, [neighbours, theirs])) == {neighbours, theirs}
        assert (await audit_trail.verify(house.office, neighbours)).faults == ()

    async def test_it_knows_every_table_that_is_an_organisations(self) -> None:
        shared = {table.name for table in every_table().sorted_tables} - {
            table.name for table in tables_of_organisations()
        }
        assert shared == {"checklists"}
