"""A program: starts a service for the first time, killed at one step after the other, and each time once more.

It forks for each start, so that what is imported once serves all of them, and a kill is a kill. It prints its figures
as JSON. With `after` it uses a mutant that shows the key after the commit, with `torn` one that writes the key file in
its place.
"""

import asyncio
import fcntl
import json
import os
import signal
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from app.main import create_app
from app.settings import Settings
from app.usecases import founding, opening

STEPS = frozenset({"open", "os.mkdir", "os.link", "os.remove", "os.rename", "sqlite3.connect", "fcntl.flock"})
OURS = ("data", "secret", "sqlite:///data")
MOST_STEPS = 200


class Steps:
    """Counts what a start does to files, and kills the process at one of the steps."""

    def __init__(self, last: int | None) -> None:
        self._last = last
        self._count = 0

    def hook(self, event: str, arguments: tuple[Any, ...]) -> None:
        """What Python tells of everything that a program does."""
        if event in STEPS and (event == "fcntl.flock" or any(str(one).startswith(OURS) for one in arguments)):
            self.step()

    def step(self) -> None:
        self._count += 1
        if self._count == self._last:
            os.kill(os.getpid(), signal.SIGKILL)


class Starts:
    """The service in the folder that a process stands in; made once, as that takes longest.

    Attributes:
        shown: how often a key was shown.
    """

    def __init__(self) -> None:
        settings = Settings(data_dir=Path("data"), key_file=Path("secret/master.key"), access_log=False)
        self.app = create_app(settings, self.announce)
        self.steps = Steps(None)
        self.shown = 0

    def announce(self, text: str) -> None:
        """Shows a text as a terminal does: what was shown stays seen."""
        self.steps.step()
        with Path("terminal").open("a") as terminal:
            terminal.write(text)
        self.shown += 1
        self.steps.step()

    async def start(self) -> None:
        """A whole start and stop."""
        async with self.app.router.lifespan_context(self.app):
            self.steps.step()

    async def status(self, key: str) -> int:
        """What a request with this key is answered."""
        transport, headers = httpx.ASGITransport(self.app), {"Authorization": f"Bearer {key}"}
        async with (
            self.app.router.lifespan_context(self.app),
            httpx.AsyncClient(transport=transport, base_url="http://it", headers=headers) as http,
        ):
            return (await http.get("/v1/initiatives")).status_code


def in_a_fork(folder: str, work: Callable[[], object]) -> bool:
    """Does the work in a process of its own that stands in the folder; what it comes to is written there.

    Returns whether it ended by itself.
    """
    child = os.fork()
    if child == 0:
        os.chdir(folder)
        try:
            came_to = work()
        except BaseException as error:  # noqa: BLE001 - the parent judges it
            came_to = f"{type(error).__name__}: {error}"
        Path("came-to").write_text(json.dumps(came_to))
        os._exit(0)
    return os.WIFEXITED(os.waitpid(child, 0)[1])


def killed(starts: Starts, folder: str, step: int) -> bool:
    """A first start that is killed at this step; whether it was."""

    def work() -> object:
        starts.steps = Steps(step)
        sys.addaudithook(starts.steps.hook)
        return asyncio.run(starts.start())

    return not in_a_fork(folder, work)


def came_right(starts: Starts, folder: str) -> bool:
    """Whether the next start goes well, the one after it shows no key, and the key that was shown last is good."""

    def work() -> object:
        asyncio.run(starts.start())
        before = starts.shown
        words = Path("terminal").read_text().split()
        key = [word.partition("=")[2] for word in words if word.startswith("GOODOFFICES_KEY=")][-1]
        status = asyncio.run(starts.status(key))
        return [starts.shown - before, status, sorted(file.name for file in Path("secret").iterdir())]

    in_a_fork(folder, work)
    verdict = json.loads((Path(folder) / "came-to").read_text())
    return bool(verdict == [0, 200, ["master.key"]])


def show_after_the_commit() -> None:
    """The mutant that would rather show nothing that is not there yet."""
    whole = founding.found

    async def found(office: Any, name: str, owner: str, tell: Any) -> Any:
        founded = await whole(office, name, owner)
        tell(founded)
        return founded

    founding.__dict__["found"] = found


def write_in_place() -> None:
    """The mutant that writes the key file where it will be."""

    def write_new(file: Path, keys: Any) -> None:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400), "w") as made:
            fcntl.flock(made.fileno(), fcntl.LOCK_EX)
            made.write(keys.text())

    opening.__dict__["write_new"] = write_new


def main() -> None:
    {"after": show_after_the_commit, "torn": write_in_place}.get(sys.argv[1], lambda: None)()
    starts, kills, right = Starts(), 0, 0
    for step in range(1, MOST_STEPS):
        with tempfile.TemporaryDirectory() as folder:
            if not killed(starts, folder, step):
                break
            kills += 1
            right += came_right(starts, folder)
        if right < kills and sys.argv[1] != "none":
            break  # the mutant is caught
    sys.stdout.write(json.dumps({"kills": kills, "right": right}))


if __name__ == "__main__":
    main()
