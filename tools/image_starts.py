"""How soon a service gives its first answer in a container and out of one, started in turn; asks it nothing else."""

import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Final

from tools.image_trial import Findings, Trial, Volumes, Way, free_port, listening_at, started

ROUNDS: Final = 5
ANY_KEY: Final = "none"


def compare_starts(trial: Trial, findings: Findings) -> None:
    """Medians of the same start in each way, and against the service without a container."""
    ways = {"without a container": _bare, "as a container usually runs": trial.plain, "confined": trial.confined}
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o711)
        owners = {name: (os.getuid(), os.getgid()) if way is _bare else trial.owner for name, way in ways.items()}
        places = {name: _volumes(Path(folder) / str(number), owners[name]) for number, name in enumerate(ways)}
        for turn in range(ROUNDS + 1):
            for name, way in ways.items():
                once = _start(trial, way, places[name])
                if turn:  # the first makes keys and tables
                    taken[name].append(once)
    bare = [median(each) for each in zip(*taken["without a container"], strict=True)]
    for name, all_of_it in taken.items():
        seconds, computed = (median(each) for each in zip(*all_of_it, strict=True))
        ratios = f"{seconds / bare[0]:.2f} and {computed / bare[1]:.2f} times"
        findings.figure(f"start, {name}", f"{seconds:.2f} s, {computed:.2f} s of processor time: {ratios}")


def _volumes(folder: Path, owner: tuple[int, int]) -> Volumes:
    volumes = Volumes(folder / "data", folder / "keys")
    folder.mkdir(mode=0o711)
    for place in (volumes.data, volumes.keys):
        place.mkdir(mode=0o700)
        os.chown(place, *owner)
    return volumes


def _start(trial: Trial, way: Way, volumes: Volumes) -> tuple[float, float]:
    port = free_port()
    line = way(volumes, listening_at(port), trial.command)
    with started(line, port, ANY_KEY) as (running, seconds):
        computed = running.processor_seconds()
        running.stop()
    return seconds, computed


def _bare(volumes: Volumes, given: Mapping[str, str], command: Sequence[str]) -> list[str]:
    """The service as this Python has it installed."""
    places = {"GOODOFFICES_DATA_DIR": volumes.data, "GOODOFFICES_KEY_FILE": volumes.keys / "master.keys"}
    pairs = [f"{name}={value}" for name, value in {**places, **given, "PATH": os.environ["PATH"]}.items()]
    program = Path(sys.executable).with_name(command[0])
    return ["env", "--ignore-environment", *pairs, str(program), *command[1:]]
