"""The command `judge-again` as a process of its own: what whoever looks at a terminal sees, and what a kill leaves."""

import asyncio
import os
import pty
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.builders import document
from tests.cli.sites import Site, change, rows, running_by_file

EXAMPLES = Path(__file__).parents[2] / "examples" / "checklists"
OVERLAY = "lake-foundation"
DESIGNS = 200
KILLS = (0, 1, 1)  # how many more designs are judged by then: before the first, and twice while they are
LOOKS = 30_000  # more than a millisecond each: a process has to start, and to judge a few


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
    judged = 0
    for more in KILLS:
        process = begun(site, organisation, subprocess.DEVNULL)
        await seen(site, organisation, judged + more)
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate(timeout=60)
        _, judged = progress(site, organisation)
        assert judged < DESIGNS  # or the kill came too late to prove anything
        # The time of a lease passes, after which others may go on.
        change(site, organisation, "UPDATE job_pieces SET locked_until = '2001-01-01 00:00:00'")

    ended = site("judge-again", organisation, "--checklist", OVERLAY)

    assert ended.code == 0, ended.err
    assert f"{DESIGNS} of {DESIGNS} judged, {DESIGNS} stand otherwise, 0 could not be opened" in ended.out
    assert progress(site, organisation) == (1, DESIGNS)
    assert site("doctor").code == 0


def progress(site: Site, organisation: str) -> tuple[int, int]:
    """How many jobs there are, and how many designs were judged by them."""
    [row] = rows(site, organisation, "SELECT count(DISTINCT job_id), coalesce(sum(examined), 0) FROM job_pieces")
    return row[0], int(row[1])


async def seen(site: Site, organisation: str, judged: int) -> None:
    """Waits until a job has judged so many."""
    for _ in range(LOOKS):
        jobs, examined = progress(site, organisation)
        if jobs and examined >= judged:
            return
        await asyncio.sleep(0.001)
    raise AssertionError("Nothing was judged.")


def _read(terminal: int) -> bytes:
    """What is shown next; nothing once nobody holds the other end any more."""
    try:
        return os.read(terminal, 4096)
    except OSError:
        return b""
