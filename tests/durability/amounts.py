"""How much each harness does: a little in every test run, much more with DURABILITY_DEEP=1; knows no harness."""

import os
from typing import Final

DEEP: Final = os.environ.get("DURABILITY_DEEP") == "1"


def amount(quick: int, deep: int) -> int:
    """How many times this run does something."""
    return deep if DEEP else quick
