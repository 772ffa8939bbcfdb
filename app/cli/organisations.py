"""The commands `organisations …`: made, listed, written to a file and deleted by whoever runs the service."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from app import starting
from app.cli.operating import Given, an_office, carried_out, settings_of
from app.cli.terminal import complain, write_text
from app.domain.errors import BadInput, Conflict
from app.exports.visible import visible
from app.usecases import founding, organisation_export

LONGEST_NAME = 200


def create(name: str, owner: str, given: Given) -> None:
    """Makes an organisation and its first person, and shows the person's API key; it is shown this once.

    Raises:
        UnsafeStart, BadInput, Unavailable: nothing was made.
    """
    settings = settings_of(given)
    for text in (name, owner):
        if not visible(text) or len(text) > LONGEST_NAME:
            raise BadInput(f"A name has at least one letter or digit, and at most {LONGEST_NAME} characters.")

    async def work() -> None:
        async with an_office(settings, make_keys=True) as office:
            await founding.found(
                office, name, owner, lambda made: write_text(starting.made_organisation(name, owner, made))
            )

    carried_out(work())


def let_back_in(organisation_id: str, person_id: str, given: Given) -> None:
    """Makes a key for somebody who lost every way in, and shows it, this once; what was lost ends.

    Raises:
        NotFound, UnsafeStart, BadInput, Unavailable: nothing was made.
    """
    settings = settings_of(given)

    async def work() -> None:
        async with an_office(settings) as office:
            await founding.let_back_in(
                office, organisation_id, person_id, lambda made: write_text(starting.let_back_in(made))
            )

    carried_out(work())


def list_all(given: Given) -> None:
    """Writes a line for each organisation: its id, the day that it was made, its name."""
    settings = settings_of(given)

    async def work() -> None:
        async with an_office(settings) as office:
            found = await founding.listed(office)
        write_text("".join(f"{one.id}  {one.created_at:%Y-%m-%d}  {visible(one.name)}\n" for one in found))

    carried_out(work())


def export(organisation_id: str, output: Path, given: Given) -> None:
    """Writes everything of an organisation to a new file, for its owner alone to read.

    Raises:
        BadInput: there is such a file already, or it cannot be made.
        NotFound, UnsafeStart, Unavailable: nothing is left in the file's place.
    """
    settings = settings_of(given)

    async def work(file: BinaryIO) -> int:
        async with an_office(settings) as office:
            return await organisation_export.export(office, organisation_id, file.write)

    with _new_file(output) as file:
        lines = carried_out(work(file))
    complain(f"Good Offices: {lines} lines in {output}. It is not encrypted: keep it as you would keep the keys.")


@contextmanager
def _new_file(path: Path) -> Iterator[BinaryIO]:
    """A new file for its owner alone; it is gone again if not all of it was written, as a part passes for the whole."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise BadInput("There is such a file already, and it is left as it is. Name another one.") from None
    except OSError as error:
        raise BadInput(f"The file cannot be made: {error.strerror}.") from None
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(handle)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def delete(organisation_id: str, given: Given, *, confirmed: bool) -> None:
    """Deletes an organisation whole and destroys its keys, once its id was given a second time.

    Raises:
        Conflict: it was not confirmed.
        NotFound, UnsafeStart, Unavailable: nothing was deleted.
    """
    settings = settings_of(given)
    if not confirmed and _asked() != organisation_id:
        raise Conflict("That is not the same id. Nothing was deleted.")

    async def work() -> None:
        async with an_office(settings) as office:
            await founding.dissolve(office, organisation_id)

    carried_out(work())
    complain("Good Offices: it is deleted, and its keys are destroyed. No backup of the data opens it any more.")


def _asked() -> str:
    complain("Good Offices: everything of it will be gone for good. Type its id again:")
    return sys.stdin.readline().strip()
