"""What the address of a database says of itself: which one it is, and how it is reached; opens nothing."""

import os
from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import Final

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

# Under any other mode the client goes on in clear when somebody on the way says that there is no TLS.
ENCRYPTED: Final = ("require", "verify-ca", "verify-full")
SIDECARS: Final = ("", "-wal", "-shm", "-journal")
DEFAULT_PORT: Final = "5432"


def is_postgresql(url: str) -> bool:
    """Whether the address is one of PostgreSQL."""
    return _read(url).get_backend_name() == "postgresql"


def files_of(url: str) -> list[Path]:
    """The files that an embedded database has just now; none for PostgreSQL."""
    address = _read(url)
    if address.get_backend_name() != "sqlite" or not address.database:
        return []
    names = (Path(address.database + ending) for ending in SIDECARS)
    return [file for file in names if file.is_file()]


def file_of(url: str) -> Path | None:
    """The file of an embedded database, whether it is there or not; None for PostgreSQL."""
    address = _read(url)
    return Path(address.database) if address.get_backend_name() == "sqlite" and address.database else None


def folder_of(url: str) -> Path | None:
    """The folder of an embedded database; None for PostgreSQL."""
    file = file_of(url)
    return None if file is None else file.parent


def same_place(one: str, other: str) -> bool:
    """Whether both are one database, as far as addresses can tell."""
    return _place(_read(one)) == _place(_read(other))


def in_clear(url: str, environment: Mapping[str, str] = os.environ) -> bool:
    """Whether what is said to this PostgreSQL crosses a network unencrypted, or could be made to."""
    address = _read(url)
    if address.get_backend_name() != "postgresql":
        return False
    mode = address.query.get("sslmode") or environment.get("PGSSLMODE", "")
    return mode not in ENCRYPTED and not all(map(_stays_here, _hosts(address, environment)))


def _read(url: str) -> URL:
    """The parts of an address; whoever opens it tells what is wrong with one that has none."""
    try:
        return make_url(url)
    except ArgumentError:
        return URL.create("unreadable")


def _place(address: URL) -> tuple[object, ...]:
    if address.get_backend_name() == "sqlite":
        return "sqlite", Path(address.database or "").resolve()
    hosts = tuple(sorted("" if _stays_here(host) else host for host in _hosts(address, os.environ)))
    return address.get_backend_name(), hosts, str(address.port or DEFAULT_PORT), address.database or address.username


def _hosts(address: URL, environment: Mapping[str, str]) -> list[str]:
    """Where PostgreSQL is looked for; a path, or nothing, is a socket of this machine."""
    given = address.query.get("hostaddr") or address.host or address.query.get("host") or environment.get("PGHOST", "")
    texts = [given] if isinstance(given, str) else given
    return [host.rpartition(":")[0] if host.count(":") == 1 else host for text in texts for host in text.split(",")]


def _stays_here(host: str) -> bool:
    if not host or host.startswith(("/", "@")) or host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
