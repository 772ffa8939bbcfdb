"""The server sheds slow and oversized requests and goes on serving honest ones."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
import uvicorn
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from app.api.gate import LARGEST_BODY, Gate
from app.server import LARGEST_HEAD, LONGEST_PIPELINE, DeadlineProtocol

QUICK = 1.0  # seconds; the service itself waits five, and twenty for who takes nothing
LARGE = 32 * 1024 * 1024  # bytes, more than any system takes for a client that does not read
SMALL = 16 * 1024  # bytes that the system takes for a client before they are read
PATIENCE = 60  # only so that a test that went wrong ends; nothing is asserted of it


class QuickProtocol(DeadlineProtocol):
    receive_seconds = QUICK
    take_seconds = QUICK


async def greeting(scope: Scope, receive: Receive, send: Send) -> None:
    body = await Request(scope, receive).body()
    told = "." * LARGE if scope["path"] == "/large" else f"{len(body)} bytes"
    await PlainTextResponse(told)(scope, receive, send)


class Line:
    """A raw connection to the server."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def say(self, text: str | bytes) -> None:
        self.writer.write(text.encode() if isinstance(text, str) else text)
        with contextlib.suppress(ConnectionError):
            await self.writer.drain()

    async def hear(self, most: int = 65_536) -> str:
        return (await asyncio.wait_for(self.reader.read(most), PATIENCE)).decode()


@pytest.fixture
async def port() -> AsyncIterator[int]:
    """The port of a running server that says how many bytes it got."""
    config = uvicorn.Config(
        Gate(greeting), host="127.0.0.1", port=0, http=QuickProtocol, ws="none", lifespan="off", log_level="error"
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server._serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event to wait for
        await asyncio.sleep(0.01)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    await serving


Call = Callable[[], Awaitable[Line]]


@pytest.fixture
async def call(port: int) -> AsyncIterator[Call]:
    """Opens connections to the server, and closes them all at the end."""
    lines: list[Line] = []

    async def another() -> Line:
        lines.append(Line(*await asyncio.open_connection("127.0.0.1", port)))
        return lines[-1]

    yield another
    for line in lines:
        line.writer.close()
        with contextlib.suppress(ConnectionError):
            await line.writer.wait_closed()


async def test_a_whole_request_is_answered(call: Call) -> None:
    line = await call()
    await line.say("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    assert (await line.hear()).startswith("HTTP/1.1 200")


@pytest.mark.parametrize(
    "beginning",
    [
        "G",
        "GET / HTTP/1.1\r\nHost: x\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n",
    ],
    ids=["a letter", "half a head", "half a body", "half of the chunks"],
)
async def test_half_a_request_gets_408_and_is_hung_up_on(call: Call, beginning: str) -> None:
    line = await call()
    await line.say(beginning)
    answer = await line.hear()
    assert answer.startswith("HTTP/1.1 408")
    assert "application/problem+json" in answer
    assert await line.hear() == ""


async def test_a_client_that_drips_bytes_is_not_kept_for_ever(call: Call) -> None:
    line = await call()
    await line.say("GET / HTTP/1.1\r\n")
    heard = asyncio.create_task(line.hear())
    while not heard.done():
        await line.say("X: y\r\n")
        await asyncio.sleep(QUICK / 8)
    assert (await heard).startswith("HTTP/1.1 408")


async def test_a_silent_connection_is_closed_without_a_word(call: Call) -> None:
    assert await (await call()).hear() == ""


async def test_the_clock_runs_again_for_a_second_request_on_the_same_connection(call: Call) -> None:
    line = await call()
    await line.say("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    assert (await line.hear()).startswith("HTTP/1.1 200")
    await asyncio.sleep(QUICK * 1.5)  # idle between two requests is no fault
    await line.say("GET / HTTP/1.1\r\nHo")
    assert (await line.hear()).startswith("HTTP/1.1 408")


async def test_half_a_request_behind_a_whole_one_is_not_kept_for_ever(call: Call) -> None:
    line = await call()
    await line.say("GET / HTTP/1.1\r\nHost: x\r\n\r\nGET / HT")
    heard = await line.hear()
    while "408" not in heard:
        more = await line.hear()
        assert more, "hung up without a word"
        heard += more
    assert heard.startswith("HTTP/1.1 200")


async def test_a_body_that_announces_too_much_is_told_so_before_it_is_sent(call: Call) -> None:
    line = await call()
    await line.say(f"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: {LARGEST_BODY + 1}\r\n\r\n")
    answer = await line.hear()
    assert answer.startswith("HTTP/1.1 413")
    assert "application/problem+json" in answer
    assert await line.hear() == "", "the rest never came, so the line is closed, without a second answer"


async def test_a_client_that_sends_a_body_too_large_to_its_end_still_reads_the_problem(call: Call) -> None:
    line = await call()
    size = 40 * LARGEST_BODY
    await line.say(f"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: {size}\r\n\r\n".encode() + b" " * size)
    assert (await line.hear()).startswith("HTTP/1.1 413")


async def test_a_client_that_was_refused_in_the_middle_and_then_says_nothing_is_not_kept_for_ever(call: Call) -> None:
    line = await call()
    await line.say(f"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: {LARGEST_BODY + 1}\r\n\r\n".encode())
    assert (await line.hear()).startswith("HTTP/1.1 413")
    await line.say(b" " * (LARGEST_BODY + 1))
    assert await line.hear() == ""


async def test_requests_that_are_sent_ahead_are_answered_one_after_the_other(call: Call) -> None:
    line = await call()
    await line.say("GET / HTTP/1.1\r\nHost: x\r\n\r\n" * LONGEST_PIPELINE)
    heard = ""
    while heard.count("HTTP/1.1 200") < LONGEST_PIPELINE:
        more = await line.hear()
        assert more, "hung up without a word"
        heard += more


async def test_a_client_that_sends_far_too_many_requests_ahead_is_hung_up_on(call: Call) -> None:
    line = await call()
    await line.say("GET / HTTP/1.1\r\nHost: x\r\n\r\n" * 1_000)
    heard = ""
    with contextlib.suppress(ConnectionError):
        while more := await line.hear():
            heard += more
    assert heard.count("HTTP/1.1") <= LONGEST_PIPELINE


async def test_a_client_that_takes_nothing_of_an_answer_is_hung_up_on(call: Call) -> None:
    line = await call()
    await line.say("GET /large HTTP/1.1\r\nHost: x\r\n\r\n")
    await asyncio.sleep(3 * QUICK)
    heard = 0
    with contextlib.suppress(ConnectionError):
        while piece := await line.hear():
            heard += len(piece)
    assert heard < LARGE


async def test_a_client_that_takes_a_large_answer_slowly_gets_all_of_it(port: int) -> None:
    """So slowly that the system is left with all of what it takes ahead, for many times as long as a client has."""
    loop = asyncio.get_running_loop()
    with socket.socket() as client:
        client.setblocking(False)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL)  # what is not read waits at the server
        await loop.sock_connect(client, ("127.0.0.1", port))
        await loop.sock_sendall(client, b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n")
        heard = 0
        for _ in range(40):  # a quarter of a megabyte in each second
            heard += len(await loop.sock_recv(client, SMALL * 3 // 2))
            await asyncio.sleep(QUICK / 10)
        while heard < LARGE:
            piece = len(await asyncio.wait_for(loop.sock_recv(client, LARGE), PATIENCE))
            assert piece, f"hung up on after {heard} bytes"
            heard += piece


async def test_chunks_that_add_up_to_too_much_get_413(call: Call) -> None:
    line = await call()
    await line.say("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
    chunk = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
    for _ in range(6):
        await line.say(chunk)
    await line.say("0\r\n\r\n")
    assert (await line.hear()).startswith("HTTP/1.1 413")


async def test_a_head_too_large_gets_431(call: Call) -> None:
    line = await call()
    await line.say(f"GET / HTTP/1.1\r\nHost: x\r\nX: {'y' * LARGEST_HEAD}\r\n\r\n")
    answer = await line.hear()
    assert answer.startswith("HTTP/1.1 431")
    assert "application/problem+json" in answer


async def test_what_is_not_http_gets_a_problem_too(call: Call) -> None:
    line = await call()
    await line.say("HELLO\r\n\r\n")
    answer = await line.hear()
    assert answer.startswith("HTTP/1.1 400")
    assert "application/problem+json" in answer


async def test_honest_clients_are_served_while_a_hundred_slow_ones_wait(call: Call) -> None:
    slow = [await call() for _ in range(100)]
    for line in slow:
        await line.say("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n1")
    honest = await call()
    await honest.say("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    assert (await honest.hear()).startswith("HTTP/1.1 200")
    answers = await asyncio.gather(*(line.hear() for line in slow))
    assert all(answer.startswith("HTTP/1.1 408") for answer in answers)
