"""Whatever takes rights away takes them at once: on every path, and from a request that had been let in before.

Each fault that is planted here must be found, or these tests prove nothing.
"""

import json
from pathlib import Path

import pytest

from app.settings import Settings
from tests.api.access_matrix import settings_without_limits
from tests.api.at_once import run
from tests.api.houses import running
from tests.mutants import planted, run_on

AUTHORITY = "app/usecases/authority.py"
LOOKED_UP = (
    '    standing = _alive(credentials.standing(connection, credential, subject if on_initiative else ""), now)\n'
)
KEPT = """    kept, place = authorize.__dict__, credential.id + subject
    if place not in kept:
        kept[place] = credentials.standing(connection, credential, subject if on_initiative else "")
    standing = _alive(kept[place], now)
"""
BELIEVED = """    standing = credentials.standing(connection, credential, subject if on_initiative else "")
    assert standing is not None
"""
# What is planted in the place of the look at what holds now, and the event that shows it.
FAULTS = {
    "what somebody may is remembered from the last request": (KEPT, "a role is taken"),
    "whoever was let in is believed until the end": (BELIEVED, "a key is revoked"),
}


async def test_nothing_can_be_done_after_the_right_to_it_has_gone(
    engine_settings: Settings, owner_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    async with running(settings_without_limits(engine_settings)) as (app, _):
        figures = await run(app, owner_url, engine_settings.key_store)
    with capsys.disabled():
        print(f"\nat once on {engine_settings.store.partition(':')[0]}: {figures}")  # noqa: T201 - the evidence
    assert figures.failures == []
    assert (figures.refused, figures.stopped) == (figures.paths, figures.under_way)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_found(tmp_path: Path, fault: str) -> None:
    faulty, event = FAULTS[fault]
    found = json.loads(run_on(planted(tmp_path, AUTHORITY, LOOKED_UP, faulty), "tests.api.at_once", event))
    assert found["paths"]
    assert found["failures"]
