"""The formats that feedback comes in beside JSON, and what each needs in a browser; knows no design."""

from collections.abc import Collection
from typing import Final, Literal

from app.checklist.evaluation import Evaluation

Format = Literal["json", "markdown", "html"]
FORMATS: Final[dict[str, str]] = {
    "json": "application/json",
    "markdown": "text/markdown; charset=utf-8",
    "html": "text/html; charset=utf-8",
}


def policy(chosen: str) -> dict[str, str]:
    """The headers that a browser needs to show this format."""
    return {}


def report(
    chosen: str,
    evaluation: Evaluation,
    title: str,
    outcomes: Collection[str] | None,
    categories: Collection[str] | None,
) -> bytes:
    """The feedback in a format for people."""
    raise NotImplementedError
