"""Every operation does for everybody exactly what the table says, and nobody can tell what is not theirs from nothing.

Each fault that is planted here must be found, or the matrix proves nothing.
"""

import json
from pathlib import Path

import pytest

from app.settings import Settings
from tests.api.access_matrix import settings_without_limits, whole
from tests.api.described import operations
from tests.api.houses import running
from tests.api.who_may import differences
from tests.mutants import planted, run_on

AUTHORITY, PERMISSIONS = "app/usecases/authority.py", "app/security/permissions.py"
NO_ROLE = "    if on_initiative and standing.role is None:\n        raise NotFound\n"
ALLOWED = "    if role not in permission.roles or permission.scope not in standing.principal.scopes:\n"
REVOKED = "    if standing.revoked_at is not None and standing.revoked_at <= now:\n        raise Unauthenticated\n"

# What is wrong, where, what stands there, what is planted, and who has to ask for what in order to find it.
FAULTS = {
    "a row of the table is wider": (
        PERMISSIONS,
        '("initiative.delete", Place.INITIATIVE, OWNERS,',
        '("initiative.delete", Place.INITIATIVE, WRITERS,',
        ("delete_initiative", "editor"),
    ),
    "roles are not asked about": (
        AUTHORITY,
        ALLOWED,
        "    if permission.scope not in standing.principal.scopes:\n",
        ("replace_design", "viewer"),
    ),
    "scopes are not asked about": (
        AUTHORITY,
        ALLOWED,
        "    if role not in permission.roles:\n",
        ("open_thread", "owner with read only"),
    ),
    "a key that may only write is answered with the whole": (
        "app/api/writes.py",
        " or not may_read:",
        ":",
        ("replace_design", "owner with write only"),
    ),
    "what is hidden is called forbidden": (
        AUTHORITY,
        NO_ROLE,
        NO_ROLE.replace("NotFound", "Forbidden"),
        ("get_design", "member"),
    ),
    "what is not there is refused in other words": (
        AUTHORITY,
        "        await peek(office, access, lambda _granted: None, identity)\n",
        '        raise NotFound("There is nothing of that id.")\n',
        ("get_initiative", "stranger"),
    ),
    "a revoked key is still good": (AUTHORITY, REVOKED, "", ("get_oneself", "revoked key")),
    "a key never ends": (
        AUTHORITY,
        "    if standing is None or standing.principal.expires_at <= now:\n",
        "    if standing is None:\n",
        ("list_initiatives", "expired key"),
    ),
    "whose organisation it is, is not asked": (
        "app/usecases/organisations.py",
        "    if known_form(organisation_id) != access.organisation_id:\n        raise NotFound\n",
        "    return\n",
        ("get_organisation", "stranger"),
    ),
    "somebody else's notice can be read": (
        "app/storage/notices.py",
        '_IN = (NOTICES.c.organisation_id == bindparam("organisation")) & (NOTICES.c.person_id == bindparam("person"))',
        '_IN = (NOTICES.c.organisation_id == bindparam("organisation")) & (bindparam("person") == bindparam("person"))',
        ("mark_notice_read", "viewer"),
    ),
    "a use case asks whether one may create, not whether one may delete": (
        "app/usecases/initiatives.py",
        "    await let_in(office, access, write, identity)\n",
        '    await let_in(office, replace(access, permission=PERMISSIONS["initiatives.create"]), write, identity)\n',
        ("delete_initiative", "member"),
    ),
    "the key is destroyed before anybody asks who it is": (
        "app/usecases/initiatives.py",
        "    await let_in(office, access, write, identity)\n",
        "    await office.vault.shred([identity])\n    await let_in(office, access, write, identity)\n",
        ("delete_initiative", "viewer"),
    ),
}


def test_the_table_is_the_one_that_was_written_down() -> None:
    assert differences() == []


async def test_everybody_gets_what_the_table_says_and_nothing_else(
    engine_settings: Settings, owner_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    async with running(settings_without_limits(engine_settings)) as (app, _):
        figures = await whole(app, owner_url, engine_settings.key_store)
    with capsys.disabled():
        print(f"\naccess matrix on {engine_settings.store.partition(':')[0]}: {figures}")  # noqa: T201 - the evidence
    assert figures.failures == []
    assert {operation.name for operation in operations()} - figures.succeeded == set(), "nobody got any of these"


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_found(tmp_path: Path, fault: str) -> None:
    file, sound, faulty, (operation, asker) = FAULTS[fault]
    copy = planted(tmp_path, file, sound, faulty)
    found = json.loads(run_on(copy, "tests.api.access_matrix", operation, asker))
    assert found["cells"]
    assert found["failures"], f"nothing was found in {found['cells']} cells"


def test_nothing_is_found_where_nothing_was_planted(tmp_path: Path) -> None:
    everything = [operation for *_, (operation, _) in FAULTS.values()], [asker for *_, (_, asker) in FAULTS.values()]
    copy = planted(tmp_path, AUTHORITY, NO_ROLE, NO_ROLE)
    found = json.loads(run_on(copy, "tests.api.access_matrix", *map(",".join, everything)))
    assert (found["cells"] > len(FAULTS), found["failures"]) == (True, [])
