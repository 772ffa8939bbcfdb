"""The command `judge-again` as a process of its own: what whoever looks at a terminal sees, and what a kill leaves."""

import asyncio
import os
import pty
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.builders import document
from tests.cli.sites import Site, change, running_by_file

EXAMPLES = Path(__file__).parents[2] / "examples" / "checklists"
OVERLAY = "lake-foundation"
DESIGNS = 30
KILLS = (0.9, 1.3, 1.7)  # seconds after the start: before, while and after the first designs are judged


@pytest.fixture
async def organisation(site: Site, monkeypatch: pytest.MonkeyPatch) -> str:
    """One that keeps some designs."""
    monkeypatch.setenv("GOODOFFICES_CHECKLISTS", str(EXAMPLES))
    identity, key = site.organisation()
    async with running_by_file(site) as http:
        for number in range(DESIGNS):
            design = {"design": document(title=f"Dialogue {number}")}
            kept = await http.post("/v1/initiatives", json=design, headers={"Authorization": f"Bearer {key}"})
            assert kept.status_code == 201
    return identity


def begun(site: Site, organisation: str, stderr: int) -> subprocess.Popen[str]:
    """The command in a process group of its own, so that its workers can be killed with it."""
    where = ("--database-url", site.database, "--key-store-url", site.key_store, "--key-file", str(site.key_file))
    command = (sys.executable, "-m", "app", "judge-again", organisation, "--checklist", OVERLAY, *where)
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=stderr, env=dict(os.environ), text=True, start_new_session=True
    )


async def test_a_terminal_shows_how_far_it_is(site: Site, organisation: str) -> None:
    ours, its = pty.openpty()
    process = begun(site, organisation, its)
    os.close(its)
    shown = b""
    while part := _read(ours):
        shown += part
    os.close(ours)

    told, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert f"{DESIGNS} of {DESIGNS} judged" in told
    assert b"judging" in shown
    assert f"{DESIGNS}/{DESIGNS}".encode() in shown


async def test_what_a_kill_leaves_is_gone_on_with_and_nothing_is_judged_twice(site: Site, organisation: str) -> None:
    for seconds in KILLS:
        process = begun(site, organisation, subprocess.DEVNULL)
        await asyncio.sleep(seconds)
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate(timeout=60)
        # The time of a lease passes, after which others may go on.
        change(site, organisation, "UPDATE job_pieces SET locked_until = '2001-01-01 00:00:00'")

    ended = site("judge-again", organisation, "--checklist", OVERLAY)

    assert ended.code == 0, ended.err
    # A job that a kill found at its end leaves a new one, for which nothing is left to change.
    assert re.search(rf"{DESIGNS} of {DESIGNS} judged, ({DESIGNS}|0) stand otherwise, 0 could not be opened", ended.out)
    assert site("doctor").code == 0


def _read(terminal: int) -> bytes:
    """What is shown next; nothing once nobody holds the other end any more."""
    try:
        return os.read(terminal, 4096)
    except OSError:
        return b""
