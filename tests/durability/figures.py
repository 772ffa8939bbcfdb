"""What harnesses have found: a line for each trial as it ends, and at the end all lines together; knows no harness.

A trial is of a property (R1 to R9) on an engine. At the end its trials are one line for each engine: what was counted
is added up; of what was measured, which is a fraction, the largest is told. Then comes a line for each mutant.
"""

import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any, Final

from sqlalchemy import make_url

ROOT: Final = Path(__file__).parents[2]
PROPERTY: Final = "figure"  # under this name pytest carries a figure from a worker to whoever reports
VERSIONS: Final = ("fastapi", "psycopg", "sqlalchemy", "uvicorn")

Number = int | float | tuple[int, int]


@dataclass(frozen=True, slots=True)
class Figure:
    """What one trial found.

    Attributes:
        subject: the property.
        engine: on which it was tried; empty where there is but one.
        trial: what was done, or which mutant.
        numbers: by name; a pair is so many of so many.
        caught: of a mutant: whether it was noticed; None where nothing was planted.
    """

    subject: str
    engine: str
    trial: str
    numbers: dict[str, Number]
    caught: bool | None = None

    @property
    def line(self) -> str:
        """As it is told."""
        where = ", ".join(filter(None, (self.engine, "" if self.caught is not None else self.trial)))
        told = ", ".join(f"{name.replace('_', ' ')} {_shown(number)}" for name, number in self.numbers.items())
        if self.caught is None:
            return f"{self.subject} {where}: {told}"
        found = ("NOT CAUGHT", "caught")[self.caught]
        return f"{self.subject} mutant {self.trial}, {where}: {found}{f' ({told})' if told else ''}"


_untold: list[Figure] = []  # by the test that runs just now


def report(subject: str, engine: str, trial: str = "", **numbers: Number) -> None:
    """What a trial found; it is told at once, as a later harness may never end."""
    _tell(Figure(subject, engine, trial, numbers))


def report_mutant(subject: str, engine: str, mutant: str, *, caught: bool, **numbers: Number) -> None:
    """Whether a harness has noticed a fault that was planted."""
    _tell(Figure(subject, engine, mutant, numbers, caught))


def engine_of(url: str) -> str:
    """The name of the engine that an address leads to."""
    return make_url(url).get_backend_name()


def taken() -> list[tuple[str, dict[str, Any]]]:
    """The figures of the test that has just ended, as pytest carries them."""
    told = [(PROPERTY, asdict(figure)) for figure in _untold]
    _untold.clear()
    return told


def carried(properties: Iterable[tuple[str, object]]) -> Iterator[Figure]:
    """The figures among what pytest has carried."""
    for name, value in properties:
        if name == PROPERTY and isinstance(value, dict):
            yield Figure(**value)


def together(figures: list[Figure]) -> list[Figure]:
    """One figure for each property and engine, then each mutant once."""
    sound: dict[tuple[str, str], dict[str, Number]] = {}
    mutants: dict[tuple[str, str, str], Figure] = {}
    for figure in figures:
        place = (figure.subject, figure.engine)
        if figure.caught is None:
            sound[place] = _added(sound.get(place, {}), figure.numbers)
        else:
            mutants[figure.subject, figure.trial, figure.engine] = figure
    whole = [Figure(subject, engine, "", numbers) for (subject, engine), numbers in sound.items()]
    return sorted(
        [*whole, *mutants.values()], key=lambda one: (one.subject, one.caught is not None, one.trial, one.engine)
    )


def keep(figures: list[Figure], file: Path, failed: int) -> None:
    """Writes every trial down with what it was tried on."""
    record = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": _commit(),
        "machine": {
            "python": platform.python_version(),
            "system": platform.system(),
            "processor": platform.machine(),
            "processors": os.cpu_count(),
            **{name: metadata.version(name) for name in VERSIONS},
        },
        "failed": failed,
        "lines": [figure.line for figure in together(figures)],
        "trials": [figure.line for figure in figures],
    }
    file.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")


def _tell(figure: Figure) -> None:
    _untold.append(figure)
    sys.stdout.write(f"\n{figure.line}\n")
    sys.stdout.flush()


def _added(one: dict[str, Number], other: dict[str, Number]) -> dict[str, Number]:
    return {
        name: _sum(one[name], other[name]) if name in one and name in other else {**one, **other}[name]
        for name in {**one, **other}
    }


def _sum(one: Number, other: Number) -> Number:
    if isinstance(one, (tuple, list)) and isinstance(other, (tuple, list)):
        return one[0] + other[0], one[1] + other[1]
    assert isinstance(one, (int, float))
    assert isinstance(other, (int, float))
    return max(one, other) if isinstance(one, float) else one + other


def _shown(number: Number) -> str:
    if isinstance(number, (tuple, list)):
        return f"{number[0]} of {number[1]}"
    return f"{number:.1f}" if isinstance(number, float) else f"{number:,}"


def _commit() -> str:
    asked = ["git", "rev-parse", "--short", "HEAD"]
    answer = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False)
    return answer.stdout.strip() or "unknown"
