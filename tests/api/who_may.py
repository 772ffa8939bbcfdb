"""Who may do what, written down a second time: a row of the product's own table that is wider is found by this one."""

from app.domain.access import InitiativeRole, OrganisationRole, Scope
from app.security.permissions import PERMISSIONS

ROLES = {
    "any member": frozenset(OrganisationRole),
    "admin": frozenset({OrganisationRole.ADMIN}),
    "owner": frozenset({InitiativeRole.OWNER}),
    "owner, editor": frozenset({InitiativeRole.OWNER, InitiativeRole.EDITOR}),
    "owner, reviewer": frozenset({InitiativeRole.OWNER, InitiativeRole.REVIEWER}),
    "owner, editor, reviewer": frozenset(InitiativeRole) - {InitiativeRole.VIEWER},
    "reviewer": frozenset({InitiativeRole.REVIEWER}),
    "any role": frozenset(InitiativeRole),
}
TABLE = """
    audit.read           any member               read
    break_glass.decide   admin                    people
    break_glass.read     admin                    read
    break_glass.request  admin                    people
    comment.write        owner, editor, reviewer  review
    initiative.change    owner, editor            write
    initiative.delete    owner                    write
    initiative.read      any role                 read
    initiatives.create   any member               write
    initiatives.list     any member               read
    jobs.change          admin                    people
    jobs.read            admin                    read
    keys.change          any member               keys
    keys.read            any member               read
    members.change       admin                    people
    members.read         any member               read
    notices.change       any member               share
    notices.read         any member               read
    oneself.change       any member               keys
    oneself.read         any member               read
    organisation.change  admin                    people
    organisation.delete  admin                    people
    organisation.read    any member               read
    portfolio.read       admin                    read
    readers.read         owner                    read
    review.decide        reviewer                 review
    review.read          any role                 read
    review.submit        owner                    review
    roles.change         owner                    share
    roles.leave          any role                 share
    roles.read           owner, editor, reviewer  read
    waiver.approve       owner, reviewer          review
    waiver.give          owner, editor            write
"""


def _row(line: str) -> tuple[str, tuple[frozenset[str], Scope]]:
    name, _, rest = line.strip().partition(" ")
    roles, _, scope = rest.strip().rpartition(" ")
    return name, (frozenset(map(str, ROLES[roles.strip()])), Scope(scope))


WHO_MAY = dict(map(_row, TABLE.strip().splitlines()))


def differences() -> list[str]:
    """The permissions of which the product's table says something else."""
    theirs = {name: (permission.roles, permission.scope) for name, permission in PERMISSIONS.items()}
    return sorted(name for name in WHO_MAY.keys() | theirs.keys() if WHO_MAY.get(name) != theirs.get(name))
