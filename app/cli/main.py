"""The command `goodoffices`, and how it ends; what the commands are and take is read only if it matters."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from app.cli.exit_codes import ExitCode
from app.cli.names import COMMAND, DEFAULT_CHECKLIST, OWN_CHECKLISTS
from app.domain.errors import GoodOfficesError
from app.quick_start import quick_start

LARGEST_PORT: Final = 65_535
LONGEST_PORT: Final = 5  # digits


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
    if (options := _of_plain_serve(arguments)) is not None:
        return _serve(options)
    from app.cli.commands import application

    application(args=list(arguments), prog_name=COMMAND)
    return ExitCode.NOTHING_TO_ATTEND_TO


def _is_plain_check(arguments: Sequence[str]) -> bool:
    """Whether it is `check` of files with no option, which needs nobody to read options; that takes its time."""
    command, *names = arguments or ("",)
    plain = names and not any(name.startswith("-") and name != "-" for name in names)
    return command == "check" and bool(plain) and not os.environ.get(OWN_CHECKLISTS)


def _of_plain_serve(arguments: Sequence[str]) -> dict[str, str] | None:
    """What `serve` is given, if that is a host or a port at most; None if it is anything else.

    All else comes from the environment then, and nobody is needed to read options; that takes its time and memory.
    """
    command, *rest = arguments or ("",)
    given = dict(zip(rest[::2], rest[1::2], strict=False))
    port = given.get("--port", "0")
    is_plain = command == "serve" and len(given) * 2 == len(rest) and given.keys() <= {"--host", "--port"}
    is_usual = port.isdecimal() and port.isascii() and not given.get("--host", "").startswith("-")
    return given if is_plain and is_usual and len(port) <= LONGEST_PORT and int(port) <= LARGEST_PORT else None


def _serve(given: Mapping[str, str]) -> ExitCode:
    """As `commands.serve` with every other default."""
    with quick_start():
        from app.cli import serving

    port = given.get("--port")
    serving.serve(
        host=given.get("--host"),
        port=None if port is None else int(port),
        data_dir=None,
        database_url=None,
        checklists=None,
    )
    return ExitCode.NOTHING_TO_ATTEND_TO


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
        with quick_start():
            from app.cli.reading_only import read_only_what_is_packed

            read_only_what_is_packed()
    sys.exit(run(arguments))
