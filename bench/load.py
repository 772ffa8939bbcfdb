"""A small load generator: keeps so many connections busy with prepared requests, and counts the answers."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import uvloop


@dataclass(frozen=True, slots=True)
class LoadResult:
    """What a load gave: answers per second, how many had another status than wanted, times in milliseconds."""

    per_second: float
    wrong: int
    median_ms: float
    p99_ms: float
    p95_ms: float
    answers: int


def request_bytes(
    method: str, path: str, body: bytes = b"", content_type: str = "application/json", more: str = ""
) -> bytes:
    """One HTTP/1.1 request as it goes over the wire."""
    head = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\n{more}"
    if body:
        head += f"Content-Type: {content_type}\r\nContent-Length: {len(body)}\r\n"
    return head.encode() + b"\r\n" + body


def run_load(
    port: int, requests: Callable[[], Iterator[bytes]], connections: int, seconds: float, wanted: int
) -> LoadResult:
    """Sends requests on so many connections for so long; every connection waits for each answer."""
    return uvloop.run(_run(port, requests, connections, seconds, wanted))


async def _run(
    port: int, requests: Callable[[], Iterator[bytes]], connections: int, seconds: float, wanted: int
) -> LoadResult:
    times: list[float] = []
    wrong: list[int] = []
    deadline = time.perf_counter() + seconds
    start = time.perf_counter()
    await asyncio.gather(*(_client(port, requests(), deadline, wanted, times, wrong) for _ in range(connections)))
    took = time.perf_counter() - start
    times.sort()
    p95, p99 = (times[int(len(times) * share)] * 1000 for share in (0.95, 0.99))
    return LoadResult(len(times) / took, len(wrong), statistics.median(times) * 1000, p99, p95, len(times))


async def _client(
    port: int, requests: Iterator[bytes], deadline: float, wanted: int, times: list[float], wrong: list[int]
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=4_000_000)
    try:
        while (begin := time.perf_counter()) < deadline:
            writer.write(next(requests))
            status = await _answer(reader)
            times.append(time.perf_counter() - begin)
            if status != wanted:
                wrong.append(status)
    finally:
        writer.close()


async def _answer(reader: asyncio.StreamReader) -> int:
    head = await reader.readuntil(b"\r\n\r\n")
    lower = head.lower()
    at = lower.find(b"content-length:")
    if at >= 0:
        await reader.readexactly(int(lower[at + 15 : lower.index(b"\r", at)]))
    return int(head[9:12])
