"""The words of a report in plain English: what an outcome, a stage or a source is called; knows no layout."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

from app.checklist.definition import Source
from app.checklist.evaluation import AppliedWaiver
from app.checklist.outcome import Outcome, State

if TYPE_CHECKING:
    from app.checklist.glossary import Term
    from app.domain.review import SignedOff

OUTCOMES: Final[Mapping[Outcome, str]] = {
    Outcome.CONCERN: "Concern",
    Outcome.OPEN: "Open",
    Outcome.MET: "Met",
    Outcome.NOT_APPLICABLE: "Does not apply",
}
STATES: Final[Mapping[State, str]] = {
    State.CONCERNS: "Concerns",
    State.OPEN: "Open questions",
    State.CLEAR: "Nothing left to attend to",
}
ANSWERED_BY: Final[Mapping[str, str]] = {
    "organiser": "the organiser",
    "funder": "the funder",
    "facilitator": "the facilitator",
    "side": "each side",
}
STAGES: Final[Mapping[str, str]] = {
    "idea": "from the first idea",
    "preparing": "while preparing",
    "funded": "once funded",
    "running": "once the talks run",
}
SOURCE_KINDS: Final[Mapping[str, str]] = {
    "questionnaire": "a question that it asks, not a finding",
    "extension": "extended by us",
    "inference": "inferred by us",
    "convention": "a rule that we chose",
    "limit": "a limit that it sets",
}
STUDY: Final = "A09"
STUDY_IN_FULL: Final = (
    'A09 is Ian B. Anderson, "What is the Future of Track II Diplomacy in the Israeli-Palestinian Conflict?", '
    "University of Ottawa, 2009."
)
NO_SCORE: Final = (
    "Each entry is something to improve or to decide knowingly, not a rule to pass. There is no score. A concern is "
    "something that the draft says; an open question is something that it does not say yet."
)


def meaning_in_words(term: Term) -> str:
    """What a term of art means, with the pages that speak of it."""
    return term.means + (f" ({STUDY}, {pages_in_words(term.pages)})" if term.pages else "")


def source_in_words(source: Source) -> str:
    """A source on one line: `A09, pp. 18, 27, reporting Agha et al. (a limit that it sets): a note`."""
    parts = ["our own judgement" if source.work == "own" else source.work]
    if source.pages:
        parts.append(pages_in_words(source.pages))
    if source.interviewees:
        who = "interviewee" if len(source.interviewees) == 1 else "interviewees"
        parts.append(f"{who} {', '.join(source.interviewees)}")
    if source.reporting:
        parts.append(f"reporting {', '.join(source.reporting)}")
    kind = SOURCE_KINDS.get(source.kind)
    return ", ".join(parts) + (f" ({kind})" if kind else "") + (f": {source.note}" if source.note else "")


def sources_in_words(sources: Iterable[Source]) -> str:
    """Every source of a check on one line."""
    return "; ".join(map(source_in_words, sources))


def pages_in_words(pages: Sequence[str]) -> str:
    """Pages as one cites them: `p. 18`, `pp. 22-23, 28`."""
    alone = len(pages) == 1 and pages[0].isdigit()
    return f"{'p.' if alone else 'pp.'} {', '.join(pages)}"


def waiver_in_words(applied: AppliedWaiver) -> str:
    """What has been decided about a finding, and whether that still stands; nobody is named but as `by` says."""
    waiver = applied.waiver
    given = f"by {waiver.by}, {day(waiver.given_at)}" if waiver.by else f"on {day(waiver.given_at)}"
    if waiver.approved_at is not None:
        given += f", approved by a second person on {day(waiver.approved_at)}"
    if applied.state == "active":
        return f"Waived {given}: {waiver.reason}"
    return f"To be confirmed, as what it was given for has changed. Waived before {given}: {waiver.reason}"


def signed_off_in_words(signed_off: SignedOff) -> str:
    """Which revision a reviewer signed off, and whether it is the one that is shown."""
    told, shown = f"was signed off by a reviewer on {day(signed_off.at)}", signed_off.shown
    if signed_off.revision == shown:
        return f"Revision {shown}, which is shown here, {told}."
    order = "later" if shown > signed_off.revision else "earlier"
    return f"Revision {signed_off.revision} {told}. Shown here is revision {shown}, which is {order}."


def day(moment: datetime) -> str:
    """A date as one writes it out."""
    return f"{moment:%d %B %Y}"
