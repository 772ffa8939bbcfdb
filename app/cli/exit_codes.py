"""What the command's exit codes mean; the only place where they stand."""

from enum import IntEnum


class ExitCode(IntEnum):
    """How a command ended."""

    NOTHING_TO_ATTEND_TO = 0
    FINDINGS = 1
    WRONG_USE = 2  # also a design, or a checklist, that cannot be read
    FAULT_OF_OURS = 3
    INTERRUPTED = 130  # as a shell reports SIGINT
    BROKEN_PIPE = 141  # as a shell reports SIGPIPE
