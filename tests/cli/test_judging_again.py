"""`goodoffices judge-again` judges everything that is stored, with several processes, and tells what came of it."""

import multiprocessing
from pathlib import Path

import pytest

from app.cli.exit_codes import ExitCode
from tests.builders import document
from tests.cli.sites import NOBODYS, Site, running_by_file

EXAMPLES = Path(__file__).parents[2] / "examples" / "checklists"
OVERLAY = "lake-foundation"


@pytest.fixture(autouse=True)
def own_checklists(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOODOFFICES_CHECKLISTS", str(EXAMPLES))


async def test_everything_is_judged_by_an_overlay_with_two_processes(site: Site) -> None:
    identity, key = site.organisation()
    who = {"Authorization": f"Bearer {key}"}
    async with running_by_file(site) as http:
        for number in range(3):
            design = {"design": document(title=f"Dialogue {number}")}
            assert (await http.post("/v1/initiatives", json=design, headers=who)).status_code == 201

    ended = site("judge-again", identity, "--checklist", OVERLAY, "--processes", "2")

    assert ended.code == ExitCode.NOTHING_TO_ATTEND_TO, ended.err
    assert f"{identity}  {OVERLAY}@1: 3 of 3 judged, 3 stand otherwise, 0 could not be opened (done)" in ended.out
    assert multiprocessing.active_children() == []  # who helped ends with the command
    async with running_by_file(site) as http:
        told = (await http.get("/v1/portfolio", params={"checklist": OVERLAY}, headers=who)).json()
    assert told["designs"] == 3


def test_a_checklist_or_an_organisation_that_is_not_there_is_told(site: Site) -> None:
    site.organisation()
    assert site("judge-again", "--checklist", "track-three").code == ExitCode.WRONG_USE
    assert site("judge-again", NOBODYS).code == ExitCode.WRONG_USE
