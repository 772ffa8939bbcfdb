"""What can go wrong, in the product's own words; knows no status code and no exit code: the edge picks the number."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in a document: where (a JSON Pointer) and which rule it breaks. Never the value itself."""

    pointer: str
    detail: str


class GoodOfficesError(Exception):
    """Something that the user can be told about: `detail` says what happened and what to do."""

    detail = "Something went wrong."

    def __init__(self, detail: str | None = None, faults: tuple[Fault, ...] = ()) -> None:
        self.detail = detail or type(self).detail
        self.faults = faults
        super().__init__(self.detail)


class DesignRefused(GoodOfficesError):
    """The document is no design: each fault names the place and the rule."""

    detail = "The document is not a valid design. Each entry under errors names the place and the rule."


class BadInput(GoodOfficesError):
    """A request that cannot be carried out as it stands, such as an unknown filter or a broken cursor."""

    detail = "The request cannot be carried out as it stands."


class NotFound(GoodOfficesError):
    """There is nothing under that id, or it is not yours: the answer is the same."""

    detail = "There is nothing of this id here. It never was, or was deleted, or is not yours."


class UnknownChecklist(NotFound):
    """No checklist, or no check, of that name and version is loaded."""

    detail = "There is no checklist of that name and version."


class Stale(GoodOfficesError):
    """Somebody changed it first. `current` is the version that is stored now."""

    detail = "It has changed since you read it. Read it again, apply your change, and send the new ETag."

    def __init__(self, current: str, detail: str | None = None) -> None:
        self.current = current
        super().__init__(detail)


class RetryMismatch(GoodOfficesError):
    """An Idempotency-Key that was used for another request."""

    detail = "This Idempotency-Key was used for a different request. Use a new key for a new request."


class RetryInFlight(GoodOfficesError):
    """The first request with this Idempotency-Key has not been answered yet."""

    detail = "The first request with this Idempotency-Key is still being carried out. Try again in a moment."


class Gone(GoodOfficesError):
    """What an Idempotency-Key once created has since been deleted."""

    detail = "What this Idempotency-Key created has been deleted since."


class Unavailable(GoodOfficesError):
    """The store cannot be reached, is full or is busy; nothing was changed."""

    detail = "The store cannot take this just now, and nothing was changed. Try again in a moment."


class ChecklistBroken(GoodOfficesError):
    """A checklist that cannot be used: the faults name file, line and what to change."""

    detail = "The checklist cannot be used."


class Damaged(GoodOfficesError):
    """What is stored does not verify: it was altered, moved or cut, or its key is another one."""

    detail = "What is stored here does not verify, so it is not shown. Tell whoever runs this service."


class Unauthenticated(GoodOfficesError):
    """Nobody is known by this key, session or password; which of them is wrong is not told."""

    detail = "This needs a valid API key or a session. It may be mistyped, expired or revoked."


class Forbidden(GoodOfficesError):
    """You can see it, but may not do this with it."""

    detail = "You can see this, but your role or the scopes of your key do not allow what you asked for."


class Conflict(GoodOfficesError):
    """The present state does not allow it, such as taking the last owner away."""

    detail = "The present state does not allow this."


class TooMany(GoodOfficesError):
    """More than is allowed in this time. `wait` is after how many seconds to try again."""

    detail = "This is more than is allowed in this time."

    def __init__(self, wait: int, detail: str | None = None) -> None:
        self.wait = wait
        super().__init__(detail)
