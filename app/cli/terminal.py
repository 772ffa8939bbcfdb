"""How the command writes: results to standard output, all else to standard error; knows no result."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from app.cli.exit_codes import ExitCode
from app.exports.visible import visible

RED, PLAIN, ERASE_LINE = "\033[31m", "\033[0m", "\r\033[K"
Item = TypeVar("Item")


def write(chunks: Iterable[bytes]) -> None:
    """Write to standard output as it is; if nobody reads any more the command ends, without a word."""
    try:
        for chunk in chunks:
            sys.stdout.buffer.write(chunk)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        _close_quietly()
        raise SystemExit(ExitCode.BROKEN_PIPE) from None
    except OSError:
        _close_quietly()
        complain("goodoffices: the result cannot be written here: is the disk full?")
        raise SystemExit(ExitCode.WRONG_USE) from None


def write_text(text: str) -> None:
    """Write a text to standard output, in the encoding of the terminal."""
    write([encoded(text)])


def encoded(text: str) -> bytes:
    """The text in the encoding of the terminal, with question marks for what it cannot show."""
    return text.encode(sys.stdout.encoding or "utf-8", errors="replace")


def complain(text: str) -> None:
    """Write a line to standard error; on a terminal its first word is red."""
    word, colon, rest = visible(text).partition(":")
    if colon and _has_colour():
        word = f"{RED}{word}{PLAIN}"
    line = f"{word}{colon}{rest}\n"
    encoding = sys.stderr.encoding or "utf-8"
    sys.stderr.write(line.encode(encoding, errors="replace").decode(encoding))


def with_progress(items: Sequence[Item]) -> Iterator[Item]:
    """The items, with their number on a terminal's standard error while there are several."""
    shown = len(items) > 1 and sys.stderr.isatty()
    for number, item in enumerate(items, start=1):
        if shown:
            sys.stderr.write(f"{ERASE_LINE}{number} of {len(items)}")
            sys.stderr.flush()
        yield item
        if shown:
            sys.stderr.write(ERASE_LINE)


def _close_quietly() -> None:
    """Lets nothing more be written to a pipe that nobody reads, not even when Python ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def _has_colour() -> bool:
    return sys.stderr.isatty() and not os.environ.get("NO_COLOR")
