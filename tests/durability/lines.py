"""Raw connections, for clients that dawdle: they send half of a request, or take an answer byte by byte."""

import asyncio
import json
import socket
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import urlsplit

PATIENCE = 60.0  # only so that a test that went wrong ends


@dataclass(frozen=True, slots=True)
class Answer:
    """What came until the line was closed: nothing, a part, or all of an answer."""

    raw: bytes

    @property
    def status(self) -> int:
        """Nought if nothing came."""
        return int(self.raw[9:12]) if self.raw else 0

    @property
    def body(self) -> bytes:
        return self.raw.partition(b"\r\n\r\n")[2]

    @property
    def whole(self) -> bool:
        """Whether as much came as was announced."""
        head = self.raw.partition(b"\r\n\r\n")[0].lower()
        announced = [line for line in head.split(b"\r\n") if line.startswith(b"content-length:")]
        return bool(announced) and len(self.body) == int(announced[0].partition(b":")[2])


class Line:
    """One connection.

    Attributes:
        sent: bytes that were sent so far.
    """

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer, self.sent = reader, writer, 0

    @classmethod
    async def to(cls, address: str, room: int | None = None) -> Self:
        """A connection to the service.

        Args:
            room: bytes that the system takes before anybody has read them; by default what is usual.
        """
        parts = urlsplit(address)
        plain = socket.socket()
        plain.setblocking(False)
        if room is not None:
            plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, room)
        try:
            await asyncio.get_running_loop().sock_connect(plain, (parts.hostname, parts.port))
        except OSError:
            plain.close()
            raise
        return cls(*await asyncio.open_connection(sock=plain, limit=room or 2**16))

    @property
    def ended(self) -> bool:
        """Whether the service is known to have hung up."""
        return self._reader.at_eof() or self._reader.exception() is not None or self._writer.is_closing()

    async def say(self, data: bytes) -> None:
        """Sends this, if there is somebody still."""
        with suppress(OSError):
            self._writer.write(data)
            self.sent += len(data)
            await self._writer.drain()

    async def hear(self, most: int) -> bytes:
        """Something of the answer; nothing if the line was closed."""
        with suppress(OSError):
            return await asyncio.wait_for(self._reader.read(most), PATIENCE)
        return b""

    async def one(self) -> Answer:
        """One whole answer, after which the line stays open."""
        heard = b""
        while not Answer(heard).whole and (piece := await self.hear(2**16)):
            heard += piece
        return Answer(heard)

    async def rest(self, before: bytes = b"") -> Answer:
        """Everything that comes until the line is closed, after what was heard before."""
        heard = before
        while piece := await self.hear(2**16):
            heard += piece
        return Answer(heard)

    def close(self) -> None:
        """Lets go of it."""
        self._writer.transport.abort()


def request(method: str, path: str, headers: dict[str, str], body: dict[str, Any] | None = None) -> bytes:
    """The bytes of a request, after which the service should close the line."""
    data = b"" if body is None else json.dumps(body).encode()
    told = {"Host": "localhost", "Connection": "close", **headers}
    if body is not None:
        told |= {"Content-Type": "application/json", "Content-Length": str(len(data))}
    head = "".join(f"{name}: {value}\r\n" for name, value in told.items())
    return f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode() + data
