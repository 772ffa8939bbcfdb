"""The command `goodoffices`, and how it ends; what the commands are and take is read only if it matters."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from app.cli.exit_codes import ExitCode
from app.cli.names import COMMAND, DEFAULT_CHECKLIST, OWN_CHECKLISTS
from app.domain.errors import GoodOfficesError
from app.quick_start import quick_start


def run(arguments: Sequence[str]) -> int:
    """Carry out a command line (without the command's own name) and give its exit code; nothing is raised."""
    try:
        return _carried_out(arguments)
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else ExitCode.WRONG_USE
    except GoodOfficesError as error:
        return _told(error)
    except KeyboardInterrupt:
        return ExitCode.INTERRUPTED
    except Exception as error:  # noqa: BLE001 - whatever it is, a user gets a sentence and not a traceback
        return _owned_up_to(error)


def _carried_out(arguments: Sequence[str]) -> int:
    if _is_plain_check(arguments):
        return _check(arguments[1:])
    from app.cli.commands import application

    application(args=list(arguments), prog_name=COMMAND)
    return ExitCode.NOTHING_TO_ATTEND_TO


def _is_plain_check(arguments: Sequence[str]) -> bool:
    """Whether it is `check` of files with no option, which needs nobody to read options; that takes its time."""
    command, *names = arguments or ("",)
    plain = names and not any(name.startswith("-") and name != "-" for name in names)
    return command == "check" and bool(plain) and not os.environ.get(OWN_CHECKLISTS)


def _check(names: Sequence[str]) -> ExitCode:
    """As `commands.check` with every default."""
    with quick_start():
        from app.cli.check import check_files
        from app.cli.checklists import checklist_of

        checklist = checklist_of(DEFAULT_CHECKLIST)
    return check_files(names, "text", checklist)


def _told(error: GoodOfficesError) -> int:
    from app.cli.terminal import complain

    complain(f"{COMMAND}: {error.detail}")
    for fault in error.faults:
        complain(f"{fault.pointer}: {fault.detail}")
    return ExitCode.WRONG_USE


def _owned_up_to(error: Exception) -> int:
    """Names where it happened and not what it says, which may repeat the design."""
    import traceback

    from app.cli.terminal import complain

    frame = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{type(error).__name__} in {Path(frame.filename).name}:{frame.lineno}"
    complain(f"{COMMAND}: this is a fault of ours, not of your file. Please report it with these words: {place}")
    return ExitCode.FAULT_OF_OURS


def main() -> None:
    """The command `goodoffices`."""
    arguments = sys.argv[1:]
    if _is_plain_check(arguments):
        from app.cli.reading_only import read_only_what_is_packed

        read_only_what_is_packed()
    sys.exit(run(arguments))
