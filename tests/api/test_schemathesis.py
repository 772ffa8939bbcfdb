"""A stranger who has only our OpenAPI document tries everything against the running service; it prints its figures."""

import asyncio
import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.settings import Settings
from tests.api.houses import House, master_keys
from tests.api.houses import running as in_process

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
EXAMPLES = 5
FEWEST_LINKS = 12
SERVE = "from app.server import run; from app.settings import Settings; run(Settings())"


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
    }
    with (
        log.open("wb") as errors,
        subprocess.Popen([sys.executable, "-c", SERVE], cwd=ROOT, env=os.environ | own, stderr=errors) as service,
    ):
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            service.terminate()


async def first_key(settings: Settings) -> str:
    """The key of the first person of an organisation that the service will serve."""
    async with in_process(settings) as (app, _):
        return (await House.founded(app)).first.api_key


def explored(address: str, api_key: str, report: Path) -> tuple[str, dict[str, int]]:
    """What schemathesis printed, and its figures."""
    command = Path(sys.executable).with_name("schemathesis")
    arguments = [
        "--config-file",
        str(HERE / "schemathesis.toml"),
        "run",
        f"{address}/openapi.json",
        *("--header", f"Authorization: Bearer {api_key}"),
        *("--wait-for-schema", "30", "--max-examples", str(EXAMPLES), "--seed", "1", "--no-shrink"),
        *("--continue-on-failure", "--report", "json", "--report-json-path", str(report)),
    ]
    done = subprocess.run(
        [str(command), *arguments],
        cwd=report.parent,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=False,
    )
    printed = done.stdout.decode()
    links = re.search(r"API Links:\s+(\d+) covered", printed)
    cases = json.loads(report.read_text())["test_cases"]
    return printed, {
        "cases": cases["generated"],
        "failures": cases["unique_failures"],
        "links": int(links[1]) if links else 0,
    }


async def test_schemathesis_finds_nothing(engine_settings: Settings, tmp_path: Path) -> None:
    log = tmp_path / "service.log"
    api_key = await first_key(engine_settings)
    with running(engine_settings, log) as address:
        printed, figures = await asyncio.to_thread(explored, address, api_key, tmp_path / "report.json")
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    figures["5xx"] = sum(line.get("status", 0) >= 500 for line in lines)
    figures["faults"] = sum(line["event"] == "fault" for line in lines)
    print(f"schemathesis on {engine_settings.store.partition(':')[0]}: {figures}")  # noqa: T201 - the figures are the evidence
    assert not figures["5xx"]
    assert not figures["faults"]
    assert not figures["failures"], printed
    assert figures["links"] >= FEWEST_LINKS, printed
