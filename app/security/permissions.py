"""The one table of what needs which role: permission → roles; knows no object and nobody."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from app.domain.access import InitiativeRole, OrganisationRole, Scope

PUBLIC: Final = "public"  # what an operation declares that anybody may call; it touches nothing that is stored


class Place(StrEnum):
    """Where a role must be held."""

    ORGANISATION = "organisation"
    INITIATIVE = "initiative"


@dataclass(frozen=True, slots=True)
class Permission:
    """What an operation needs.

    Attributes:
        name: as operations declare it in `x-permission`.
        place: where the role must be held.
        roles: any of these is enough.
        scope: what an API key must be good for.
        writes: whether it changes something; a permission never serves both reading and writing.
        audited: whether its use leaves an entry in the audit trail. Everything that writes does.
    """

    name: str
    place: Place
    roles: frozenset[str]
    scope: Scope
    writes: bool
    audited: bool


MEMBERS: Final = frozenset(map(str, OrganisationRole))
ADMINS: Final = frozenset({str(OrganisationRole.ADMIN)})
EVERYBODY: Final = frozenset(map(str, InitiativeRole))
OWNERS: Final = frozenset({str(InitiativeRole.OWNER)})
REVIEWERS: Final = frozenset({str(InitiativeRole.REVIEWER)})
WRITERS: Final = OWNERS | {str(InitiativeRole.EDITOR)}
TALKERS: Final = WRITERS | REVIEWERS

READ, WRITE, REVIEW, SHARE, KEYS, PEOPLE = Scope
SEEN, WATCHED, DONE = (False, False), (False, True), (True, True)  # (writes, audited)

_ROWS: Final = (
    # name, where the role is held, who may, what a key must be good for, how
    ("oneself.read", Place.ORGANISATION, MEMBERS, READ, SEEN),
    ("oneself.change", Place.ORGANISATION, MEMBERS, KEYS, DONE),
    ("notices.read", Place.ORGANISATION, MEMBERS, READ, SEEN),
    ("notices.change", Place.ORGANISATION, MEMBERS, SHARE, DONE),
    ("initiatives.list", Place.ORGANISATION, MEMBERS, READ, WATCHED),
    ("initiatives.create", Place.ORGANISATION, MEMBERS, WRITE, DONE),
    ("initiative.read", Place.INITIATIVE, EVERYBODY, READ, WATCHED),
    ("initiative.change", Place.INITIATIVE, WRITERS, WRITE, DONE),
    ("initiative.delete", Place.INITIATIVE, OWNERS, WRITE, DONE),
    ("waiver.give", Place.INITIATIVE, WRITERS, WRITE, DONE),
    ("waiver.approve", Place.INITIATIVE, OWNERS | REVIEWERS, REVIEW, DONE),
    ("roles.read", Place.INITIATIVE, TALKERS, READ, WATCHED),
    ("roles.change", Place.INITIATIVE, OWNERS, SHARE, DONE),
    ("roles.leave", Place.INITIATIVE, EVERYBODY, SHARE, DONE),
    ("readers.read", Place.INITIATIVE, OWNERS, READ, WATCHED),
    ("review.read", Place.INITIATIVE, EVERYBODY, READ, WATCHED),
    ("review.submit", Place.INITIATIVE, OWNERS, REVIEW, DONE),
    ("review.decide", Place.INITIATIVE, REVIEWERS, REVIEW, DONE),
    ("comment.write", Place.INITIATIVE, TALKERS, REVIEW, DONE),
    ("organisation.read", Place.ORGANISATION, MEMBERS, READ, SEEN),
    ("organisation.change", Place.ORGANISATION, ADMINS, PEOPLE, DONE),
    ("organisation.delete", Place.ORGANISATION, ADMINS, PEOPLE, DONE),
    ("members.read", Place.ORGANISATION, MEMBERS, READ, SEEN),
    ("members.change", Place.ORGANISATION, ADMINS, PEOPLE, DONE),
    ("keys.read", Place.ORGANISATION, MEMBERS, READ, SEEN),
    ("keys.change", Place.ORGANISATION, MEMBERS, KEYS, DONE),
    ("portfolio.read", Place.ORGANISATION, ADMINS, READ, WATCHED),
    ("jobs.read", Place.ORGANISATION, ADMINS, READ, SEEN),
    ("jobs.change", Place.ORGANISATION, ADMINS, PEOPLE, DONE),
    ("audit.read", Place.ORGANISATION, MEMBERS, READ, WATCHED),
    ("break_glass.read", Place.ORGANISATION, ADMINS, READ, WATCHED),
    ("break_glass.request", Place.ORGANISATION, ADMINS, PEOPLE, DONE),
    ("break_glass.decide", Place.ORGANISATION, ADMINS, PEOPLE, DONE),
)
PERMISSIONS: Final = {
    name: Permission(name, place, roles, scope, writes, audited)
    for name, place, roles, scope, (writes, audited) in _ROWS
}
