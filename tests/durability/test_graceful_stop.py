"""SIGTERM under load: the service finishes what it has begun, answers it whole, takes nothing new, and ends in time."""

import asyncio
import json
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

from app.server import LAST_SECONDS
from tests.durability.amounts import amount
from tests.durability.clients import Json, Notes, Promise, load
from tests.durability.figures import report, report_mutant
from tests.durability.keeping import look_after
from tests.durability.lines import Answer, Line, request
from tests.durability.serving import House, Service

STOPS = amount(1, 10)
BEFORE = 10  # acknowledgements before each stop
LARGE = "/static/swagger-ui/swagger-ui-bundle.js"  # more than a connection takes whose client does not read
LITTLE = 4096  # bytes that such a client takes at a time


@dataclass
class Seen:
    """What became of those whom the stops met in the middle of something.

    Attributes:
        promises: what was acknowledged, to the load and to those.
        whole: how many of those who were sending or reading had a whole answer.
        cut: answers of which only a part came, to anybody.
        untold: of those, how many had nothing.
        refused: requests that came after the signal and were not taken.
        taken: requests that came after the signal and were answered whole nevertheless.
        wrong: answers that nobody should see, and faults in the log.
        seconds: that each stop took.
    """

    promises: list[Promise] = field(default_factory=list)
    whole: int = 0
    cut: int = 0
    untold: int = 0
    refused: int = 0
    taken: int = 0
    wrong: list[object] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    def before(self, answer: Answer) -> None:
        """Counts an answer to a request that the service had when it was told to stop."""
        self.whole += answer.whole
        self.cut += bool(answer.raw) and not answer.whole
        self.untold += not answer.raw

    def after(self, answer: Answer) -> None:
        """Counts what came to a request that was sent after the signal."""
        self.taken += answer.whole
        self.cut += bool(answer.raw) and not answer.whole
        self.refused += not answer.raw

    def load(self, notes: Notes, service: Service) -> None:
        """Takes over what the load has seen, and what the service has logged."""
        self.promises += notes.promises
        self.cut += notes.cut
        self.wrong += notes.wrong
        self.wrong += [line for line in service.log if line.get("event") == "fault"]


class Writing:
    """Somebody of whose design the service has half when it is told to stop."""

    def __init__(self, line: Line, house: House) -> None:
        self._line = line
        self._design: Json = {"title": f"River dialogue {uuid4()}", "summary": "Water is shared. " * 50}
        headers = {**house.headers, "Expect": "100-continue"}
        self._sent = request("POST", "/v1/initiatives", headers, {"design": self._design})

    async def begin(self) -> None:
        """Sends the first half, and hears that it is wanted: the service has begun to read it."""
        await self._line.say(self._sent[: -len(self._sent) // 3])
        assert (await self._line.hear(LITTLE)).startswith(b"HTTP/1.1 100")

    async def end(self, seen: Seen) -> None:
        """Sends the rest, and notes what was promised."""
        await self._line.say(self._sent[-len(self._sent) // 3 :])
        answer = await self._line.rest()
        self._line.close()
        seen.before(answer)
        if answer.whole and answer.status == 201:
            made = json.loads(answer.body)
            seen.promises.append(Promise(made["id"], made["revision"], self._design, answer.body, "create_initiative"))


async def _stopped(service: Service, house: House, seen: Seen) -> None:
    """One stop while somebody writes, somebody reads and somebody comes late."""
    writing = Writing(await Line.to(service.address), house)
    reading, waiting = await Line.to(service.address, LITTLE), await Line.to(service.address)
    await reading.say(request("GET", LARGE, house.headers))
    begun = await reading.hear(1)
    await waiting.say(request("GET", "/livez", {"Connection": "keep-alive"}))
    assert (await waiting.one()).whole
    await writing.begin()
    stop = asyncio.create_task(asyncio.to_thread(service.stop))
    await _come_late(service, seen)
    await waiting.say(request("GET", "/v1/initiatives", house.headers))
    await writing.end(seen)
    seen.before(await reading.rest(begun))
    seen.after(await waiting.rest())
    seen.seconds.append(await stop)
    for line in (reading, waiting):
        line.close()


async def _come_late(service: Service, seen: Seen) -> None:
    """Comes again and again until nobody is taken any more."""
    while True:
        try:
            late = await Line.to(service.address)
        except OSError:
            seen.refused += 1
            return
        await late.say(request("GET", "/livez", {}))
        seen.after(await late.rest())
        late.close()


async def _stopped_under_load(house: House, folder: Path, stops: int, mutant: str = "") -> Seen:
    seen = Seen()
    for _ in range(stops):
        with Service(house, folder, mutant) as service:
            async with load(service.address, house, finish=False) as notes:
                for _ in range(BEFORE):
                    await notes.next_promise()
                await _stopped(service, house, seen)
                await asyncio.sleep(0.5)  # the last answers are taken
            seen.load(notes, service)
    return seen


async def test_a_stop_under_load_loses_nothing_and_leaves_nothing_untold(house: House, tmp_path: Path) -> None:
    seen = await _stopped_under_load(house, tmp_path, STOPS)
    found = await look_after(house, seen.promises)
    report(
        "Stop",
        house.engine,
        stops=STOPS,
        acknowledged=len(seen.promises),
        lost=found.lost,
        stored_but_untold=found.doubled,
        in_hand_and_answered_whole=(seen.whole, 2 * STOPS),
        cut_in_half=seen.cut,
        taken_later=seen.taken,
        refused_later=seen.refused,
        longest_seconds=max(seen.seconds),
    )

    assert (found.wrong, seen.wrong) == (0, [])
    assert (seen.whole, seen.cut) == (2 * STOPS, 0)
    assert seen.refused >= STOPS
    assert max(seen.seconds) < LAST_SECONDS


async def test_a_service_that_exits_at_once_is_caught(house: House, tmp_path: Path) -> None:
    seen = await _stopped_under_load(house, tmp_path, 1, "exits_at_once")
    found = await look_after(house, seen.promises)
    caught = seen.whole < 2 and seen.cut + seen.untold > 0
    report_mutant(
        "Stop",
        house.engine,
        "exits_at_once",
        caught=caught,
        cut_in_half=seen.cut,
        in_hand_and_unanswered=seen.untold,
        stored_but_untold=found.doubled,
    )

    assert caught
