"""What stands behind a derived answer or a measure: the patterns of the pointers that it is taken from."""

from __future__ import annotations

from collections.abc import Iterable

SIDES = tuple(f"/conflict/parties/*/{field}" for field in ("id", "within", "presence", "presence_reason"))
_PEOPLE = "/participation/participants/*"
_PLANNED = "/participation/planned/*"
SEATED = tuple(f"{_PEOPLE}/{field}" for field in ("party", "status", "seat"))
HEADS = (*SIDES, *SEATED, f"{_PLANNED}/party", f"{_PLANNED}/headcount")
ATTENDING = (*HEADS, f"{_PLANNED}/officials", f"{_PLANNED}/capacity")
MATCHED_SOURCES = ("/funding/sources/*/name", "/funding/sources/*/identifiers")
MATCHED_THIRD_PARTIES = ("/third_parties/*/name", "/third_parties/*/identifiers")
MONEY = tuple(
    f"/funding/sources/*/{field}"
    for field in (
        "name",
        "identifiers",
        "kind",
        "party",
        "amount",
        "currency",
        "amount_in_budget_currency",
        "ultimate_source",
    )
)


def _composition(of_people: str, of_plan: str) -> tuple[str, ...]:
    return (*HEADS, f"{_PEOPLE}/{of_people}", f"{_PLANNED}/{of_plan}")


SELECTION = (
    *SIDES,
    *SEATED,
    f"{_PEOPLE}/selected_by",
    "/participation/selection/*/party",
    "/participation/selection/*/selected_by",
)

TIES = (
    *(f"/third_parties/*/{field}" for field in ("roles", "kind", "party", "ties", "paired_with")),
    *(f"/funding/sources/*/{field}" for field in ("party", "ultimate_source")),
    "/conflict/parties/*/id",
    "/conflict/parties/*/within",
    *MATCHED_THIRD_PARTIES,
    *MATCHED_SOURCES,
)
BUDGETED = (*MONEY, "/funding/sources/*/status", "/funding/budget", "/funding/sources")

DERIVED: dict[str, tuple[str, ...]] = {
    "/conflict/parties/*/headcount": HEADS,
    "/conflict/parties/*/there": HEADS,
    "/conflict/parties/*/excused": SIDES,
    "/conflict/parties/*/officials": _composition("official_proximity", "officials"),
    "/conflict/parties/*/official_stated": _composition("official_proximity", "officials"),
    "/conflict/parties/*/distinct_positions": _composition("political_position", "positions"),
    "/conflict/parties/*/without_relevance": (*HEADS, f"{_PEOPLE}/relevance"),
    "/conflict/parties/*/outside_state": _composition("background", "backgrounds"),
    "/conflict/parties/*/newcomers": (*HEADS, f"{_PEOPLE}/track_two_experience"),
    "/conflict/parties/*/selection_state": SELECTION,
    "/conflict/parties/*/selected_by_set": SELECTION,
    "/participation/participants/*/officials": (f"{_PLANNED}/officials",),
    "/participation/participants/*/in_post": (f"{_PEOPLE}/official_proximity", f"{_PLANNED}/officials"),
    "/purpose/objectives/*/is_top": ("/purpose/objectives/*/rank",),
    "/purpose/issues/*/left_out": tuple(
        f"/purpose/issues/*/{field}" for field in ("name", "linked_to", "in_scope", "reason")
    ),
    "/purpose/issues/*/unsure": tuple(
        f"/purpose/issues/*/{field}" for field in ("name", "linked_to", "in_scope", "reason")
    ),
    **{f"/third_parties/*/{answer}": TIES for answer in ("is_bound", "ties_to_one_side", "ties_told", "is_matched")},
    "/third_parties/*/roles_held": ("/third_parties/*/roles", *MATCHED_THIRD_PARTIES, *MATCHED_SOURCES),
    "/third_parties/*/is_sponsor": ("/third_parties/*/roles", *MATCHED_THIRD_PARTIES, *MATCHED_SOURCES),
    "/funding/sources/*/interest": (
        "/funding/sources/*/interest",
        "/third_parties/*/interests",
        *MATCHED_THIRD_PARTIES,
        *MATCHED_SOURCES,
    ),
    "/funding/sources/*/interest_status": (
        "/funding/sources/*/interest_status",
        "/third_parties/*/interest_status",
        *MATCHED_THIRD_PARTIES,
        *MATCHED_SOURCES,
    ),
    "/funding/sources/*/withheld_reason": ("/funding/sources/*/withheld_reason", "/third_parties/*/withheld_reason"),
}

MEASURED: dict[str, tuple[str, ...]] = {
    "evenness": HEADS,
    "headcount_difference": HEADS,
    "official_gap": _composition("official_proximity", "officials"),
    "background_distance": _composition("background", "backgrounds"),
    "women_missing": _composition("gender", "women"),
    "under_30": _composition("age_group", "under_30"),
    "room_size": (*HEADS, "/participation/others/*/headcount", "/participation/others"),
    "selection_evenness": SELECTION,
    "planned_months": ("/funding/planned_months", "/process/starts", "/process/ends"),
    "funding_gap": BUDGETED,
    "funding_gap_without_sought": BUDGETED,
    "party_money_unaccepted": (*BUDGETED, *SIDES, "/funding/sources/*/accepted_by"),
}


def read_by_measure(name: str) -> tuple[str, ...]:
    """The patterns behind a measure; a measure of money reads the sources and the budget."""
    return MEASURED.get(name) or (*MONEY, *SIDES, "/funding/budget", "/funding/sources", *MATCHED_THIRD_PARTIES)


def expanded(patterns: Iterable[str]) -> tuple[str, ...]:
    """The patterns in order, each derived answer replaced by what stands behind it."""
    return tuple(sorted({place for pattern in patterns for place in DERIVED.get(pattern, (pattern,))}))
