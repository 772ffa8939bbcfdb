"""Conversations about a revision, a finding or a field of it: opened, answered, resolved; knows no request."""

import json
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from uuid import uuid4

from app.checklist.places import leads_somewhere
from app.domain.errors import BadInput, Conflict, Fault
from app.domain.review import About, Comment, Did, Signature, Subject, Thread, ThreadState
from app.domain.revision import StoredDesign
from app.security.sealing import DataKey
from app.storage import initiatives, retries, revisions, threads
from app.storage.initiatives import NEVER_REACHED
from app.storage.pages import Cursor, Page
from app.storage.retries import Effect, Retry
from app.storage.threads import EVERY_THREAD, ThreadFilter
from app.usecases import checklists
from app.usecases.authority import Granted, key_of, let_in, peek
from app.usecases.conditions import WHATEVER, check_known
from app.usecases.identity import known_form
from app.usecases.office import Access, Office
from app.usecases.retries import REPLAYED, once
from app.usecases.signing import signature

DEFAULT_LIMIT = 50
LARGEST_LIMIT = 200
MOST_ENTRIES = 200  # what can be said in one conversation, which is always shown whole
MOST_TURNS = 400  # the same with what only resolves and reopens it

NO_REVISION = "There is no revision of this number yet."
NO_CHECK = "The checklist that judged this revision has no check of this id."
NOWHERE = "It does not lead to a value or a field of this revision."
NEEDED = "It is needed for what the conversation is about."
OUT_OF_PLACE = "It does not go with what the conversation is about."
FULL = "This conversation is as long as one can be. Open another one."


@dataclass(frozen=True, slots=True)
class NewThread:
    """What somebody wants to talk about.

    Attributes:
        about: the whole, a finding (with `check`) or a field (with `pointer`).
        revision: its number; None for the newest.
    """

    about: About
    check: str | None = None
    pointer: str | None = None
    revision: int | None = None


@dataclass(frozen=True, slots=True)
class ShownThread:
    """A conversation with everything that was said in it.

    Attributes:
        changed: whether the request changed anything.
        replayed: whether it had been carried out before, and this is its answer again.
    """

    thread: Thread
    comments: tuple[Comment, ...]
    changed: bool = False
    replayed: bool = False

    @property
    def tag(self) -> str:
        """What an ETag of the conversation says: its version."""
        return str(self.thread.version)


async def begin(
    office: Office, access: Access, initiative_id: str, new: NewThread, text: str, retry: Retry | None = None
) -> ShownThread:
    """Opens a conversation with a first comment.

    Raises:
        NotFound, Forbidden: there is no such initiative, or the caller may not comment on it.
        BadInput: there is no such revision, check or field.
        RetryMismatch, RetryInFlight, Gone: as `once`.
    """

    async def do() -> ShownThread:
        key = await key_of(office, access, initiative_id)
        subject = await _subject(office, access, key, new)
        organisation = await office.vault.organisation(access.organisation_id)

        def write(granted: Granted) -> ShownThread:
            identity, opened = str(uuid4()), signature(granted, organisation)
            _remember(granted, retry, identity, 1)
            thread = Thread(identity, subject, ThreadState.OPEN, 1, text, opened)
            threads.add(granted.connection, key, thread)
            granted.revision, granted.detail = subject.revision, identity
            return ShownThread(thread, (Comment(1, Did.SAID, text, opened),), changed=True)

        return await let_in(office, access, write, key.subject)

    async def replay(effect: Effect) -> ShownThread:
        return await _answered_then(office, access, initiative_id, effect)

    return await once(office, access, retry, do, replay)


async def reply(
    office: Office, access: Access, initiative_id: str, thread_id: str, text: str, retry: Retry | None = None
) -> ShownThread:
    """Adds a comment. One that was resolved is open again then: an answer under it must not go unseen.

    Raises:
        NotFound, Forbidden: there is no such conversation, or the caller may not comment.
        Conflict: it is as long as one can be.
        RetryMismatch, RetryInFlight, Gone: as `once`.
    """

    async def do() -> ShownThread:
        def answer(granted: Granted, found: Thread, signed: Signature) -> Comment:
            _remember(granted, retry, found.id, found.entries + 1)
            did = Did.REOPENED if found.state is ThreadState.RESOLVED else Did.SAID
            return Comment(_next(found, MOST_ENTRIES), did, text, signed)

        return await _extend(office, access, initiative_id, thread_id, answer)

    async def replay(effect: Effect) -> ShownThread:
        return await _answered_then(office, access, initiative_id, effect)

    return await once(office, access, retry, do, replay)


async def settle(
    office: Office,
    access: Access,
    initiative_id: str,
    thread_id: str,
    state: ThreadState,
    expected: Collection[str] = (WHATEVER,),
) -> ShownThread:
    """Resolves a conversation or opens it again, which leaves an entry in it. What it is already changes nothing.

    Args:
        expected: the tags of which it must have one.

    Raises:
        NotFound, Forbidden: there is no such conversation, or the caller may not comment.
        Stale: it has none of these tags.
        Conflict: it is as long as one can be.
    """
    did = Did.RESOLVED if state is ThreadState.RESOLVED else Did.REOPENED

    def turn(_granted: Granted, found: Thread, signed: Signature) -> Comment | None:
        check_known(expected, str(found.version))
        return None if found.state is state else Comment(_next(found, MOST_TURNS), did, None, signed)

    return await _extend(office, access, initiative_id, thread_id, turn)


async def get(office: Office, access: Access, initiative_id: str, thread_id: str) -> ShownThread:
    """One conversation with everything that was said in it.

    Raises:
        NotFound, Forbidden: there is none of that id, or the caller may not read it.
    """
    key = await key_of(office, access, initiative_id)
    identity = known_form(thread_id)

    def read(granted: Granted) -> ShownThread:
        thread = threads.find(granted.connection, key, identity)
        granted.revision, granted.detail = thread.subject.revision, identity
        return ShownThread(thread, threads.comments(granted.connection, key, thread))

    return await let_in(office, access, read, key.subject)


async def page(
    office: Office,
    access: Access,
    initiative_id: str,
    wanted: ThreadFilter = EVERY_THREAD,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> Page[Thread]:
    """A page of the initiative's conversations, the one that was opened last first.

    Args:
        cursor: `next` or `previous` of another page; None for the first.
        limit: 1 to 200 conversations at most.

    Raises:
        NotFound, Forbidden: there is no such initiative, or the caller may not read it.
        BadInput: the cursor is not one that this list gave.
    """
    key = await key_of(office, access, initiative_id)
    place, most = None if cursor is None else Cursor.read(cursor), max(1, min(limit, LARGEST_LIMIT))

    def read(granted: Granted) -> Page[Thread]:
        return threads.page(granted.connection, key, wanted, place, most)

    return await let_in(office, access, read, key.subject)


async def _subject(office: Office, access: Access, key: DataKey, new: NewThread) -> Subject:
    """What it is about, once it is known to be there: the revision, and in it the check or the field."""
    _check_form(new)

    def look(granted: Granted) -> StoredDesign:
        newest = initiatives.find(granted.connection, key).revision
        chosen = newest if new.revision is None else min(new.revision, NEVER_REACHED)
        if chosen > newest:
            raise BadInput(faults=(Fault("/revision", NO_REVISION),))
        return revisions.find(granted.connection, key, chosen)

    stored = await peek(office, access, look, key.subject)
    if new.check is not None:
        checklist = await checklists.remembered(office, stored.revision.checklist_digest)
        if new.check not in {check.id for check in checklist.checks}:
            raise BadInput(faults=(Fault("/check", NO_CHECK),))
    if new.pointer is not None and not leads_somewhere(json.loads(stored.document), new.pointer):
        raise BadInput(faults=(Fault("/pointer", NOWHERE),))
    return Subject(stored.revision.number, new.about, new.check, new.pointer)


def _check_form(new: NewThread) -> None:
    given = {"check": (new.check, About.FINDING), "pointer": (new.pointer, About.FIELD)}
    faults = [
        Fault(f"/{name}", NEEDED if value is None else OUT_OF_PLACE)
        for name, (value, about) in given.items()
        if (value is not None) != (new.about is about)
    ]
    if faults:
        raise BadInput(faults=tuple(faults))


async def _extend(
    office: Office,
    access: Access,
    initiative_id: str,
    thread_id: str,
    entry: Callable[[Granted, Thread, Signature], Comment | None],
) -> ShownThread:
    """The conversation with one more entry, unless there is none to add."""
    key = await key_of(office, access, initiative_id)
    identity, organisation = known_form(thread_id), await office.vault.organisation(access.organisation_id)

    def write(granted: Granted) -> ShownThread:
        found = threads.hold(granted.connection, key, identity)
        comment = entry(granted, found, signature(granted, organisation))
        granted.revision, granted.detail = found.subject.revision, identity
        if comment is None:
            return ShownThread(found, threads.comments(granted.connection, key, found))
        extended = _after(found, comment)
        threads.extend(granted.connection, key, extended, comment)
        granted.detail = f"{identity} {comment.did.value}"
        return ShownThread(extended, threads.comments(granted.connection, key, extended), changed=True)

    return await let_in(office, access, write, key.subject)


def _after(thread: Thread, comment: Comment) -> Thread:
    """The conversation once this entry was added."""
    if comment.did is Did.RESOLVED:
        return replace(thread, entries=comment.number, state=ThreadState.RESOLVED, settled=comment.written)
    return replace(thread, entries=comment.number, state=ThreadState.OPEN, settled=None)


def _next(thread: Thread, most: int) -> int:
    if thread.entries >= most:
        raise Conflict(FULL)
    return thread.entries + 1


def _remember(granted: Granted, retry: Retry | None, thread_id: str, entries: int) -> None:
    """Keeps, for a request that may come again, how long the conversation was when it was answered."""
    if retry is not None:
        effect = Effect(retry.request_digest, thread_id, entries, granted.now)
        retries.add(granted.connection, granted.organisation_id, retry.key_digest, effect)


async def _answered_then(office: Office, access: Access, initiative_id: str, effect: Effect) -> ShownThread:
    """The conversation as it was when the comment was added, which left it open."""
    key = await key_of(office, access, initiative_id)

    def read(granted: Granted) -> ShownThread:
        thread = threads.find(granted.connection, key, effect.subject_id)
        granted.revision, granted.detail = thread.subject.revision, REPLAYED
        said = threads.comments(granted.connection, key, thread)[: effect.revision]
        return ShownThread(_after(thread, said[-1]), said, changed=True, replayed=True)

    return await let_in(office, access, read, key.subject)
