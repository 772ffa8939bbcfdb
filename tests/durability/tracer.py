"""Follows what a process does with the files of one folder: records it, or has some of it fail; knows no database.

`python -m tests.durability.tracer FOLDER RECORD FAULTS PROGRAM ARGUMENT…` runs the program, on Linux and without any
privilege: a seccomp filter stops it at the few system calls that change files, and ptrace tells which and lets it go.
"""

import ctypes
import errno
import json
import os
import pickle
import platform
import random
import signal
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple, NoReturn

AT_CWD: Final = -100
STDOUT: Final = 1
PR_SET_SECCOMP, SECCOMP_MODE_FILTER, PR_SET_NO_NEW_PRIVS = 22, 2, 38
TRACE_ME, CONTINUE, TO_EXIT, SET_OPTIONS, GET_REGISTERS, SET_REGISTERS, GET_CALL = (
    0, 7, 24, 0x4200, 0x4204, 0x4205, 0x420E,
)  # fmt: skip
# Good system calls, forks, vforks, clones, execs, what seccomp stops, and: nothing that is followed outlives us.
OPTIONS: Final = 0x1 | 0x2 | 0x4 | 0x8 | 0x10 | 0x80 | 0x100000
EVENT_EXEC, EVENT_SECCOMP = 4, 7
ALL_THREADS: Final = 0x40000000
GENERAL_REGISTERS, ARM_CALL = 1, 0x404

# What is recorded of a call, and its number on x86-64 and on 64-bit ARM, which lacks the older ones.
CALLS: Final[dict[str, tuple[str, int, int]]] = {
    "write": ("write", 1, 64),
    "pwrite64": ("write", 18, 68),
    "fsync": ("sync", 74, 82),
    "fdatasync": ("sync", 75, 83),
    "ftruncate": ("truncate", 77, 46),
    "open": ("create", 2, -1),
    "creat": ("create", 85, -1),
    "openat": ("create", 257, 56),
    "mkdir": ("mkdir", 83, -1),
    "mkdirat": ("mkdir", 258, 34),
    "unlink": ("unlink", 87, -1),
    "rmdir": ("unlink", 84, -1),
    "unlinkat": ("unlink", 263, 35),
    "rename": ("move", 82, -1),
    "renameat": ("move", 264, 38),
    "renameat2": ("move", 316, 276),
    "link": ("link", 86, -1),
    "linkat": ("link", 265, 37),
    # Nothing of ours does these. Whoever replays stops at them, as it would not know what is left.
    "writev": ("writev", 20, 66),
    "pwritev": ("pwritev", 296, 70),
    "pwritev2": ("pwritev2", 328, 287),
    "truncate": ("truncate by name", 76, 45),
    "fallocate": ("fallocate", 285, 47),
    "copy_file_range": ("copy_file_range", 326, 285),
    "sendfile": ("sendfile", 40, 71),
    "symlinkat": ("symlink", 266, 36),
}
OPENS: Final = ("open", "creat", "openat")
ARM: Final = platform.machine() == "aarch64"
NAMES: Final = {(arm if ARM else intel): name for name, (_, intel, arm) in CALLS.items()}


class Event(NamedTuple):
    """One thing that was done, or said on the standard output.

    Attributes:
        what: write, sync, truncate, create, mkdir, unlink, move, link, said, failed; or what is not expected.
        path: of the file.
        at: the offset of a write, the size after truncating.
        data: what was written or said; where a file moved to.
    """

    what: str
    path: str
    at: int = 0
    data: bytes = b""


@dataclass(frozen=True, slots=True)
class Fault:
    """What fails from now on.

    Attributes:
        error: the name of the error.
        calls: which fail.
        share: of them, at random.
        growing: whether only that fails which makes a file longer, as on a disk that is full.
    """

    error: str
    calls: tuple[str, ...]
    share: float = 1.0
    growing: bool = False


class Faults:
    """What the traced process suffers, changed while it runs."""

    SIZE = 500

    def __init__(self, file: Path) -> None:
        file.touch()
        self._handle = os.open(file, os.O_RDWR)
        self._read: tuple[bytes, Fault | None] = (b"", None)

    def put(self, fault: Fault | None) -> None:
        """From now on this fails; None: nothing."""
        text = "" if fault is None else json.dumps(asdict(fault))
        os.pwrite(self._handle, text.encode().ljust(self.SIZE), 0)

    def now(self) -> Fault | None:
        """What fails."""
        text = os.pread(self._handle, self.SIZE, 0)
        if text != self._read[0]:
            given = json.loads(text) if text.strip() else None
            self._read = (text, None if given is None else Fault(**{**given, "calls": tuple(given["calls"])}))
        return self._read[1]


def under(folder: Path, record: Path, faults: Path) -> tuple[str, ...]:
    """The arguments to Python before those of a program that is to be traced."""
    return ("-m", "tests.durability.tracer", str(folder), str(record), str(faults), sys.executable)


def recorded(record: Path) -> list[Event]:
    """What was recorded."""
    return list(_events(record))


def _events(record: Path) -> Iterator[Event]:
    with record.open("rb") as source:
        while True:
            try:
                yield Event(*pickle.load(source))
            except EOFError:
                return


_LIBRARY: Final = ctypes.CDLL(None, use_errno=True)
_LIBRARY.ptrace.argtypes = (ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p)
_LIBRARY.ptrace.restype = ctypes.c_long


def _ptrace(request: int, thread: int, address: int = 0, data: object = None) -> int:
    done = int(_LIBRARY.ptrace(request, thread, address, data))
    if done < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return done


class _Instruction(ctypes.Structure):
    _fields_ = (("code", ctypes.c_uint16), ("yes", ctypes.c_uint8), ("no", ctypes.c_uint8), ("value", ctypes.c_uint32))


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_uint16), ("first", ctypes.POINTER(_Instruction)))


class _Call(ctypes.Structure):
    """What the kernel says of a call: at its beginning number and arguments, at its end the result in their place."""

    _fields_ = (
        ("op", ctypes.c_uint8), ("_", ctypes.c_uint8 * 3), ("architecture", ctypes.c_uint32),
        ("instruction", ctypes.c_uint64), ("stack", ctypes.c_uint64),
        ("number", ctypes.c_int64), ("arguments", ctypes.c_int64 * 6), ("more", ctypes.c_uint64),
    )  # fmt: skip


class _Vector(ctypes.Structure):
    _fields_ = (("base", ctypes.c_void_p), ("length", ctypes.c_size_t))


def _filter() -> None:
    """Has the calls of the table stop for whoever traces this process, and no other ones."""
    load, equal, answer = 0x20, 0x15, 0x06
    numbers = [number for number in NAMES if number >= 0]
    lines = [_Instruction(load, 0, 0, 0)]
    lines += [_Instruction(equal, len(numbers) - place, 0, number) for place, number in enumerate(numbers)]
    lines += [_Instruction(answer, 0, 0, 0x7FFF0000), _Instruction(answer, 0, 0, 0x7FF00000)]
    program = _Program(len(lines), (_Instruction * len(lines))(*lines))
    assert _LIBRARY.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0
    assert _LIBRARY.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(program)) == 0


class Tracer:
    """Follows a program with all its threads and children to the end."""

    def __init__(self, folder: Path, record: BinaryIO, faults: Faults) -> None:
        self._folder, self._record, self._faults = str(folder), record, faults
        self._unfinished: dict[int, tuple[str, tuple[int, ...], str, int]] = {}  # calls by thread
        self._known: set[int] = set()

    def run(self, program: list[str]) -> int:
        """What the program returned."""
        main = os.fork()
        if main == 0:
            self._become(program)
        os.waitpid(main, 0)
        _ptrace(SET_OPTIONS, main, 0, OPTIONS)
        self._known.add(main)
        _ptrace(CONTINUE, main)
        while True:
            thread, status = os.waitpid(-1, ALL_THREADS)
            if os.WIFSTOPPED(status):
                self._go_on(thread, os.WSTOPSIG(status), status >> 16)
            elif thread == main:
                return os.waitstatus_to_exitcode(status)

    def _become(self, program: list[str]) -> NoReturn:
        _ptrace(TRACE_ME, 0)
        os.kill(os.getpid(), signal.SIGSTOP)
        _filter()
        os.execv(program[0], program)

    def _go_on(self, thread: int, number: int, event: int) -> None:
        to_exit, deliver = False, 0
        if event == EVENT_SECCOMP:
            to_exit = self._begins(thread)
        elif number == signal.SIGTRAP | 0x80:
            self._ends(thread)
        elif event == 0 and (number != signal.SIGSTOP or thread in self._known):
            deliver = number
        self._known.add(thread)
        try:
            _ptrace(TO_EXIT if to_exit else CONTINUE, thread, 0, deliver)
        except ProcessLookupError:  # it was killed
            self._unfinished.pop(thread, None)

    def _begins(self, thread: int) -> bool:
        """Looks at a call before it is carried out; whether to look at its end too."""
        call = self._call(thread)
        name, arguments = NAMES[call.number], tuple(call.arguments)
        if name == "write" and arguments[0] == STDOUT:
            self._note(Event("said", "", 0, _memory(thread, arguments[1], arguments[2])))
            return False
        path = _path(thread, name, arguments)
        if not path.startswith(self._folder) or path.endswith("-shm"):  # which SQLite makes anew after a crash
            return False
        if name in OPENS and os.path.lexists(path):
            if name == "creat" or arguments[2 if name == "openat" else 1] & os.O_TRUNC:
                self._note(Event("truncate by opening", path))
            return False
        if self._fails(thread, name, arguments, path):
            return False
        self._unfinished[thread] = (name, arguments, path, _position(thread, arguments) if name == "write" else 0)
        return True

    def _ends(self, thread: int) -> None:
        """Records a call with what became of it."""
        name, arguments, path, position = self._unfinished.pop(thread)
        result, what = self._call(thread).number, CALLS[name][0]
        if result < 0:
            return
        if what == "write":
            at = position if name == "write" else arguments[3]
            self._note(Event(what, path, at, _memory(thread, arguments[1], result)))
        elif what == "truncate":
            self._note(Event(what, path, arguments[1]))
        elif what in {"move", "link"}:
            short = name in {"link", "rename"}
            target = _named(thread, AT_CWD if short else arguments[2], arguments[1 if short else 3])
            self._note(Event(what, path, 0, target.encode()))
        else:
            self._note(Event(what, path))

    def _note(self, event: Event) -> None:
        pickle.dump(tuple(event), self._record)

    def _fails(self, thread: int, name: str, arguments: tuple[int, ...], path: str) -> bool:
        fault = self._faults.now()
        if fault is None or name not in fault.calls or random.random() >= fault.share:
            return False
        if fault.growing and name == "pwrite64" and arguments[3] + arguments[2] <= Path(path).stat().st_size:
            return False  # its place is taken already
        _answer_instead(thread, -getattr(errno, fault.error))
        self._note(Event("failed", path))
        return True

    @staticmethod
    def _call(thread: int) -> _Call:
        call = _Call()
        _ptrace(GET_CALL, thread, ctypes.sizeof(call), ctypes.byref(call))
        return call


def _answer_instead(thread: int, result: int) -> None:
    """The call is not carried out, and its result is this one."""
    registers = (ctypes.c_int64 * 64)()
    vector = _Vector(ctypes.addressof(registers), ctypes.sizeof(registers))
    _ptrace(GET_REGISTERS, thread, GENERAL_REGISTERS, ctypes.byref(vector))
    if ARM:
        number = ctypes.c_int(-1)
        which = _Vector(ctypes.addressof(number), ctypes.sizeof(number))
        _ptrace(SET_REGISTERS, thread, ARM_CALL, ctypes.byref(which))
        registers[0] = result
    else:
        registers[10], registers[15] = result, -1  # rax, and the number of the call
    _ptrace(SET_REGISTERS, thread, GENERAL_REGISTERS, ctypes.byref(vector))


def _memory(thread: int, address: int, length: int) -> bytes:
    handle = os.open(f"/proc/{thread}/mem", os.O_RDONLY)
    try:
        return os.pread(handle, length, address)
    finally:
        os.close(handle)


def _path(thread: int, name: str, arguments: tuple[int, ...]) -> str:
    """The file that a call is about."""
    if name in {"open", "creat", "mkdir", "rmdir", "unlink", "rename", "link", "truncate"}:
        return _named(thread, AT_CWD, arguments[0])
    if name.endswith(("at", "at2")) and name != "creat":
        place = 1 if name == "symlinkat" else 0
        return _named(thread, arguments[place], arguments[place + 1])
    return _opened(thread, arguments[2 if name == "copy_file_range" else 0])


def _opened(thread: int, handle: int) -> str:
    try:
        return str(Path(f"/proc/{thread}/fd/{ctypes.c_int(handle).value}").readlink())
    except OSError:  # it is closed, and the call will fail
        return ""


def _named(thread: int, folder: int, address: int) -> str:
    text = _memory(thread, address, min(4096, 4096 - address % 4096)) or b"\0"
    if b"\0" not in text:
        text += _memory(thread, address + len(text), 4096)
    number = ctypes.c_int(folder).value
    base = f"/proc/{thread}/cwd" if number == AT_CWD else f"/proc/{thread}/fd/{number}"
    path = os.fsdecode(text.partition(b"\0")[0])
    return os.path.normpath(path if path.startswith("/") else Path(base).readlink() / path)


def _position(thread: int, arguments: tuple[int, ...]) -> int:
    return int(Path(f"/proc/{thread}/fdinfo/{arguments[0]}").read_text(encoding="ascii").split()[1])


if __name__ == "__main__":
    with Path(sys.argv[2]).open("wb") as noted:
        sys.exit(Tracer(Path(sys.argv[1]).resolve(), noted, Faults(Path(sys.argv[3]))).run(sys.argv[4:]))
