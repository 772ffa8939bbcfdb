"""Starts an application in a process of its own on a free port of this machine, and stops it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

OURS = "goodoffices"
PATIENCE_SECONDS = 30.0


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def surroundings(folder: Path, **more: str) -> dict[str, str]:
    """This process's environment for another one; compiled modules are kept, as they are on a user's machine."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "BENCH_DATABASE": str(folder / "base.db"), **more}


@contextmanager
def served(what: str, folder: Path, **environment: str) -> Iterator[int]:
    """The port of a running application: `goodoffices`, or the name of a factory in `bench.bases`.

    Ours finds its data by its environment (`bench.house`).
    """
    port = free_port()
    process = subprocess.Popen(
        command_for(what, port),
        env=surroundings(folder, **environment),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(port, process)
        yield port
    finally:
        process.terminate()
        process.wait(PATIENCE_SECONDS)


def command_for(what: str, port: int) -> list[str]:
    if what == OURS:
        return [sys.executable, "-m", "app", "serve", "--port", str(port)]
    options = [
        "--factory",
        what if ":" in what else f"bench.bases:{what}",
        "--port",
        str(port),
        "--no-access-log",
        "--loop",
        "uvloop",
        "--http",
        "httptools",
    ]
    return [sys.executable, "-m", "uvicorn", *options]


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    """Waits until the port answers.

    Raises:
        RuntimeError: the process ended, or took too long.
    """
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 0.2).close()
        except OSError:
            time.sleep(0.01)
        else:
            return
    raise RuntimeError("the application did not start")
