"""Who starts while something else starts on the same data waits for it, says so, and can be told to stop meanwhile."""

import errno
import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.domain.errors import BadInput, Unavailable
from app.settings import Settings
from app.starting import start_of
from app.usecases.opening import PAUSE, starting_alone
from app.usecases.start_checks import Start
from tests.cli.conftest import ROOT

PATIENCE = 60.0  # only so that a test that went wrong ends; nothing is asserted of it
SERVE = ("serve", "--port", "0")
CREATE = ("organisations", "create", "Lake Centre", "--owner", "Ada")
SIGNALS = [signal.SIGTERM, signal.SIGINT]


class Starting:
    """A command of its own process that works on the data in a folder, and what it has written so far."""

    def __init__(self, folder: Path, command: tuple[str, ...]) -> None:
        self._told = folder / "told"
        places = {"GOODOFFICES_DATA_DIR": folder / "data", "GOODOFFICES_KEY_FILE": folder / "secret" / "master.key"}
        surroundings = {**os.environ, **{name: str(place) for name, place in places.items()}}
        with self._told.open("wb") as told:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "app", *command], cwd=ROOT, env=surroundings, stdout=told, stderr=told
            )

    @property
    def told(self) -> str:
        return self._told.read_text(encoding="utf-8")

    def until_it_waits(self) -> None:
        """Returns once it has said so, and has looked some more times since."""
        until = time.monotonic() + PATIENCE
        while "waiting" not in self.told:
            assert self.process.poll() is None, self.told
            assert time.monotonic() < until, self.told
            time.sleep(PAUSE)
        time.sleep(5 * PAUSE)

    def ended(self) -> int:
        return self.process.wait(PATIENCE)


@contextmanager
def starting(folder: Path, command: tuple[str, ...]) -> Iterator[Starting]:
    it = Starting(folder, command)
    try:
        yield it
    finally:
        it.process.kill()
        it.process.wait()


@pytest.fixture
def other(tmp_path: Path) -> Iterator[int]:
    """Something else that starts on the data: it holds what only one can hold."""
    (tmp_path / "data").mkdir(mode=0o700)
    handle = os.open(tmp_path / "data", os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    yield handle
    os.close(handle)


@pytest.fixture
def start(tmp_path: Path) -> Start:
    return start_of(Settings(data_dir=tmp_path / "data", key_file=tmp_path / "secret" / "master.key"), listens=False)


def never() -> bool:
    return False


@pytest.mark.parametrize("how", SIGNALS, ids=lambda how: how.name)
def test_a_service_that_waits_says_so_once_and_ends_when_it_is_told_to(
    tmp_path: Path, other: int, how: signal.Signals
) -> None:
    with starting(tmp_path, SERVE) as service:
        service.until_it_waits()
        service.process.send_signal(how)
        assert service.ended() != 0
        assert "Told to stop" in service.told
        assert service.told.count('"waiting"') == 1
        assert "Traceback" not in service.told
    assert not (tmp_path / "secret").exists()


@pytest.mark.parametrize("how", SIGNALS, ids=lambda how: how.name)
def test_a_command_that_waits_ends_when_it_is_told_to(tmp_path: Path, other: int, how: signal.Signals) -> None:
    with starting(tmp_path, CREATE) as command:
        command.until_it_waits()
        command.process.send_signal(how)
        assert command.ended() != 0


def test_the_first_organisation_is_made_by_hand_only_after_what_starts_has_started(tmp_path: Path, other: int) -> None:
    with starting(tmp_path, CREATE) as command:
        command.until_it_waits()
        assert not (tmp_path / "secret").exists()
        fcntl.flock(other, fcntl.LOCK_UN)
        assert command.ended() == 0
        assert command.told.count("waiting") == 1
        assert "API key" in command.told


async def test_nobody_waits_for_ever(other: int, start: Start) -> None:
    told: list[str] = []
    with pytest.raises(Unavailable, match="for too long"):
        async with starting_alone(start, lambda: told.append("waiting"), never, longest=3 * PAUSE):
            told.append("started")
    assert told == ["waiting"]


async def test_a_folder_that_cannot_be_locked_is_told_in_a_sentence(
    tmp_path: Path, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    def flock(_handle: int, _how: int) -> None:
        raise OSError(errno.EBADF, os.strerror(errno.EBADF))

    monkeypatch.setattr("fcntl.flock", flock)
    with pytest.raises(BadInput, match="a disk of this machine"):
        async with starting_alone(start, lambda: None, never):
            pass
