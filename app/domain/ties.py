"""To which sides a facilitator is bound or tied, and whether a counterpart balances it; judges nobody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from app.domain.payments import payer
from app.domain.placeholders import matching_form
from app.domain.reading import Answers
from app.domain.rows import names_of, with_more

SideOf = Mapping[str, str]


def facilitators_with_ties(rows: list[Answers], sources: Iterable[Answers], side_of: SideOf) -> list[Answers]:
    """The third parties; each that leads, or that does not say what it does, has further answers.

    - `is_bound`: whether it is the government of a party, belongs to a side, or is a source that does
    - `ties_to_one_side`: whether its ties lead to exactly one side; False where it lists none
    - `ties_told`: whether the others know of those ties; None where that is not said of each
    - `is_matched`: whether its counterpart is here and belongs, or is tied, to another side; None if untold
    """
    money = list(sources)
    return [
        with_more(row, **_ties_of(row, rows, money, side_of)) if "facilitator" in (row["roles"] or LEADS) else row
        for row in rows
    ]


LEADS = ("facilitator",)


def _ties_of(row: Answers, rows: list[Answers], sources: Sequence[Answers], side_of: SideOf) -> dict[str, bool | None]:
    own = _own_sides(row, sources, side_of)
    ties = [(_side_of_tie(tie, sources, side_of), tie) for tie in row["ties"] or ()]
    sides = {side for side, _ in ties}
    return {
        "is_bound": row["kind"] == "conflict_party_government" or bool(own),
        "ties_to_one_side": _is_one_side(sides),
        "ties_told": _are_told(tie["told"] for side, tie in ties if side != NO_SIDE),
        "is_matched": _is_matched(row, rows, sources, side_of, own | (sides - {NO_SIDE, None})),
    }


NO_SIDE = ""


def _own_sides(row: Answers, sources: Iterable[Answers], side_of: SideOf) -> set[str | None]:
    """The side that it belongs to, and the sides whose money comes under its name."""
    names = set(names_of(row))
    parties = [row["party"], *(payer(source) for source in sources if names.intersection(names_of(source)))]
    return {side_of.get(party, party) for party in parties if party}


def _side_of_tie(tie: Answers, sources: Iterable[Answers], side_of: SideOf) -> str | None:
    """The side that a tie leads to, NO_SIDE for a source that is no side's, None where it is not said."""
    to = tie["to"]
    if to is None:
        return None
    if to in side_of:
        return side_of[to]
    wanted = matching_form(to)
    parties = [payer(source) for source in sources if source["name"] and matching_form(source["name"]) == wanted]
    return next((side_of.get(party, party) for party in parties if party), NO_SIDE)


def _is_one_side(sides: set[str | None]) -> bool | None:
    known = sides - {NO_SIDE, None}
    if len(known) > 1:
        return False
    return None if None in sides else len(known) == 1


def _are_told(answers: Iterable[bool | None]) -> bool | None:
    told = list(answers)
    if False in told:
        return False
    return None if None in told else True


def _is_matched(
    row: Answers, rows: Iterable[Answers], sources: Sequence[Answers], side_of: SideOf, near: set[str | None]
) -> bool | None:
    wanted = row["paired_with"] and matching_form(row["paired_with"])
    pair = [one for one in rows if one is not row and one["name"] and matching_form(one["name"]) == wanted]
    if not wanted or not pair:
        return False
    party, ties = pair[0]["party"], pair[0]["ties"]
    theirs = {_side_of_tie(tie, sources, side_of) for tie in ties or ()} | (
        {side_of.get(party, party)} if party else set()
    )
    if theirs - near - {NO_SIDE, None}:
        return True if near else None
    return None if None in theirs or (party is None and ties is None) else False
