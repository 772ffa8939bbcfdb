"""Log lines, one JSON object or text each, on standard error; knows how they are written, not what is logged."""

import logging
import sys
from typing import Any

import structlog


class _StandardError:
    """Writes lines to whatever standard error is at that moment."""

    def info(self, line: str) -> None:
        sys.stderr.write(line + "\n")
        sys.stderr.flush()

    warning = error = critical = info


def make_logger(log_format: str) -> Any:
    """A logger that writes lines to standard error, as `json` or as `text`."""
    renderer: Any = structlog.processors.JSONRenderer() if log_format == "json" else structlog.dev.ConsoleRenderer()
    return structlog.wrap_logger(
        _StandardError(),
        processors=[structlog.processors.add_log_level, structlog.processors.TimeStamper("iso", utc=True), renderer],
        wrapper_class=structlog.make_filtering_bound_logger("info"),
    ).bind()


class Forwarding(logging.Handler):
    """Hands what a library logs to a logger of ours, without what an exception says: that may repeat a request."""

    def __init__(self, logger: Any) -> None:
        super().__init__(logging.WARNING)
        self._logger = logger

    def emit(self, record: logging.LogRecord) -> None:
        """Forward one record."""
        self._logger.log(record.levelno, record.name, detail=record.getMessage())
