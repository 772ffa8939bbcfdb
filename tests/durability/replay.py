"""A disk that loses its power: from what a tracer recorded it makes what may be left at each moment; knows no database.

The model is POSIX's word and no more. What was synced is there. Of the rest nothing is there, or any part: writes are
torn into sectors and reach the disk in any order, and each sector does or does not. Names too: a file that was made,
moved or removed is so for certain only once its folder was synced; before, the first so many of the changes are there.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from tests.durability.tracer import Event

SECTOR = 512  # bytes that a disk writes whole


@dataclass(slots=True)
class File:
    """A file: what is safe of it, and what was done since."""

    safe: bytearray = field(default_factory=bytearray)
    waiting: list[Event] = field(default_factory=list)

    def sync(self) -> None:
        """Makes all of it safe."""
        for event in self.waiting:
            _carry_out(self.safe, event)
        self.waiting.clear()

    def left(self, share: float, chance: Random) -> bytes:
        """What may be found of it."""
        content = bytearray(self.safe)
        for event in self.waiting if share else ():
            if event.what == "write":
                for piece in _sectors(event):
                    if chance.random() < share:
                        _carry_out(content, piece)
            elif chance.random() < share:
                _carry_out(content, event)
        return bytes(content)


Names = dict[str, File | None]  # None is a folder
Change = Callable[[Names], object]


class Disk:
    """What is on the disk for certain, and what may be.

    Args:
        folder: everything below it was made by what is replayed; it itself is there.
    """

    def __init__(self, folder: Path) -> None:
        self._root = str(folder)
        self._names: Names = {}  # as programs see them
        self._safe: Names = {}
        self._waiting: dict[str, list[Change]] = {}  # by folder

    def carry_out(self, event: Event) -> None:
        """Does what was done."""
        act = getattr(self, f"_{event.what}", None)
        assert act is not None, f"the replay does not know {event.what}"
        act(event)

    def left(self, share: float, chance: Random) -> Iterator[tuple[str, bytes | None]]:
        """Names, below the folder, with what may be found when the power is cut now; folders first, with None.

        Args:
            share: how likely each thing is there that need not be, 0 to 1.
        """
        names = dict(self._safe)
        for changes in self._waiting.values():
            for change in changes[: sum(chance.random() < share for _ in changes)]:
                change(names)
        for path, file in sorted(names.items()):
            if all(str(folder) in names for folder in Path(path).parents if len(str(folder)) > len(self._root)):
                yield path[len(self._root) + 1 :], None if file is None else file.left(share, chance)

    def _said(self, event: Event) -> None:
        """Nothing that a disk hears of."""

    def _write(self, event: Event) -> None:
        file = self._names.get(event.path)
        if file is not None:  # it has a name still
            file.waiting.append(event)

    _truncate = _write

    def _sync(self, event: Event) -> None:
        file = self._names.get(event.path)
        if file is not None:
            file.sync()
        for change in self._waiting.pop(event.path, ()):
            change(self._safe)

    def _create(self, event: Event) -> None:
        self._add(event.path, File())

    def _mkdir(self, event: Event) -> None:
        self._add(event.path, None)

    def _link(self, event: Event) -> None:
        self._add(event.data.decode(), self._names[event.path])

    def _unlink(self, event: Event) -> None:
        self._change(event.path, lambda names: names.pop(event.path, None))

    def _move(self, event: Event) -> None:
        file, target = self._names[event.path], event.data.decode()

        def change(names: Names) -> None:
            names.pop(event.path, None)
            names[target] = file

        assert Path(target).parent == Path(event.path).parent
        self._change(target, change)

    def _add(self, path: str, file: File | None) -> None:
        self._change(path, lambda names: names.update({path: file}))

    def _change(self, path: str, change: Change) -> None:
        change(self._names)
        self._waiting.setdefault(str(Path(path).parent), []).append(change)


def lay_out(left: Iterable[tuple[str, bytes | None]], folder: Path) -> None:
    """Puts what is left into a folder, as the machine finds it when it has power again."""
    for name, content in left:
        if content is None:
            (folder / name).mkdir(mode=0o700)
        else:
            (folder / name).write_bytes(content)
            (folder / name).chmod(0o600)


def _sectors(event: Event) -> Iterator[Event]:
    at, data = event.at, event.data
    while data:
        length = SECTOR - at % SECTOR
        yield Event("write", event.path, at, data[:length])
        at, data = at + length, data[length:]


def _carry_out(content: bytearray, event: Event) -> None:
    if event.what == "write":
        content.extend(bytes(max(0, event.at - len(content))))
        content[event.at : event.at + len(event.data)] = event.data
    elif event.at <= len(content):
        del content[event.at :]
    else:
        content.extend(bytes(event.at - len(content)))
