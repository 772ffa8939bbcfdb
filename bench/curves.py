"""Draws what was measured as curves, in SVG without any library; knows no measurement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from math import log10

WIDTH, HEIGHT, LEFT, BOTTOM, TOP, RIGHT = 560, 300, 70, 50, 40, 20
# Told apart in print and by people who see colours otherwise: each has a mark of its own.
INKS = ("#1f4e79", "#b45309", "#166534")
MARKS = ("circle", "square", "diamond")

Points = Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Curve:
    """A line through measured points; every x is above 0."""

    name: str
    points: Points


def drawing(title: str, across: str, upward: str, curves: Sequence[Curve]) -> str:
    """The curves over one logarithmic axis, from 0 upward; the text in it is for readers of the screen too."""
    largest = max(y for curve in curves for _, y in curve.points) or 1.0
    places = sorted({x for curve in curves for x, _ in curve.points})
    shape = f'xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"'
    middle = (TOP + HEIGHT - BOTTOM) / 2
    turned = f'x="14" y="{middle}" text-anchor="middle" transform="rotate(-90 14 {middle})"'
    parts = [
        f'<svg {shape} role="img" font-family="sans-serif" font-size="12"><title>{escape(title)}</title>',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        f'<text x="{LEFT}" y="20" font-size="14">{escape(title)}</text>',
        *(_tick(x, places) for x in places),
        *(_level(largest * step / 4, largest) for step in range(5)),
        f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 8}" text-anchor="middle">{escape(across)}</text>',
        f"<text {turned}>{escape(upward)}</text>",
        *(_curve(number, curve, places, largest) for number, curve in enumerate(curves)),
        "</svg>\n",
    ]
    return "\n".join(parts)


def _curve(number: int, curve: Curve, places: Sequence[float], largest: float) -> str:
    ink = INKS[number % len(INKS)]
    spots = [(_across(x, places), _up(y, largest)) for x, y in curve.points]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in spots)
    marks = "".join(_mark(MARKS[number % len(MARKS)], x, y, ink) for x, y in spots)
    legend_x, legend_y = LEFT + 12, TOP + 14 + 16 * number
    legend = _mark(MARKS[number % len(MARKS)], legend_x, legend_y - 4, ink)
    text = f'<text x="{legend_x + 12}" y="{legend_y}" fill="{ink}">{escape(curve.name)}</text>'
    return f'<polyline points="{line}" fill="none" stroke="{ink}" stroke-width="2"/>{marks}{legend}{text}'


def _mark(kind: str, x: float, y: float, ink: str) -> str:
    if kind == "circle":
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{ink}"/>'
    turn = f' transform="rotate(45 {x:.1f} {y:.1f})"' if kind == "diamond" else ""
    return f'<rect x="{x - 4:.1f}" y="{y - 4:.1f}" width="8" height="8" fill="{ink}"{turn}/>'


def _tick(x: float, places: Sequence[float]) -> str:
    at = _across(x, places)
    return (
        f'<line x1="{at:.1f}" y1="{TOP}" x2="{at:.1f}" y2="{HEIGHT - BOTTOM}" stroke="#e5e7eb"/>'
        f'<text x="{at:.1f}" y="{HEIGHT - BOTTOM + 16}" text-anchor="middle">{x:,.0f}</text>'
    )


def _level(y: float, largest: float) -> str:
    at = _up(y, largest)
    return (
        f'<line x1="{LEFT}" y1="{at:.1f}" x2="{WIDTH - RIGHT}" y2="{at:.1f}" stroke="#e5e7eb"/>'
        f'<text x="{LEFT - 6}" y="{at + 4:.1f}" text-anchor="end">{y:,.3g}</text>'
    )


def _across(x: float, places: Sequence[float]) -> float:
    first, last = log10(places[0]), log10(places[-1])
    share = (log10(x) - first) / (last - first) if last > first else 0.5
    return LEFT + share * (WIDTH - LEFT - RIGHT)


def _up(y: float, largest: float) -> float:
    return HEIGHT - BOTTOM - y / largest * (HEIGHT - TOP - BOTTOM)
