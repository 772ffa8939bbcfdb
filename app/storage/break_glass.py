"""Requests for a role that no owner gave, and what became of them; knows not who may ask and who may decide."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Connection, bindparam, insert, select, update

from app.domain.access import InitiativeRole
from app.domain.errors import NotFound
from app.security.sealing import DataKey
from app.storage.access_tables import BreakGlassRow
from app.storage.newest_first import NewestFirst
from app.storage.prepared import Prepared
from app.storage.tables import table_of

REQUESTS = table_of(BreakGlassRow)
FIELDS = (
    *("id", "initiative_id", "person_id", "role", "state", "reason", "requested_by", "requested_at", "expires_at"),
    *("decided_by", "decided_at"),
)


class State(StrEnum):
    """What became of a request. That nobody answered it in time follows from the clock, and is not stored."""

    PENDING = "pending"
    APPROVED = "approved"
    REFUSED = "refused"


_IN = REQUESTS.c.organisation_id == bindparam("organisation")
_HERE = _IN & (REQUESTS.c.id == bindparam("request"))
_PENDING = REQUESTS.c.state == State.PENDING.value
_ADD = Prepared(insert(REQUESTS))
_FIND = Prepared(select(*REQUESTS.c[FIELDS]).where(_HERE))
_WAITING = Prepared(
    select(REQUESTS.c.id).where(
        _IN,
        REQUESTS.c.initiative_id == bindparam("initiative"),
        REQUESTS.c.person_id == bindparam("person"),
        _PENDING,
        REQUESTS.c.expires_at > bindparam("now"),
    )
)
_DECIDE = Prepared(
    update(REQUESTS)
    .where(_HERE, _PENDING)
    .values(state=bindparam("new_state"), decided_by=bindparam("decider"), decided_at=bindparam("now"))
)


@dataclass(frozen=True, slots=True)
class BreakGlassRequest:
    """Somebody asks that a person get a role on an initiative, past its owners.

    Attributes:
        person_id: who would get the role.
        requested_by: who asks.
        expires_at: until when it can be decided.
        decided_by: who decided, None while nobody has.
    """

    id: str
    initiative_id: str
    person_id: str
    role: InitiativeRole
    state: State
    reason: str
    requested_by: str
    requested_at: datetime
    expires_at: datetime
    decided_by: str | None = None
    decided_at: datetime | None = None


def add(connection: Connection, key: DataKey, request: BreakGlassRequest) -> None:
    """Stores a new request; its reason is sealed with the organisation's key, as whoever decides has no role."""
    values = {name: getattr(request, name) for name in FIELDS}
    values |= {"organisation_id": key.organisation, "role": request.role.value, "state": request.state.value}
    values["reason"] = key.seal_text(_field(request.id), 0, request.reason)
    _ADD.count(connection, values)


def find(connection: Connection, key: DataKey, request_id: str) -> BreakGlassRequest:
    """The request of that id.

    Raises:
        NotFound: there is none, or its initiative or its person is gone.
        Damaged: its reason does not verify.
    """
    row = _FIND.row(connection, {"organisation": key.organisation, "request": request_id})
    if row is None:
        raise NotFound
    return _request(key, *row)


def several(connection: Connection, key: DataKey, request_ids: Sequence[str]) -> dict[str, BreakGlassRequest]:
    """The requests of these ids, by id, without those that are not there."""
    here = (REQUESTS.c.organisation_id == key.organisation) & REQUESTS.c.id.in_(request_ids)
    rows = connection.execute(select(*REQUESTS.c[FIELDS]).where(here)).all()
    return {row.id: _request(key, *row) for row in rows}


def is_waiting(connection: Connection, organisation_id: str, initiative_id: str, person_id: str, now: datetime) -> bool:
    """Whether a request for this person and this initiative can still be decided."""
    given = {"organisation": organisation_id, "initiative": initiative_id, "person": person_id, "now": now}
    return bool(_WAITING.rows(connection, given))


def decide(
    connection: Connection, organisation_id: str, request_id: str, state: State, decided_by: str, now: datetime
) -> bool:
    """Settles a request that is pending; whether it was."""
    given = {"organisation": organisation_id, "request": request_id}
    return _DECIDE.count(connection, {**given, "new_state": state.value, "decider": decided_by, "now": now}) > 0


def _field(request_id: str) -> str:
    """What the seal of the reason is bound to, beside the organisation."""
    return f"break-glass {request_id} reason"


def _request(key: DataKey, identity: str, *columns: Any) -> BreakGlassRequest:
    initiative_id, person_id, role, state, reason, *rest = columns
    opened = key.open_text(_field(identity), 0, reason)
    return BreakGlassRequest(identity, initiative_id, person_id, InitiativeRole(role), State(state), opened, *rest)


LIST: Final = NewestFirst(
    select(*REQUESTS.c[FIELDS]).where(_IN), REQUESTS.c.requested_at, REQUESTS.c.id, _request
)  # the requests of an organisation
