"""How the service is run: uvicorn with a deadline for whole requests; knows sockets and time, not what is served."""

import asyncio
import errno
import gc
import importlib
import logging
import os
import socket
import sys
from collections.abc import Awaitable
from contextlib import ExitStack, suppress
from typing import Any, Final

import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from app.domain.errors import BadInput, Unavailable
from app.logs import Forwarding, make_logger
from app.quick_start import quick_start
from app.settings import Settings
from app.starting import start_of
from app.usecases.start_checks import before_anything
from app.usecases.start_rules import refuse

APPLICATION: Final = "app.main"
LARGEST_HEAD: Final = 32 * 1024
LONGEST_PIPELINE: Final = 16  # requests that a client may have sent ahead of the answers
COLLECTING: Final = (20_000, 20, 20)  # thresholds of the garbage collector while serving
LAST_SECONDS: Final = 20  # that requests have to end in once the service is told to stop
TAKING: Final = 4  # times as long as a client has to send a request, it has to take some more of the answer
LONGEST_BACKLOG: Final = 2_048  # connections that wait to be accepted
MOST_AHEAD: Final = 32 * 1024  # bytes not yet sent of which the system takes no more: it would keep megabytes

_TOO_SLOW: Final = (408, "Request Timeout", b'{"type":"/problems/request-timeout","title":"Too slow","status":408}')
_NOT_HTTP: Final = (
    400,
    "Bad Request",
    b'{"type":"/problems/malformed-request","title":"Malformed request","status":400}',
)
_HEAD_TOO_LARGE: Final = (
    431,
    "Request Header Fields Too Large",
    b'{"type":"/problems/headers-too-large","title":"Headers too large","status":431}',
)


class DeadlineProtocol(HttpToolsProtocol):
    """uvicorn's protocol, with a deadline: a connection whose request is not whole in time is closed.

    The clock runs from the connection, and again from the first byte after a request that was whole. A client that
    sends a byte a second would otherwise hold its connection for ever. Between two requests uvicorn's own keep-alive
    timeout holds. Who takes nothing of an answer is hung up on, too, and so is who sends many requests ahead: uvicorn
    reads on with each answer, and would keep them all.
    """

    receive_seconds = 5.0
    take_seconds = 20.0

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._deadline: asyncio.TimerHandle | None = None
        self._head_size = 0
        self._in_body = False
        self._silent = True
        self._crowded = False
        self._taking: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start the clock."""
        super().connection_made(transport)
        _keep_little_ahead(transport)
        self._arm()

    def data_received(self, data: bytes) -> None:
        """Start the clock unless it runs already or a whole request is being answered."""
        self._silent = False
        if not self._answering():
            self._arm()
        super().data_received(data)

    def on_message_begin(self) -> None:
        """Start the clock for a request that follows another one in the same piece of data.

        Raises:
            ValueError: too many requests wait already.
        """
        if len(self.pipeline) >= LONGEST_PIPELINE:
            self._crowded = True
            raise ValueError("too many requests ahead")
        self._head_size = 0
        self._in_body = False
        self._arm()
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        """Count what the head takes."""
        self._count(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Count what the head takes."""
        self._count(len(name) + len(value))
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Note that the request in hand has a cycle of its own from here on."""
        super().on_headers_complete()
        self._in_body = True

    def on_message_complete(self) -> None:
        """Stop the clock: the request is whole."""
        self._disarm()
        super().on_message_complete()
        if not self._answering():  # it was refused before it was whole: nothing else ends this connection
            self._unset_keepalive_if_required()
            self.timeout_keep_alive_task = self.loop.call_later(
                self.timeout_keep_alive, self.timeout_keep_alive_handler
            )

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the clock: nobody is there."""
        self._disarm()
        self._take()
        self.pipeline.clear()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """Start a clock for the client, which has to take of the answer what is there."""
        super().pause_writing()
        self._wait_for(self.transport.get_write_buffer_size())

    def resume_writing(self) -> None:
        """Stop it: the client has taken nearly all."""
        self._take()
        super().resume_writing()

    def send_400_response(self, msg: str) -> None:
        """Answer what is not HTTP with a problem, as everything else."""
        del msg
        if self._crowded:
            self.transport.close()
            return
        self._refuse(*(_NOT_HTTP if self._head_size <= LARGEST_HEAD else _HEAD_TOO_LARGE))

    def _answering(self) -> bool:
        cycle: Any = self.cycle  # None before the first request
        return cycle is not None and not cycle.response_complete

    def _count(self, size: int) -> None:
        self._head_size += size
        if self._head_size > LARGEST_HEAD:
            raise ValueError("head too large")

    def _arm(self) -> None:
        if self._deadline is None:
            self._deadline = self.loop.call_later(self.receive_seconds, self._too_late)

    def _disarm(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _too_late(self) -> None:
        self._deadline = None
        if self.transport.is_closing():
            return
        if self._silent or (self._in_body and self.cycle.response_started):
            self.transport.close()
        else:
            self._refuse(*_TOO_SLOW)

    def _wait_for(self, left: int) -> None:
        self._taking = self.loop.call_later(self.take_seconds, self._not_taken, left)

    def _take(self) -> None:
        if self._taking is not None:
            self._taking.cancel()
            self._taking = None

    def _not_taken(self, before: int) -> None:
        left = self.transport.get_write_buffer_size()
        if left < before:  # slowly, but it takes
            self._wait_for(left)
        else:
            self.transport.abort()

    def _refuse(self, status: int, phrase: str, body: bytes) -> None:
        head = (
            f"HTTP/1.1 {status} {phrase}\r\ncontent-type: application/problem+json\r\n"
            f"content-length: {len(body)}\r\ncache-control: no-store\r\nconnection: close\r\n\r\n"
        )
        self.transport.write(head.encode() + body)
        self.transport.close()


def _keep_little_ahead(transport: asyncio.Transport) -> None:
    """Lets the system ask for more of an answer as soon as the client has taken some of it.

    It would take megabytes at once, and ask for more only when a third of them is gone: a slow client that reads all
    the time would seem to take nothing meanwhile.
    """
    plain = transport.get_extra_info("socket")
    if plain is not None and hasattr(socket, "TCP_NOTSENT_LOWAT"):
        with suppress(OSError):  # the client is gone already, which is told by and by
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, MOST_AHEAD)


class Opening:
    """An ASGI application that keeps why another one could not start; uvicorn would write a traceback and forget it.

    Attributes:
        failure: what the other one raised while it started or stopped; None if nothing.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.failure: Exception | None = None
        self._app = app

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Pass everything on; requests at no cost."""
        return self._lifespan(scope, receive, send) if scope["type"] == "lifespan" else self._app(scope, receive, send)

    async def _lifespan(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def briefly(message: Message) -> None:
            await send({"type": message["type"]})

        try:
            await self._app(scope, receive, briefly)
        except Exception as error:  # noqa: BLE001 - whatever it is, `run` raises it
            self.failure = error


def run(settings: Settings) -> None:
    """Serve until told to stop. The database is opened, and an embedded one migrated, before the first request.

    Raises:
        BadInput: the address, the data folder or the database address cannot be used.
        UnsafeStart: a start rule is broken; the faults name it.
        ChecklistBroken: a checklist cannot be used; the faults name file and line.
        Unavailable: the database cannot be opened.
    """
    server: uvicorn.Server  # made last, of the application, which asks it whether to stop
    # The application is joined above the command, which may not import it; so it is named here and found when run.
    with quick_start():
        create_app = importlib.import_module(APPLICATION).create_app
        opening = Opening(create_app(settings, _announce, lambda: server.should_exit))
        refuse(before_anything(start_of(settings, listens=True)), settings.accepted_risks)
    # What was made so far stays, and is frozen. A request makes thousands of objects that die with it, by their counts
    # of references; the collector, at its usual pace, would look through them many times a second and find nothing.
    gc.set_threshold(*COLLECTING)
    logger = make_logger(settings.log_format)
    _forward_logs(logger)
    server = _server(opening, settings)
    with ExitStack() as open_until_then:
        sockets = [open_until_then.enter_context(one) for one in _listening(settings.host, settings.port)]
        for address in map(_address, sockets):
            logger.info("serving", address=address)
        try:
            with suppress(KeyboardInterrupt):  # by then the stop that it asks for has been carried out
                server.run(sockets)
        finally:
            if opening.failure is not None:
                raise _told(opening.failure) from opening.failure


def _announce(text: str) -> None:
    """On standard output, where somebody looks on, and not in the log, which is kept."""
    sys.stdout.write(text)
    sys.stdout.flush()


def _server(application: Opening, settings: Settings) -> uvicorn.Server:
    config = uvicorn.Config(
        application,
        http=type("Protocol", (DeadlineProtocol,), _deadlines(settings.receive_seconds)),
        interface="asgi3",
        ws="none",
        loop="auto",
        lifespan="on",
        access_log=False,
        server_header=False,
        log_config=None,
        timeout_graceful_shutdown=LAST_SECONDS,
    )
    return uvicorn.Server(config)


def _deadlines(receive_seconds: float) -> dict[str, float]:
    return {"receive_seconds": receive_seconds, "take_seconds": TAKING * receive_seconds}


def _listening(host: str, port: int) -> list[socket.socket]:
    """A socket for each address that the host's name stands for. They are taken before any file is touched."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        sockets = [_bound(family, address) for family, _, _, _, address in found]
    except OSError as error:
        reason = error.strerror if isinstance(error, socket.gaierror) else os.strerror(error.errno or 0)
        raise BadInput(f"Nothing can listen on {host}, port {port}: {reason}.") from None
    if not any(sockets):
        raise BadInput(f"Nothing can listen on {host}, port {port}: this machine has no such address.")
    return list(filter(None, sockets))


def _bound(family: socket.AddressFamily, address: Any) -> socket.socket | None:
    """A listening socket, None if the machine knows the address by name only (as it may know IPv6)."""
    try:
        return socket.create_server(address[:2], family=family, backlog=LONGEST_BACKLOG)
    except OSError as error:
        if error.errno in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT):
            return None
        raise


def _address(bound: socket.socket) -> str:
    host, port = bound.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _told(failure: Exception) -> Exception:
    """What failed in words of the operator, who set the folder and the database."""
    if isinstance(failure, OSError):
        return BadInput(f"The data folder cannot be used: {failure.strerror}.")
    if isinstance(failure, Unavailable) and failure.detail == Unavailable.detail:
        return Unavailable(
            "The database cannot be opened: it is out of reach, busy, full, not writable, or no database."
        )
    return failure


def _forward_logs(logger: Any) -> None:
    """uvicorn's warnings become lines of ours; what else it has to say is left out."""
    server_logger = logging.getLogger("uvicorn")
    server_logger.handlers, server_logger.propagate = [Forwarding(logger)], False
    server_logger.setLevel(logging.WARNING)
