"""What the caller must be told, with what it is about as far as they may see it now; knows no request."""

from collections.abc import Iterable
from dataclasses import dataclass

from app.domain.access import InitiativeRole
from app.domain.errors import NotFound
from app.security.sealing import DataKey
from app.storage import break_glass, grants, notices
from app.storage.notices import Notice, NoticePlace
from app.storage.pages import Page
from app.usecases.authority import Granted, let_in
from app.usecases.break_glass import BreakGlass, all_shown
from app.usecases.cursors import cursor_of, identity, moment, place_in
from app.usecases.identity import known_form
from app.usecases.office import Access, Office

LIST = "notices"


@dataclass(frozen=True, slots=True)
class Told:
    """A notice with the request that it is about; without it for somebody who does not own the initiative any more."""

    notice: Notice
    about: BreakGlass | None


async def page(office: Office, access: Access, cursor: str | None, limit: int) -> Page[Told]:
    """The caller's notices: first those that were not read, and of each kind the newest first.

    Raises:
        BadInput: the cursor is not one that this list gave.
    """
    place = None if cursor is None else NoticePlace(*place_in(LIST, cursor, _flag, moment, identity))
    key = await office.vault.organisation(access.organisation_id)

    def read(granted: Granted) -> Page[Told]:
        whose = (granted.organisation_id, granted.principal.person_id)
        found = notices.page(granted.connection, *whose, place, limit + 1)
        following = _cursor(found[limit - 1]) if len(found) > limit else None
        return Page(_told(granted, key, found[:limit]), following, None)

    return await let_in(office, access, read)


async def mark_read(office: Office, access: Access, notice_id: str) -> None:
    """Notes that the caller has read a notice; again changes nothing.

    Raises:
        NotFound: the caller has no notice of that id.
    """
    wanted = known_form(notice_id)

    def write(granted: Granted) -> None:
        whose = (granted.organisation_id, granted.principal.person_id)
        found = notices.find(granted.connection, *whose, wanted)
        if found is None:
            raise NotFound
        notices.read(granted.connection, *whose, wanted, granted.now)
        granted.subject, granted.detail = found.id, found.kind

    await let_in(office, access, write)


def _told(granted: Granted, key: DataKey, found: Iterable[Notice]) -> tuple[Told, ...]:
    items = tuple(found)
    whose = (granted.organisation_id, granted.principal.person_id)
    roles = grants.of_person(granted.connection, *whose, {item.initiative_id for item in items})
    owned = [item.subject_id for item in items if roles.get(item.initiative_id) is InitiativeRole.OWNER]
    requests = break_glass.several(granted.connection, key, owned)
    shown = {one.request.id: one for one in all_shown(granted, key, requests.values())}
    return tuple(Told(item, shown.get(item.subject_id)) for item in items)


def _cursor(last: Notice) -> str:
    return cursor_of(LIST, int(last.read_at is not None), last.created_at.isoformat(), last.id)


def _flag(text: str) -> bool:
    return bool(int(text))
