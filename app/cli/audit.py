"""The commands `audit …`: whether the trails stand, and signed statements of how far they go."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from app.cli.exit_codes import ExitCode
from app.cli.operating import Given, an_office, carried_out, settings_of
from app.cli.terminal import write_text
from app.domain.errors import BadInput
from app.security.audit_chain import Verdict
from app.security.checkpoints import Checkpoint
from app.usecases import audit_trail
from app.usecases.founding import every_organisation
from app.usecases.identity import known_form


def verify(organisation_id: str | None, files: Sequence[Path], given: Given) -> ExitCode:
    """Follows the trails of one organisation or of all, and sees whether each checkpoint is met; says what is wrong.

    Raises:
        BadInput: a file is no checkpoint, or is of another organisation than the one that is named.
        NotFound, UnsafeStart, Unavailable: nothing was verified.
    """
    settings, kept = settings_of(given), [_read(file) for file in files]
    named = None if organisation_id is None else known_form(organisation_id)
    if named is not None and any(one.organisation != named for one in kept):
        raise BadInput("A checkpoint is of another organisation than the one that you named.")

    async def work() -> list[tuple[str, Verdict]]:
        async with an_office(settings) as office:
            wanted = [named] if named is not None else await every_organisation(office)
            missing = sorted({one.organisation for one in kept} - set(wanted))
            return [
                (identity, await audit_trail.verify(office, identity, [c for c in kept if c.organisation == identity]))
                for identity in [*wanted, *missing]
            ]

    found = carried_out(work())
    write_text("".join(map(_told, found)))
    return ExitCode.FINDINGS if any(verdict.faults for _, verdict in found) else ExitCode.NOTHING_TO_ATTEND_TO


def checkpoint(organisation_id: str, given: Given) -> None:
    """Writes a signed statement of how far the organisation's trail goes.

    Raises:
        NotFound: there is no such organisation.
        UnsafeStart, BadInput, Unavailable: nothing was written.
    """
    settings = settings_of(given)

    async def work() -> Checkpoint:
        async with an_office(settings) as office:
            return await audit_trail.checkpoint(office, organisation_id)

    write_text(carried_out(work()).to_json())


def _read(file: Path) -> Checkpoint:
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise BadInput(f"{file} cannot be read.") from None
    return Checkpoint.from_json(text)


def _told(found: tuple[str, Verdict]) -> str:
    identity, verdict = found
    end = "it stands" if not verdict.faults else "it does not stand"
    faults = (f"  entry {fault.number}: {fault.what}\n" for fault in verdict.faults)
    entries = "1 entry" if verdict.entries == 1 else f"{verdict.entries} entries"
    return f"{identity}: {entries}, {end}.\n" + "".join(faults)
