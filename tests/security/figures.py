"""How a tampering test tells its figures; it judges nothing."""

import sys


def tell(figure: str) -> None:
    """One line on standard output: pytest shows it with -s or -rP."""
    sys.stdout.write(figure + "\n")
