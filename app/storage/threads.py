"""Conversations about an initiative's revisions: what was said stays as it was; knows no rule of who may say it."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, and_, bindparam, insert, select, update

from app.domain.errors import NotFound
from app.domain.review import About, Comment, Did, Signature, Subject, Thread, ThreadState
from app.security.sealing import DataKey
from app.storage.initiatives import NEVER_REACHED
from app.storage.newest_first import NewestFirst
from app.storage.pages import Cursor, Page
from app.storage.prepared import Prepared
from app.storage.review_tables import CommentRow, ThreadRow
from app.storage.tables import table_of
from app.storage.words import open_words, seal_words

THREADS = table_of(ThreadRow)
COMMENTS = table_of(CommentRow)


@dataclass(frozen=True, slots=True)
class ThreadFilter:
    """Which conversations to list: those of this state, about this kind of thing, about this revision."""

    state: ThreadState | None = None
    about: About | None = None
    revision: int | None = None


EVERY_THREAD = ThreadFilter()

_HERE = (THREADS.c.organisation_id == bindparam("organisation")) & (THREADS.c.initiative_id == bindparam("initiative"))
_ONE = _HERE & (THREADS.c.id == bindparam("thread"))
_SAME = and_(
    COMMENTS.c.organisation_id == THREADS.c.organisation_id,
    COMMENTS.c.initiative_id == THREADS.c.initiative_id,
    COMMENTS.c.thread_id == THREADS.c.id,
)
_CLEAR = THREADS.c[
    "id", "revision", "about", "state", "version", "created_by", "created_at", "settled_by", "settled_at"
]
_WHOLE = select(THREADS.c.place, COMMENTS.c.text, *_CLEAR).select_from(
    THREADS.join(COMMENTS, and_(_SAME, COMMENTS.c.number == 1))
)
# One statement whatever is wanted: what is not filtered by is a word that nothing has, or the range of all numbers.
_WANTED = and_(
    THREADS.c.state.in_([bindparam("open"), bindparam("resolved")]),
    THREADS.c.about.in_([bindparam("whole"), bindparam("finding"), bindparam("field")]),
    THREADS.c.revision.between(bindparam("least_revision"), bindparam("most_revision")),
)

_ADD = Prepared(insert(THREADS))
_ADD_COMMENT = Prepared(insert(COMMENTS))
_FIND = Prepared(_WHOLE.where(_ONE))
# Whoever adds to a conversation holds it until the commit, so that two entries never get one number.
_HOLD = Prepared(select(THREADS.c.version).where(_ONE).with_for_update())
_COMMENTS = Prepared(
    select(*COMMENTS.c["number", "text", "written_by", "written_at"])
    .where(
        COMMENTS.c.organisation_id == bindparam("organisation"),
        COMMENTS.c.initiative_id == bindparam("initiative"),
        COMMENTS.c.thread_id == bindparam("thread"),
    )
    .order_by(COMMENTS.c.number)
)
_CHANGE = Prepared(
    update(THREADS)
    .where(_ONE)
    .values(
        state=bindparam("new_state"),
        version=bindparam("new_version"),
        place=bindparam("new_place"),
        settled_by=bindparam("new_settled_by"),
        settled_at=bindparam("new_settled_at"),
    )
)


def add(connection: Connection, key: DataKey, thread: Thread) -> None:
    """Stores a new conversation with what was said first."""
    subject, opened = thread.subject, thread.opened
    values = {
        "organisation_id": key.organisation,
        "initiative_id": key.subject,
        "id": thread.id,
        "revision": subject.revision,
        "about": subject.about.value,
        "place": _sealed_place(key, thread),
        "state": thread.state.value,
        "version": thread.version,
        "created_by": opened.person_id,
        "created_at": opened.at,
        "settled_by": None,
        "settled_at": None,
    }
    _ADD.count(connection, values)
    _add_comment(connection, key, thread, Comment(1, Did.SAID, thread.opening, opened))


def extend(connection: Connection, key: DataKey, thread: Thread, comment: Comment) -> None:
    """Adds an entry to a conversation that is held, and stores the state that it has then."""
    settled = thread.settled
    values = {
        **_here(key, thread.id),
        "new_state": thread.state.value,
        "new_version": thread.version,
        "new_place": _sealed_place(key, thread),
        "new_settled_by": None if settled is None else settled.person_id,
        "new_settled_at": None if settled is None else settled.at,
    }
    _CHANGE.count(connection, values)
    _add_comment(connection, key, thread, comment)


def hold(connection: Connection, key: DataKey, thread_id: str) -> Thread:
    """The conversation, which nobody else adds to before the transaction ends.

    Raises:
        NotFound, Damaged: as `find`.
    """
    _HOLD.row(connection, _here(key, thread_id))
    return find(connection, key, thread_id)


def find(connection: Connection, key: DataKey, thread_id: str) -> Thread:
    """The conversation of that id.

    Raises:
        NotFound: when there is none.
        Damaged: what is stored does not verify.
    """
    row = _FIND.row(connection, _here(key, thread_id))
    if row is None:
        raise NotFound
    return _thread(key, *row)


def comments(connection: Connection, key: DataKey, thread: Thread) -> tuple[Comment, ...]:
    """Every entry of the conversation, the first one first.

    Raises:
        Damaged: one does not verify.
    """
    rows = _COMMENTS.rows(connection, _here(key, thread.id))
    return tuple(_comment(key, thread, *row) for row in rows)


def page(connection: Connection, key: DataKey, wanted: ThreadFilter, cursor: Cursor | None, limit: int) -> Page[Thread]:
    """Some of the initiative's conversations, the one that was opened last first."""
    given: dict[str, Any] = {"organisation": key.organisation, "initiative": key.subject}
    given |= {state.value: state.value if wanted.state in (None, state) else "" for state in ThreadState}
    given |= {about.value: about.value if wanted.about in (None, about) else "" for about in About}
    exact = None if wanted.revision is None else min(wanted.revision, NEVER_REACHED)
    given |= {"least_revision": exact or 0, "most_revision": exact or NEVER_REACHED}
    return _LIST.page(connection, key, given, cursor, limit)


def _here(key: DataKey, thread_id: str) -> dict[str, Any]:
    return {"organisation": key.organisation, "initiative": key.subject, "thread": thread_id}


def _add_comment(connection: Connection, key: DataKey, thread: Thread, comment: Comment) -> None:
    words = {"did": comment.did.value, "text": comment.text, "name": comment.written.name}
    values = {
        "organisation_id": key.organisation,
        "initiative_id": key.subject,
        "thread_id": thread.id,
        "number": comment.number,
        "text": seal_words(key, _field_of_comment(thread.id, comment.number), thread.subject.revision, **words),
        "written_by": comment.written.person_id,
        "written_at": comment.written.at,
    }
    _ADD_COMMENT.count(connection, values)


def _sealed_place(key: DataKey, thread: Thread) -> bytes:
    """Where it is, with what whoever opened and settled it are called."""
    subject = thread.subject
    words = {
        "check": subject.check,
        "pointer": subject.pointer,
        "opened": thread.opened.name,
        "settled": None if thread.settled is None else thread.settled.name,
    }
    return seal_words(key, _field_of_place(thread.id), subject.revision, **words)


def _field_of_place(thread_id: str) -> str:
    """What the seal of a place is bound to, beside the initiative and the revision."""
    return f"thread {thread_id} place"


def _field_of_comment(thread_id: str, number: int) -> str:
    return f"thread {thread_id} comment {number}"


def _thread(key: DataKey, place: bytes, text: bytes, *clear: Any) -> Thread:
    identity, revision, about, state, version, created_by, created_at, settled_by, settled_at = clear
    where = open_words(key, _field_of_place(identity), revision, place)
    first = open_words(key, _field_of_comment(identity, 1), revision, text)
    return Thread(
        id=identity,
        subject=Subject(revision, About(about), where["check"], where["pointer"]),
        state=ThreadState(state),
        entries=version + 1,
        opening=first["text"],
        opened=Signature(created_by, where["opened"], created_at),
        settled=None if settled_by is None else Signature(settled_by, where["settled"], settled_at),
    )


def _comment(key: DataKey, thread: Thread, number: int, text: bytes, written_by: str, written_at: Any) -> Comment:
    words = open_words(key, _field_of_comment(thread.id, number), thread.subject.revision, text)
    return Comment(number, Did(words["did"]), words["text"], Signature(written_by, words["name"], written_at))


_LIST = NewestFirst(_WHOLE.where(_HERE, _WANTED), THREADS.c.created_at, THREADS.c.id, _thread)
