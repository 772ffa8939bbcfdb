"""Somebody who has only our OpenAPI document tries everything against the running service, in every role; it prints its
figures.
"""

import asyncio
import json
import os
import re
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from app.domain.access import InitiativeRole
from app.settings import Settings
from tests.api.access_matrix import NO_LIMIT
from tests.api.houses import House, Someone, master_keys
from tests.api.houses import running as in_process
from tests.api.schemathesis_hooks import FOUND

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SERVE = "from app.server import run; from app.settings import Settings; run(Settings())"
Visits = Mapping[str, tuple[str, ...]]

VISITORS = (*map(str, InitiativeRole), "stranger")
# Every way to break a request that there is, by one visitor on one engine: what a request may look like is judged
# before it is known who asks and before a database is. Then what each may do, on each engine.
EVERY_WAY = {"owner": ("--phases", "coverage,fuzzing", "--max-examples", "2", "--seed", "1")}
WHAT_ONE_MAY = {
    name: ("--phases", "examples,stateful", "--max-examples", "1", "--seed", str(seed))
    for seed, name in enumerate(VISITORS)
}
FEWEST_LINKS = 60  # of the document's, followed by all visitors together


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def running(settings: Settings, log: Path) -> Iterator[str]:
    """The service in a process of its own; gives its address."""
    port = free_port()
    own = {
        "GOODOFFICES_DATABASE_URL": settings.store,
        "GOODOFFICES_KEY_STORE_URL": settings.key_store,
        "GOODOFFICES_MASTER_KEYS": master_keys().get_secret_value(),
        "GOODOFFICES_PORT": str(port),
        "GOODOFFICES_RATE_LIMITS": NO_LIMIT,
        "GOODOFFICES_ANONYMOUS_RATE_LIMITS": NO_LIMIT,
    }
    with (
        log.open("wb") as errors,
        subprocess.Popen([sys.executable, "-c", SERVE], cwd=ROOT, env=os.environ | own, stderr=errors) as service,
    ):
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            service.terminate()


async def invited(settings: Settings) -> dict[str, tuple[str, dict[str, list[str]]]]:
    """For each visitor a key, and the ids of what there is to be found; stored before the service begins."""
    async with in_process(settings) as (app, _):
        hill, lake = await House.founded(app), await House.founded(app, "Lake House", "Lena")
        people = {str(role): await hill.add(str(role)) for role in InitiativeRole}
        found = {"initiative_id": [await kept(hill.first) for _ in range(6)]}
        for role in InitiativeRole:
            for initiative in found["initiative_id"]:
                await hill.grant(people[role], initiative, role)
            await kept(people[role])  # whoever is the only owner of something cannot leave in the middle
        found |= {"organisation_id": [hill.id], "person_id": [person.id for person in people.values()]}
        return {name: (person.api_key, found) for name, person in {**people, "stranger": lake.first}.items()}


async def kept(owner: Someone) -> str:
    answer = await owner.http.post("/v1/initiatives", json={"design": {"title": "River dialogue"}})
    return str(answer.json()["id"])


def explored(
    address: str, how: tuple[str, ...], invitation: tuple[str, dict[str, list[str]]], report: Path
) -> dict[str, Any]:
    """What schemathesis printed, and its figures."""
    api_key, found = invitation
    command = Path(sys.executable).with_name("schemathesis")
    arguments = [
        "--config-file",
        str(HERE / "schemathesis.toml"),
        "run",
        f"{address}/openapi.json",
        *("--header", f"Authorization: Bearer {api_key}"),
        *("--wait-for-schema", "30", "--no-shrink", *how),
        *("--continue-on-failure", "--report", "json", "--report-json-path", str(report)),
    ]
    done = subprocess.run(
        [str(command), *arguments],
        cwd=report.parent,
        env=os.environ | {"PYTHONPATH": str(ROOT), FOUND: json.dumps(found)},
        capture_output=True,
        check=False,
    )
    printed = done.stdout.decode()
    links = re.search(r"API Links:\s+(\d+) covered", printed)
    cases = json.loads(report.read_text())["test_cases"]
    return {
        "printed": printed,
        "cases": cases["generated"],
        "failures": cases["unique_failures"],
        "links": int(links[1]) if links else 0,
    }


async def tried(settings: Settings, folder: Path, visits: Visits) -> dict[str, dict[str, Any]]:
    """The figures of each of these visits to the service, one after the other."""
    all_figures: dict[str, dict[str, Any]] = {}
    log, invitations, read = folder / "service.log", await invited(settings), 0
    with running(settings, log) as address:
        for name, how in visits.items():
            report = folder / f"{name}.json"
            figures = await asyncio.to_thread(explored, address, how, invitations[name], report)
            lines = [json.loads(line) for line in log.read_text().splitlines()[read:]]
            read += len(lines)
            figures["5xx"] = sum(line.get("status", 0) >= 500 for line in lines)
            figures["faults"] = sum(line["event"] == "fault" for line in lines)
            figures["answers"] = dict(sorted(Counter(line["status"] for line in lines if "status" in line).items()))
            all_figures[name] = figures
    return all_figures


def check(figures: dict[str, Any]) -> None:
    assert not figures["5xx"]
    assert not figures["faults"]
    assert not figures["failures"], figures["printed"]


def tell(name: str, settings: Settings, figures: dict[str, Any]) -> None:
    shown = {key: value for key, value in figures.items() if key != "printed"}
    print(f"\nschemathesis, {name} on {settings.store.partition(':')[0]}: {shown}")  # noqa: T201 - the evidence


async def test_nothing_is_found_in_any_role(
    engine_settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = await tried(engine_settings, tmp_path, WHAT_ONE_MAY)
    for name, figures in found.items():
        with capsys.disabled():
            tell(name, engine_settings, figures)
        check(figures)
    assert sum(figures["links"] for figures in found.values()) >= FEWEST_LINKS


async def test_nothing_is_found_in_any_way_to_break_a_request(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = Settings(data_dir=tmp_path, access_log=False)
    figures = (await tried(settings, tmp_path, EVERY_WAY))["owner"]
    with capsys.disabled():
        tell("every way", settings, figures)
    check(figures)
