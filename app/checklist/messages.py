"""How a statement becomes a sentence with a design's own figures; knows numbers and lists, and no check."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

FIGURE = re.compile(r"\{([a-z][a-z0-9_]*)(?::([a-z]+))?\}")
MOST_NAMES = 8
STYLES = ("percent", "plain")
PLAIN = frozenset({str, int, bool})
"""Figures that read as they are. Their very kind is looked at: to be asked for a Fraction takes ten times as long."""


def figures_used(statement: str) -> list[str]:
    """The names of the figures that a statement shows."""
    return [match.group(1) for match in FIGURE.finditer(statement)]


def writer(statement: str) -> Callable[[Mapping[str, Any]], str]:
    """A function that fills the statement with figures. A figure that the design does not give reads "not known".

    Raises:
        ValueError: the statement asks for a style that there is not.
    """
    pieces = FIGURE.split(statement)
    for style in pieces[2::3]:
        if style and style not in STYLES:
            raise ValueError(f"there is no style {style!r} for a figure; there are {', '.join(STYLES)}")
    if len(pieces) == 1:
        return lambda figures: statement
    beginning, shown = pieces[0], list(zip(pieces[1::3], pieces[2::3], pieces[3::3], strict=True))
    if len(shown) == 1:
        return _writer_of_one(beginning, *shown[0])

    def write(figures: Mapping[str, Any]) -> str:
        return beginning + "".join([written(figures.get(name), style) + then for name, style, then in shown])

    return write


def _writer_of_one(before: str, name: str, style: str | None, after: str) -> Callable[[Mapping[str, Any]], str]:
    """Most statements show one figure, and most figures are whole numbers."""

    def write(figures: Mapping[str, Any]) -> str:
        value = figures.get(name)
        if type(value) is int and style is None:
            return f"{before}{value}{after}"
        return f"{before}{written(value, style)}{after}"

    return write


def written(value: Any, style: str | None = None) -> str:
    """A figure as a person reads it: a share in percent where asked, names joined, numbers rounded to two places."""
    if value is None:
        return "not known"
    kind = type(value)
    if kind in PLAIN and style != "percent":
        return str(value)
    if kind is list or kind is tuple:
        return listed(value)
    if style == "percent":
        return f"{_rounded(value if kind is Fraction else Fraction(value), 100, 0)} %"
    if isinstance(value, (Fraction, Decimal, float)):
        return _rounded(value, 1, 2)
    return str(value)


def listed(names: Sequence[Any]) -> str:
    """Names joined as in speech; after eight the rest is only counted."""
    if not names:
        return "none"
    if len(names) == 1:
        return str(names[0])
    shown = list(map(str, names[:MOST_NAMES]))
    if len(names) > MOST_NAMES:
        shown.append(f"{len(names) - MOST_NAMES} more")
    return f"{', '.join(shown[:-1])} and {shown[-1]}"


def plain_figure(value: Any) -> Any:
    """A figure as JSON: fractions and amounts as numbers rounded to four places, names as a list."""
    if type(value) in PLAIN:
        return value
    if isinstance(value, (Fraction, Decimal)):
        above, below = value.as_integer_ratio()
        return above if below == 1 else round(above / below, 4)
    if isinstance(value, (list, tuple)):
        return [plain_figure(entry) for entry in value]
    return value if isinstance(value, (str, int, float)) or value is None else str(value)


def _rounded(number: Fraction | Decimal | float, times: int, places: int) -> str:
    """So many times the number, rounded half away from zero, without trailing zeros."""
    above, below = number.as_integer_ratio()
    scale = 10**places
    whole = (abs(above) * times * scale * 2 + below) // (2 * below)
    text = f"{whole // scale}.{whole % scale:0{places}d}".rstrip("0").rstrip(".") if places else str(whole)
    return f"-{text}" if above < 0 and whole else text
