"""How breaches of the start rules are found: in settings, files, keys and databases; knows not what follows of them."""

import os
import socket
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Final

from app.security.master_keys import MasterKeys
from app.storage import addresses
from app.storage.condition import Condition
from app.usecases.start_rules import RULES, Breach

OTHERS: Final = 0o077
OTHERS_WRITE: Final = 0o022
ANYTHING_BUT_READING: Final = 0o377


@dataclass(frozen=True, slots=True)
class Start:
    """What a start is judged by, before and after anything is opened.

    Attributes:
        host: where the service would listen; None for a command that listens nowhere.
        public: whether the operator said that others may reach it.
        data_folder: the service's own folder; None where nothing lies in it.
        database, key_store: the addresses.
        key_store_named: whether the operator named the key store.
        key_file: where the master keys lie, unless they are given by themselves.
        master_keys: those that are given so; None where they lie in the file.
        accepted: names of rules whose risk the operator accepts.
        unknown, empty: names of variables that look like settings and are none, or have no value.
    """

    host: str | None
    public: bool
    data_folder: Path | None
    database: str
    key_store: str
    key_store_named: bool
    key_file: Path
    master_keys: MasterKeys | None = None
    accepted: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    empty: tuple[str, ...] = ()


def variables(environment: Mapping[str, str], prefix: str, known: frozenset[str]) -> tuple[list[str], list[str]]:
    """Names of variables that look like settings: those that are none, and those that have no value."""
    ours = sorted(name for name in environment if name.upper().startswith(prefix))
    return [name for name in ours if name.upper() not in known], [name for name in ours if not environment[name]]


def before_anything(start: Start) -> Iterator[Breach]:
    """What can be seen before a file is made or a database is spoken to."""
    yield from (Breach("setting-unknown", name) for name in start.unknown)
    yield from (Breach("setting-empty", name) for name in start.empty)
    for name in start.accepted:
        if name not in RULES or not RULES[name].acceptable:
            yield Breach("risk-unknown")
    if start.host is not None and not start.public and not _only_this_machine(start.host):
        yield Breach("public-address")
    yield from _of_addresses(start)
    yield from _of_files(start)
    if start.master_keys is None:
        yield from _of_key_file(start, start.key_file)


def of_database(condition: Condition) -> Iterator[Breach]:
    """What the database says of itself."""
    if condition.unknown:
        yield Breach("migrations-unknown")
    elif not condition.at_head:
        yield Breach("migrations-pending")
    yield from (Breach(name, "the data") for name in condition.weak)
    yield from (Breach(name) for name in condition.faults)


def of_key_store(weak: tuple[str, ...], *, holds_data: bool) -> Iterator[Breach]:
    """What the key store says of itself."""
    if holds_data:
        yield Breach("key-store-in-database")
    yield from (Breach(name, "the key store") for name in weak)


def _only_this_machine(host: str) -> bool:
    """A name that stands for nothing is not ours to judge: nothing can listen there."""
    try:
        found = socket.getaddrinfo(host, 0, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        return all(ip_address(address[0]).is_loopback for *_, address in found)
    except (OSError, ValueError):
        return True


def _of_addresses(start: Start) -> Iterator[Breach]:
    if addresses.is_postgresql(start.database) and not start.key_store_named:
        yield Breach("key-store-not-named")
    if addresses.same_place(start.database, start.key_store):
        yield Breach("key-store-in-database")
    if addresses.in_clear(start.database):
        yield Breach("postgresql-without-tls", "the data")
    if addresses.in_clear(start.key_store):
        yield Breach("postgresql-without-tls", "the key store")


def _of_files(start: Start) -> Iterator[Breach]:
    if start.data_folder is not None and start.data_folder.is_dir() and _has(start.data_folder, OTHERS):
        yield Breach("data-folder-open", str(start.data_folder))
    for rule, url in (("database-file-open", start.database), ("key-store-file-open", start.key_store)):
        yield from (Breach(rule, str(file)) for file in addresses.files_of(url) if _has(file, OTHERS))


def _of_key_file(start: Start, file: Path) -> Iterator[Breach]:
    folders = {start.data_folder, addresses.folder_of(start.database), addresses.folder_of(start.key_store)} - {None}
    if any(_lies_in(file, folder, deep=folder == start.data_folder) for folder in folders if folder is not None):
        yield Breach("key-file-in-data-folder", str(file))
    if file.exists() and (_has(file, ANYTHING_BUT_READING) or file.stat().st_uid not in (0, os.geteuid())):
        yield Breach("key-file-open", str(file))
    if _others_may_replace(file.resolve().parent):
        yield Breach("key-folder-open", str(file.resolve().parent))


def _lies_in(file: Path, folder: Path, *, deep: bool) -> bool:
    """Whether the file, or the link that names it, or another name of it, lies in the folder, or below it."""
    inside, places = folder.resolve(), [file.resolve(), file.absolute().parent.resolve() / file.name]
    if any(inside in place.parents if deep else inside == place.parent for place in places):
        return True
    if not file.exists() or file.stat().st_nlink == 1:
        return False
    return any(other.is_file() and other.samefile(file) for other in inside.glob("**/*" if deep else "*"))


def _others_may_replace(folder: Path) -> bool:
    """A folder such as /tmp lets everybody write, but nobody remove what is another's."""
    return folder.is_dir() and _has(folder, OTHERS_WRITE) and not folder.stat().st_mode & stat.S_ISVTX


def _has(path: Path, bits: int) -> bool:
    return path.exists() and bool(path.stat().st_mode & bits)
