"""The real service in a process of its own, which can be killed and started again; knows no noun and no request."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from app.checklist.catalogue import shipped_catalogue
from app.security.master_keys import MasterKeys
from app.usecases.founding import Founded, found
from app.usecases.opening import Places, close_office, open_office
from tests.durability.figures import engine_of

ROOT = Path(__file__).parents[2]
NO_LIMIT = "100000000/minute"
LONGEST_START = 60.0


@dataclass(frozen=True, slots=True)
class House:
    """An organisation, where everything of it is kept, and the key that its first person has."""

    places: Places
    founded: Founded

    @property
    def engine(self) -> str:
        """The name of what keeps it."""
        return engine_of(self.places.database)

    @property
    def headers(self) -> dict[str, str]:
        """The headers that say who asks."""
        return {"Authorization": f"Bearer {self.founded.api_key}"}

    @property
    def surroundings(self) -> dict[str, str]:
        """The environment in which a service finds it, without whatever the tests themselves are told."""
        return {
            **{name: value for name, value in os.environ.items() if not name.startswith("GOODOFFICES_")},
            "GOODOFFICES_DATABASE_URL": self.places.database,
            "GOODOFFICES_KEY_STORE_URL": self.places.key_store,
            "GOODOFFICES_MASTER_KEYS": self.places.master_keys.text(),
            "GOODOFFICES_ACCESS_LOG": "false",
        }


def house_in(database: str, key_store: str) -> House:
    """A new organisation in a database that has its tables, and in an empty key store."""
    return asyncio.run(founded_in(database, key_store))


async def founded_in(database: str, key_store: str) -> House:
    """As `house_in`, for whoever has an event loop already."""
    places = Places(database, key_store, MasterKeys.generate())
    office = await open_office(places, shipped_catalogue())
    try:
        return House(places, await found(office, "Hill House", "Anna"))
    finally:
        await close_office(office)


class Service:
    """A service process. As a context it runs from the beginning to the end.

    Args:
        house: what it serves.
        folder: where it writes its log.
        mutant: the name of a fault in `tests.durability.mutants` that it has.
        port: where it listens; by default where the system likes.
        under: arguments to Python before those of the service, such as a tracer with its own.
        settings: what it is told beside where its house is.
    """

    def __init__(
        self,
        house: House,
        folder: Path,
        mutant: str = "",
        port: int = 0,
        under: tuple[str, ...] = (),
        settings: dict[str, str] | None = None,
    ) -> None:
        self._house, self._mutant, self._under = house, mutant, under
        self._settings = {"RATE_LIMITS": NO_LIMIT, "PORT": str(port), **(settings or {})}
        self._log = folder / f"service-{id(self)}.log"
        self._process: subprocess.Popen[bytes] | None = None
        self.address = ""

    def __enter__(self) -> "Service":
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.kill()

    @property
    def log(self) -> list[dict[str, Any]]:
        """What it has logged since it was started last."""
        lines = self._log.read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]

    def start(self) -> None:
        """Starts it, at the same address as before; it takes connections when this returns, and answers soon."""
        program = ["-m", "tests.durability.mutants", self._mutant] if self._mutant else ["-m", "app", "serve"]
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, *self._under, *program],
                cwd=ROOT,
                env=self._house.surroundings | {f"GOODOFFICES_{name}": value for name, value in self._settings.items()},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=log,
            )
        until = time.monotonic() + LONGEST_START
        while not self._listens():
            assert self._process.poll() is None, self._log.read_text(encoding="utf-8")
            assert time.monotonic() < until, "the service did not start"
            time.sleep(0.02)

    def kill(self) -> None:
        """Ends it as a crash would: it can do nothing about it."""
        self._end(signal.SIGKILL)

    def stop(self) -> float:
        """Asks it to end, and returns how many seconds it took."""
        begun = time.monotonic()
        self._end(signal.SIGTERM)
        return time.monotonic() - begun

    @property
    def process(self) -> psutil.Process:
        """It, to be looked at."""
        assert self._process is not None
        return psutil.Process(self._process.pid)

    @property
    def returned(self) -> int | None:
        """What it ended with; None while it runs."""
        assert self._process is not None
        return self._process.poll()

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(how)
            self._process.wait(LONGEST_START)

    def _listens(self) -> bool:
        for line in self.log:
            if line.get("event") == "serving":
                self.address = line["address"]
                self._settings["PORT"] = self.address.rpartition(":")[2]
                return True
        return False
