"""Rows read with what other rows say of them: ranks among objectives, a funder's interest, a link's other end."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from app.domain.placeholders import matching_form
from app.domain.reading import Answers

Names = list[tuple[str, ...]]
RolesByName = dict[tuple[str, ...], list[list[str] | None]]
ROLES_OF_POWER = frozenset({"initiator", "sponsor", "facilitator"})
INHERITED = {"interest": "interests", "interest_status": "interest_status", "withheld_reason": "withheld_reason"}


def names_of(row: Answers) -> Names:
    """What a funder or third party can be matched by: its name, and each identifier with its scheme.

    Kept with the row once it is worked out.
    """
    kept: Names | None = row.get("matched_by")
    if kept is None:
        kept = row["matched_by"] = _names_of(row)
    return kept


def _names_of(row: Answers) -> Names:
    name, identifiers = row["name"], row["identifiers"]
    keys: Names = [(matching_form(name),)] if name else []
    for identifier in identifiers or ():
        if identifier["id"]:
            keys.append((matching_form(identifier["scheme"] or ""), matching_form(identifier["id"])))
    return keys


def with_more(row: Answers, **more: Any) -> Answers:
    """The row with further answers, added in place: rows are read anew for each design, and nobody else has them."""
    row.update(more)
    return row


def ranked_objectives(rows: list[Answers]) -> list[Answers]:
    """The objectives, each with `is_top`: whether its rank is the smallest; None where an unranked one's could be."""
    ranks = [row["rank"] for row in rows if row.get("rank") is not None]
    smallest, all_ranked = min(ranks, default=None), len(ranks) == len(rows) or len(rows) == 1
    return [with_more(row, is_top=_is_top(row.get("rank"), smallest, all_ranked)) for row in rows]


def _is_top(rank: int | None, smallest: int | None, all_ranked: bool) -> bool | None:
    if rank is None:
        return True if all_ranked else None
    if rank != smallest:
        return False
    return True if all_ranked or rank == 1 else None


def sources_with_interests(rows: list[Answers], third_party_of: Callable[[Answers], Answers | None]) -> list[Answers]:
    """The sources, each with the interest of the third party that it is too: it is entered and asked once."""
    return [_inheriting(row, third_party_of(row)) for row in rows]


def _inheriting(row: Answers, third_party: Answers | None) -> Answers:
    if third_party is None or any(row.get(field) is not None for field in INHERITED):
        return row
    return with_more(row, **{field: third_party.get(theirs) for field, theirs in INHERITED.items()})


def third_parties_as_sponsors(rows: list[Answers], source_names: frozenset[tuple[str, ...]]) -> list[Answers]:
    """The third parties, each with what follows from its name.

    `is_sponsor`: by its roles, or because it is a source; None where neither says. `roles_held`: its roles with those
    of other rows of its name, and sponsor if it is a source; None where one of them does not say.
    """
    held = _roles_by_name(rows)
    return [
        with_more(row, is_sponsor=_is_sponsor(row, source_names), roles_held=_roles_held(row, held, source_names))
        for row in rows
    ]


def _roles_by_name(rows: Iterable[Answers]) -> RolesByName:
    held: RolesByName = {}
    for row in rows:
        for name in names_of(row):
            held.setdefault(name, []).append(row.get("roles"))
    return held


def _roles_held(row: Answers, held: RolesByName, source_names: frozenset[tuple[str, ...]]) -> list[str] | None:
    names = names_of(row)
    lists = [roles for name in names for roles in held[name]] if names else [row.get("roles")]
    roles = {role for some in lists if some is not None for role in some}
    if any(name in source_names for name in names):
        roles.add("sponsor")
    return None if None in lists and not roles >= ROLES_OF_POWER else sorted(roles)


def _is_sponsor(row: Answers, source_names: Iterable[tuple[str, ...]]) -> bool | None:
    if any(name in source_names for name in names_of(row)):
        return True
    roles = row.get("roles")
    return None if roles is None else "sponsor" in roles


def linked_issues(rows: list[Answers]) -> list[Answers]:
    """The issues, each with `left_out`: issues linked to it, either way, that are out of scope without a reason.

    Issues go by their names. `unsure` lists issues that could be left out as well: linked ones that do not say whether
    they are in scope, and ones not in scope where neither end says its links; none of them gives a reason.
    """
    by_name = {matching_form(row["name"]): row for row in rows if row.get("name")}
    return [_with_left_out(row, [other for other in by_name.values() if other is not row]) for row in rows]


def _with_left_out(row: Answers, others: list[Answers]) -> Answers:
    silent = [other for other in others if other.get("reason") is None and other.get("in_scope") is not True]
    linked = [(other, _are_linked(row, other)) for other in silent]
    left_out = [other["name"] for other, truth in linked if truth and other.get("in_scope") is False]
    unsure = [other["name"] for other, truth in linked if truth is not False and other["name"] not in left_out]
    return with_more(row, left_out=left_out, unsure=unsure)


def _are_linked(one: Answers, other: Answers) -> bool | None:
    """Whether two issues are linked at either end; None where neither end says its links."""
    ends = ((one.get("linked_to"), other), (other.get("linked_to"), one))
    if all(links is None for links, _ in ends):
        return None
    return any(matching_form(end.get("name") or "") in map(matching_form, links or ()) for links, end in ends)
