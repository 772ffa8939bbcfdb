"""What the people of one side have in common, counted from a list of people or from a plan; compares no sides."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from operator import itemgetter
from typing import Any

from app.domain.placeholders import matching_form
from app.domain.reading import Answers

NEW_TO_TALKS = frozenset({"none", "1_5"})
BANDS = (
    ("former_official", "serving_official", "politician", "military_security"),
    ("academic", "expert", "journalist"),
    ("civil_society", "religious", "business"),
)
Counts = dict[str, Any]
Column = list[Any]

_proximity_of = itemgetter("official_proximity")
_gender_of = itemgetter("gender")
_age_of = itemgetter("age_group")
_relevance_of = itemgetter("relevance")
_background_of = itemgetter("background")
_position_of = itemgetter("political_position")
_experience_of = itemgetter("track_two_experience")
_band_of = {background: number for number, band in enumerate(BANDS) for background in band}.get


def counts_of_people(people: list[Answers]) -> Counts:
    """What one side's listed people say, each count only where it is known; one person or more."""
    size = len(people)
    proximity = list(map(_proximity_of, people))
    gender = list(map(_gender_of, people))
    age = list(map(_age_of, people))
    serving = proximity.count("serving")
    return {
        "official_stated": size - proximity.count(None),
        "officials": serving + proximity.count("advisory"),
        "serving": serving,
        "gender_stated": size - gender.count(None) - gender.count("undisclosed"),
        "women": gender.count("woman"),
        "age_stated": size - age.count(None) - age.count("undisclosed"),
        "under_30": age.count("under_30"),
        "without_relevance": Fraction(list(map(_relevance_of, people)).count(None), size),
        **_bands(list(map(_background_of, people))),
        **_positions(list(map(_position_of, people))),
        **_experience(list(map(_experience_of, people))),
    }


def in_post(row: Answers) -> bool | None:
    """Whether a participant, or somebody of a planned row, holds a post in government, army or negotiating team.

    Planned officials may be advisers only, so a plan answers only where it has none.
    """
    if (proximity := row.get("official_proximity")) is not None:
        return bool(proximity == "serving")
    return False if row.get("officials") == 0 else None


def ways_of_selection(people: list[Answers]) -> frozenset[str]:
    """Everybody who is said to have chosen somebody of these."""
    return frozenset([way for person in people if (way := person["selected_by"])])


def _bands(background: Column) -> Counts:
    """The three bands, and how many are known to come from outside the first; nobody only where everybody says so."""
    unsaid = background.count(None)
    bands = list(map(_band_of, background))
    outside = len(background) - unsaid - bands.count(0)
    counts: Counts = {"bands": (bands.count(0), bands.count(1), bands.count(2))}
    if outside or not unsaid:
        counts["outside_state"] = outside
    return counts


def _positions(position: Column) -> Counts:
    """The distinct positions of those stated, and Blau's index of them; unknown under two stated."""
    stated = [text for text in position if text is not None]
    size = len(stated)
    if size < 2:
        return {}
    forms: dict[str, int] = {}
    for text in set(stated):
        form = matching_form(text)
        forms[form] = forms.get(form, 0) + stated.count(text)
    squares = sum([number * number for number in forms.values()])
    return {"distinct_positions": len(forms), "blau": Fraction(size * size - squares, size * size)}


def _experience(experience: Column) -> Counts:
    """Newcomers and the share of veterans, of those who state their experience; unknown where under half do."""
    size = len(experience)
    stated = size - experience.count(None)
    newcomers = sum(map(experience.count, NEW_TO_TALKS))
    if not stated or 2 * stated < size:
        return {"newcomers": newcomers} if newcomers else {}
    return {"newcomers": newcomers, "veteran_share": Fraction(experience.count("over_10"), stated)}


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
