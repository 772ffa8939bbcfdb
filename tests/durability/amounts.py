"""How much each harness does: a little in every test run, much more with GOODOFFICES_DEEP=1; knows no harness."""

import os
import sys
from typing import Final

DEEP: Final = os.environ.get("GOODOFFICES_DEEP") == "1"


def amount(quick: int, deep: int) -> int:
    """How many times this run does something."""
    return deep if DEEP else quick


def report(name: str, **figures: object) -> None:
    """One line with the figures of a harness."""
    sys.stdout.write(f"\n{name}: {', '.join(f'{what} {number}' for what, number in figures.items())}\n")
    sys.stdout.flush()  # so that it is told even when a later harness never ends
