"""What the people of one side have in common, counted from a list of people or from a plan; compares no sides."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from app.domain.columns import Column, Columns, Mask, Silences
from app.domain.placeholders import matching_form
from app.domain.reading import Answers

BANDS = (
    ("former_official", "serving_official", "politician", "military_security"),
    ("academic", "expert", "journalist"),
    ("civil_society", "religious", "business"),
)
Counts = dict[str, Any]
_BAND_OF = {background: number for number, band in enumerate(BANDS) for background in band}


class People:
    """Everybody who is listed, as rows and as columns.

    Attributes:
        rows, columns, silent: all of them, and who of them does not say something.
        gone: those who declined or withdrew.
        guests: those of the others who are guests.
        counted: those who count for balance: not gone, and neither alternate nor guest.
    """

    __slots__ = ("columns", "counted", "gone", "guests", "rows", "silent")

    def __init__(self, rows: list[Answers]) -> None:
        self.rows, self.columns = rows, Columns(rows)
        self.silent = Silences(rows, self.columns)
        status, seat = self.columns["status"], self.columns["seat"]
        self.gone: Mask = status.get("declined", 0) | status.get("withdrawn", 0)
        coming = (1 << len(rows)) - 1 & ~self.gone
        self.guests: Mask = seat.get("guest", 0) & coming
        self.counted: Mask = coming & ~(seat.get("alternate", 0) | self.guests)

    @property
    def all_count(self) -> bool:
        """Whether everybody counts."""
        return self.counted.bit_count() == len(self.rows)


def counts_of_people(people: People, those: Mask) -> Counts:
    """What some of the listed people say, each count only where it is known; one person or more."""
    size, columns = those.bit_count(), people.columns
    proximity, gender, age = columns["official_proximity"], columns["gender"], columns["age_group"]
    serving = _number(proximity, "serving", those)
    return {
        "official_stated": size - _number(proximity, None, those),
        "officials": serving + _number(proximity, "advisory", those),
        "serving": serving,
        "gender_stated": size - _number(gender, None, those) - _number(gender, "undisclosed", those),
        "women": _number(gender, "woman", those),
        "age_stated": size - _number(age, None, those) - _number(age, "undisclosed", those),
        "under_30": _number(age, "under_30", those),
        "without_relevance": Fraction((people.silent["relevance"] & those).bit_count(), size),
        **_bands(columns["background"], those),
        **_positions(columns["political_position"], those),
        **_experience(columns["track_two_experience"], those, size),
    }


def _number(column: Column, answer: str | None, those: Mask) -> int:
    """How many of those give the answer."""
    return (column.get(answer, 0) & those).bit_count()


def with_posts(rows: list[Answers]) -> list[Answers]:
    """The rows with `in_post`: whether the participant, or somebody of the planned row, holds a post.

    That is one in government, army or negotiating team. None where it is not said: planned officials may be advisers
    only, so a plan answers only where it has none.
    """
    for row in rows:
        if (proximity := row.get("official_proximity")) is not None:
            row["in_post"] = proximity == "serving"
        else:
            row["in_post"] = False if row.get("officials") == 0 else None
    return rows


def ways_of_selection(people: People, those: Mask) -> frozenset[str]:
    """Everybody who is said to have chosen somebody of those."""
    return frozenset([way for way, chosen in people.columns["selected_by"].items() if chosen & those and way])


def _bands(background: Column, those: Mask) -> Counts:
    """The three bands, and how many are known to come from outside the first; nobody only where everybody says so."""
    bands, outside = [0, 0, 0], 0
    for answer, rows in background.items():
        number = (rows & those).bit_count()
        band = _BAND_OF.get(answer)
        if band is not None:
            bands[band] += number
        if band != 0 and answer is not None:
            outside += number
    counts: Counts = {"bands": tuple(bands)}
    if outside or not _number(background, None, those):
        counts["outside_state"] = outside
    return counts


def _positions(position: Column, those: Mask) -> Counts:
    """The distinct positions of those stated, and Blau's index of them; unknown under two stated."""
    forms: dict[str, int] = {}
    for text, rows in position.items():
        if text is not None and (number := (rows & those).bit_count()):
            form = matching_form(text)
            forms[form] = forms.get(form, 0) + number
    size = sum(forms.values())
    if size < 2:
        return {}
    squares = sum([number * number for number in forms.values()])
    return {"distinct_positions": len(forms), "blau": Fraction(size * size - squares, size * size)}


def _experience(experience: Column, those: Mask, size: int) -> Counts:
    """Newcomers and the share of veterans, of those who state their experience; unknown where under half do."""
    stated = size - _number(experience, None, those)
    newcomers = _number(experience, "none", those) + _number(experience, "1_5", those)
    if not stated or 2 * stated < size:
        return {"newcomers": newcomers} if newcomers else {}
    return {"newcomers": newcomers, "veteran_share": Fraction(_number(experience, "over_10", those), stated)}


def counts_of_plan(plan: list[Answers]) -> Counts:
    """What the planned rows of one side say; a row speaks for its headcount, one without a number for nobody."""
    counts = {
        **_stated(plan, "official_stated", "officials"),
        **_stated(plan, "gender_stated", "women"),
        **_stated(plan, "age_stated", "under_30"),
    }
    backgrounds = [row["backgrounds"] for row in plan if row["backgrounds"] is not None]
    if backgrounds:
        counts |= _planned_backgrounds(plan, backgrounds)
    positions = [row["positions"] for row in plan if row["positions"] is not None]
    if positions and (len(plan) == 1 or max(positions) > 1):
        counts["distinct_positions"] = max(1, *positions)
    return counts


def _stated(plan: list[Answers], stated: str, field: str) -> Counts:
    rows = [row for row in plan if row[field] is not None and row["headcount"] is not None]
    if not rows:
        return {}
    return {stated: _sum(rows, "headcount"), field: _sum(rows, field)}


def _planned_backgrounds(plan: list[Answers], backgrounds: list[dict[str, int]]) -> Counts:
    bands = tuple(_sum_of(backgrounds, band) for band in BANDS)
    outside = sum(sum(counts.values()) for counts in backgrounds) - bands[0]
    said = sum(sum(counts.values()) for counts in backgrounds)
    everybody = all(row["headcount"] is not None for row in plan) and said >= _sum(plan, "headcount")
    return {"bands": bands} | ({"outside_state": outside} if outside or everybody else {})


def _sum(rows: Iterable[Answers], field: str) -> int:
    return sum([row[field] for row in rows])


def _sum_of(backgrounds: list[dict[str, int]], band: tuple[str, ...]) -> int:
    return sum(counts.get(background, 0) for counts in backgrounds for background in band)
