"""The command `check`: judges design files by a checklist, offline; knows formats, and nothing of a server."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pydantic_core import to_json

from app.checklist.checklist import Checklist
from app.checklist.evaluate import evaluate
from app.checklist.evaluation import Evaluation
from app.cli.design_files import STANDARD_INPUT, DesignFile, FileFault, FileRefused, fault_lines, read_design, shown
from app.cli.exit_codes import ExitCode
from app.cli.terminal import complain, encoded, with_progress, write
from app.exports.wanted import EVERYTHING, Wanted

if TYPE_CHECKING:
    from app.exports.sarif import JudgedFile, UnreadFile


@dataclass(frozen=True, slots=True)
class Judged:
    """A file that holds a design, and what is said of it."""

    name: str
    file: DesignFile
    evaluation: Evaluation


@dataclass(frozen=True, slots=True)
class Unread:
    """A file that holds no design, and why."""

    name: str
    faults: tuple[FileFault, ...]


Results = Iterable[Judged | Unread]
Renderer = Callable[[Results, Checklist, Wanted], Iterator[bytes]]


def check_files(names: Sequence[str], chosen: str, checklist: Checklist, wanted: Wanted = EVERYTHING) -> ExitCode:
    """Judge each file, write the feedback in a format of FORMATS, and say how it ended.

    One file that cannot be read does not keep the others from being judged.
    """
    ended: list[ExitCode] = []

    def results() -> Iterator[Judged | Unread]:
        for name in with_progress(names):
            result = _judged(name, checklist)
            ended.append(_code(result))
            yield result

    write(FORMATS[chosen](results(), checklist, wanted))
    return max(ended, default=ExitCode.NOTHING_TO_ATTEND_TO)


def _judged(name: str, checklist: Checklist) -> Judged | Unread:
    try:
        file = read_design(name)
    except FileRefused as refused:
        return Unread(name, refused.faults)
    return Judged(name, file, evaluate(file.design, checklist))


def _code(result: Judged | Unread) -> ExitCode:
    if isinstance(result, Unread):
        return ExitCode.WRONG_USE
    return ExitCode.FINDINGS if result.evaluation.needs_attention else ExitCode.NOTHING_TO_ATTEND_TO


def _text(results: Results, checklist: Checklist, wanted: Wanted) -> Iterator[bytes]:
    from app.exports.text import feedback_text

    for number, result in enumerate(_readable(results)):
        text = feedback_text(result.evaluation, result.file.design.title, _with_line(result), wanted)
        yield encoded("\n" * (2 * bool(number)) + text + HINT)


def _with_line(result: Judged) -> Callable[[str], str]:
    name = shown(result.name)

    def place_of(pointer: str) -> str:
        line = result.file.source.line_if_known(pointer)
        return f"{name} {pointer}" if line is None else f"{name}:{line} {pointer}"

    return place_of


HINT: Final = (
    "Why a question is asked, its sources and its limits: goodoffices checks show ID\n"
    "The whole report: goodoffices check --format markdown (or html); only the next steps: --view next-steps\n"
)


def _json(results: Results, checklist: Checklist, wanted: Wanted) -> Iterator[bytes]:
    from app.exports.next_steps_json import any_json

    before = b"["
    for result in results:
        name = to_json(shown(result.name))
        if isinstance(result, Judged):
            yield b'%b{"file":%b,"feedback":%b}' % (before, name, any_json(result.evaluation, wanted))
        else:
            yield b'%b{"file":%b,"errors":%b}' % (before, name, to_json(list(result.faults)))
        before = b",\n"
    yield b"]\n" if before != b"[" else b"[]\n"


def _markdown(results: Results, checklist: Checklist, wanted: Wanted) -> Iterator[bytes]:
    from app.exports.markdown import feedback_markdown

    for result in _readable(results):
        yield feedback_markdown(result.evaluation, result.file.design.title, wanted)


def _html(results: Results, checklist: Checklist, wanted: Wanted) -> Iterator[bytes]:
    from app.exports.html import feedback_html

    for result in _readable(results):
        yield feedback_html(result.evaluation, result.file.design.title, wanted)


def _sarif(results: Results, checklist: Checklist, wanted: Wanted) -> Iterator[bytes]:
    from app.exports.sarif import sarif_log

    yield sarif_log(checklist, [_for_sarif(result) for result in results], wanted)


def _for_sarif(result: Judged | Unread) -> JudgedFile | UnreadFile:
    from app.exports.sarif import JudgedFile, UnreadFile

    uri = None if result.name == STANDARD_INPUT else _uri(shown(result.name))
    if isinstance(result, Judged):
        return JudgedFile(uri, result.evaluation, result.file.source.line_of)
    faults = tuple((fault.line, ": ".join(filter(None, (fault.pointer, fault.detail)))) for fault in result.faults)
    return UnreadFile(uri, faults)


def _uri(name: str) -> str:
    from urllib.parse import quote

    path = Path(name)
    return path.as_uri() if path.is_absolute() else quote(path.as_posix())


def _readable(results: Results) -> Iterator[Judged]:
    """The designs; of the other files only what is wrong is told, on standard error."""
    for result in results:
        if isinstance(result, Judged):
            yield result
        else:
            for line in fault_lines(result.name, result.faults):
                complain(line)


FORMATS: Final[Mapping[str, Renderer]] = {
    "text": _text,
    "json": _json,
    "markdown": _markdown,
    "html": _html,
    "sarif": _sarif,
}
