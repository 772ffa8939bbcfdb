"""A bad network between the service and PostgreSQL: it cuts, delays, halves and swallows; knows no protocol."""

import asyncio
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

PIECE = 64 * 1024


class Proxy:
    """A TCP port that leads to a Unix socket. As a context it is open.

    Attributes:
        delay: seconds that each piece of data is kept.
        swallows: whether what arrives goes nowhere, as behind a firewall that has forgotten the connection.
        refuses: whether new connections are closed at once.
        port: where it listens.
    """

    def __init__(self, target: Path) -> None:
        self.delay, self.swallows, self.refuses, self.port = 0.0, False, False, 0
        self._target = target
        self._server: asyncio.Server | None = None
        self._ways: set[tuple[asyncio.StreamWriter, asyncio.StreamWriter]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.close()
        self.cut()
        await self._server.wait_closed()

    @property
    def open(self) -> int:
        """How many connections lead through it."""
        return len(self._ways)

    def cut(self) -> None:
        """Breaks every connection at once, in both directions."""
        for client, server in self._ways:
            client.transport.abort()
            server.transport.abort()

    def half_close(self) -> None:
        """Tells the service that nothing more will come, while it may go on to send."""
        for client, _ in self._ways:
            with suppress(OSError, RuntimeError):
                client.write_eof()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.refuses:
            writer.transport.abort()
            return
        try:
            from_server, to_server = await asyncio.open_unix_connection(str(self._target))
        except OSError:
            writer.transport.abort()
            return
        way = (writer, to_server)
        self._ways.add(way)
        try:
            await asyncio.gather(self._carry(reader, to_server), self._carry(from_server, writer))
        finally:
            self._ways.discard(way)
            for end in way:
                end.transport.abort()

    async def _carry(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        with suppress(OSError, RuntimeError):
            while data := await source.read(PIECE):
                if self.delay:
                    await asyncio.sleep(self.delay)
                if not self.swallows:
                    sink.write(data)
                    await sink.drain()
        sink.transport.abort()  # whoever ends one direction ends both, as PostgreSQL itself does
