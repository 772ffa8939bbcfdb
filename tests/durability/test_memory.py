"""S5: slow, large, deaf and hasty clients, hundreds at once: the service stays small, sheds them, and serves others.

A real process is watched. It may hold what each client may have under way, a request and a part of an answer, and no
more than that, however much is sent to it or asked of it.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

import httpx
import psutil
import pytest

from app.api.gate import LARGEST_BODY
from tests.durability.amounts import amount
from tests.durability.figures import report, report_mutant
from tests.durability.lines import Line, request
from tests.durability.serving import House, Service, founded_in
from tests.engines import SqliteFiles

MEGABYTE = 1_000_000
CLIENTS = 200
SETTINGS = {"RECEIVE_SECONDS": "2"}  # five by default
LONGEST = 90.0  # seconds until all are shed
PIECE = 64 * 1024
LARGE = "/static/swagger-ui/swagger-ui-bundle.js"
AT_A_TIME = 16  # requests that a deaf client sends ahead
FEW = 100 * MEGABYTE  # what the process may grow by: less than half of what it may hold for so many clients
HOST = "Host: localhost\r\nContent-Type: application/json\r\n"


async def slow(line: Line, house: House) -> None:
    """Sends nearly all of a large body, and the rest a byte at a time."""
    key = f"Authorization: {house.headers['Authorization']}\r\n"
    head = f"POST /v1/initiatives HTTP/1.1\r\n{HOST}{key}Content-Length: {LARGEST_BODY}\r\n\r\n".encode()
    await line.say(head + b" " * (LARGEST_BODY - 5_000))
    await _goes_on(line, b" ", pause=0.2)


async def large(line: Line, house: House) -> None:
    """Sends a body without end, in chunks."""
    key = f"Authorization: {house.headers['Authorization']}\r\n"
    await line.say(f"POST /v1/initiatives HTTP/1.1\r\n{HOST}{key}Transfer-Encoding: chunked\r\n\r\n".encode())
    await _goes_on(line, b"%x\r\n%b\r\n" % (PIECE, b" " * PIECE), most=amount(1, 4) * MEGABYTE)


async def deaf(line: Line, house: House) -> None:
    """Asks for much and takes nothing."""
    await line.say(request("GET", LARGE, {"Connection": "keep-alive"}) * AT_A_TIME)


async def hasty(line: Line, house: House) -> None:
    """Sends thousands of requests ahead of the answers."""
    many = request("GET", "/livez", {"Connection": "keep-alive"}) * 2_000
    await _goes_on(line, many, most=amount(1, 4) * MEGABYTE)


async def _goes_on(line: Line, piece: bytes, pause: float = 0.0, most: int = 10**9) -> None:
    """Sends until the service hangs up, or so much."""
    while line.sent < most and not line.ended:
        await line.say(piece)
        await asyncio.sleep(pause)


Kind = Callable[[Line, House], Coroutine[Any, Any, None]]
KINDS: tuple[Kind, ...] = (slow, large, deaf, hasty)
OF_A_MUTANT: dict[Kind, float] = {
    slow: 8.0,
    large: 8.0,
    deaf: 25.0,
    hasty: 8.0,
}  # seconds: longer than the service keeps one of them


@dataclass
class Watched:
    """What a process did while so many clients of a kind came.

    Attributes:
        sent: bytes that they sent.
        grown: bytes that it had at most beyond what it had before.
        held: connections of theirs that it had in the end.
        honest: answers that somebody else got to what they asked meanwhile.
        waited: seconds that they waited at most for one.
    """

    sent: int = 0
    grown: int = 0
    held: int = CLIENTS
    honest: int = 0
    waited: float = 0.0


async def _watched(service: Service, house: House, kind: Kind, longest: float = LONGEST) -> Watched:
    watched, process, until = Watched(), service.process, monotonic() + longest
    lines = [await Line.to(service.address, PIECE) for _ in range(CLIENTS)]
    over = asyncio.Event()
    beside = asyncio.create_task(_look(service, house, watched, over, longest))
    coming = [asyncio.create_task(kind(line, house)) for line in lines]
    before = process.memory_info().rss
    while monotonic() < until and watched.held:
        await asyncio.wait(coming, timeout=0.1, return_when=asyncio.ALL_COMPLETED)
        watched.grown = max(watched.grown, process.memory_info().rss - before)
        open_here = [one for one in process.net_connections("tcp") if one.status != psutil.CONN_LISTEN]
        watched.held = max(0, len(open_here) - 1)  # without the honest one
        await asyncio.sleep(0.02)
    for task in coming:
        task.cancel()
    over.set()
    await asyncio.gather(*coming, beside, return_exceptions=True)
    watched.sent = sum(line.sent for line in lines)
    for line in lines:
        line.close()
    return watched


async def _look(service: Service, house: House, watched: Watched, over: asyncio.Event, longest: float) -> None:
    """Asks something as an honest client does, all the time, and waits for each answer to what it has asked."""
    async with httpx.AsyncClient(base_url=service.address, headers=house.headers, timeout=longest) as http:
        while not over.is_set():
            asked = monotonic()
            with suppress(httpx.TransportError):
                watched.honest += (await http.get("/v1/initiatives")).status_code == 200
            watched.waited = max(watched.waited, monotonic() - asked)
            await asyncio.sleep(0.05)


async def _served(service: Service, house: House) -> bool:
    """Whether an honest client is served now."""
    async with httpx.AsyncClient(base_url=service.address, headers=house.headers, timeout=LONGEST) as http:
        return (await http.get("/v1/initiatives")).status_code == 200


def _told(watched: Watched) -> dict[str, int | float]:
    return {
        "clients": CLIENTS,
        "held_in_the_end": watched.held,
        "sent_mb": watched.sent // MEGABYTE,
        "grown_mb": watched.grown / MEGABYTE,
        "honest_requests_served": watched.honest,
        "longest_honest_wait": watched.waited,
    }


@pytest.fixture
async def house(tmp_path: Path, sqlite_files: SqliteFiles) -> AsyncIterator[House]:
    """An organisation on either engine, as none of these clients comes as far as one."""
    with sqlite_files.database(tmp_path) as addresses, sqlite_files.empty(tmp_path) as key_store:
        yield await founded_in(addresses.application, key_store)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
async def test_clients_that_mean_no_good_do_not_make_it_large(house: House, tmp_path: Path, kind: Kind) -> None:
    with Service(house, tmp_path, settings=SETTINGS) as service:
        watched = await _watched(service, house, kind)
        assert await _served(service, house)
    report("S5", house.engine, kind.__name__, **_told(watched))

    assert watched.held == 0
    assert watched.grown < FEW
    assert watched.honest > 0


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
async def test_a_service_without_limits_is_caught(house: House, tmp_path: Path, kind: Kind) -> None:
    with Service(house, tmp_path, "keeps_everything", settings=SETTINGS) as service:
        watched = await _watched(service, house, kind, OF_A_MUTANT[kind])
    caught = watched.held > 0 or watched.grown > FEW
    report_mutant("S5", house.engine, f"keeps_everything, {kind.__name__}", caught=caught, **_told(watched))

    assert caught
