"""The JSON of initiatives, feedback and checklists, as models that document what is answered; they know no route."""

from typing import Any, Literal

from pydantic import Field

from app.api.models import Digest, Moment, Read, RevisionNumber, Shown
from app.checklist.definition import AnsweredBy, Origin, Parameter, Source, Stage, Statements
from app.checklist.outcome import Outcome, State, Weight
from app.domain.design import Design
from app.domain.revision import Cause

# --- problems --------------------------------------------------------------------------------------------------------


class ProblemError(Shown):
    """One thing that is wrong: where, and which rule it breaks. What was sent is never repeated."""

    pointer: str | None = Field(None, description="JSON Pointer (RFC 6901) to the place in the body.")
    parameter: str | None = Field(None, description="The query parameter or the header, if it is not the body.")
    detail: str = Field(description="The rule.")


class ProblemDetails(Shown):
    """What went wrong (RFC 9457)."""

    type: str = Field(description="A reference to the page about this kind of problem, such as /problems/stale.")
    title: str
    status: int
    detail: str = Field(description="What to do about it.")
    errors: list[ProblemError] | None = Field(None, description="Each thing that is wrong, where there are several.")


# --- feedback --------------------------------------------------------------------------------------------------------


class CheckSource(Source):
    """Where a check comes from: the study with its pages, a convention, or our own judgement."""


class ChecklistName(Shown):
    """Names exactly the checklist that judged."""

    name: str
    version: int
    digest: Digest


class Counts(Shown):
    """How many findings have each outcome, and how many of them are waived. There is no score."""

    met: int
    concern: int
    open: int
    not_applicable: int
    waived: int


class Category(Shown):
    """A category: concerns if an unwaived concern is left, else open if a question is left, else clear."""

    id: str
    name: str
    state: State
    counts: Counts


class SignedBy(Shown):
    """A person who put their name under something: the name that they went by then, which stays when they leave."""

    id: str = Field(description="A random UUID.", json_schema_extra={"format": "uuid"})
    name: str


class AppliedWaiver(Shown):
    """A reason to let a finding stand, and whose; to be confirmed once what it was given for has changed."""

    state: Literal["active", "to_be_confirmed"]
    reason: str
    by: str = Field(description="Who gives it, in their own words; where they gave none, their name.")
    given_at: Moment
    given_by: SignedBy | None = Field(description="null for what is not stored.")
    approved_by: SignedBy | None = Field(description="A second person who agreed; null until somebody does.")
    approved_at: Moment | None
    checklist: str
    version: int


class Finding(Shown):
    """What one check says of the design."""

    check: str = Field(description="The check's id, such as purpose.stated.")
    category: str
    weight: Weight
    outcome: Outcome
    question: str
    message: str = Field(description="What is said of this design, with its own figures.")
    at: list[str] = Field(description="JSON Pointers to what raised it in the design.")
    figures: dict[str, Any] = Field(description="The figures behind the message.")
    later: bool = Field(description="An open question that is not yet worth asking at the design's stage.")
    waiver: AppliedWaiver | None
    rationale: str = Field(description="Why it matters.")
    advice: str = Field(description="What to do next.")
    limits: str = Field(description="Where the question does not hold.")
    sources: list[CheckSource]
    precedents: list[str] = Field(description="Cases that taught it.")
    ask_from: Stage
    answered_by: AnsweredBy


class Feedback(Shown):
    """What a checklist says of a design, findings in the checklist's order."""

    checklist: ChecklistName
    categories: list[Category]
    findings: list[Finding]
    counts: Counts = Field(description="Over all findings, also those that a filter leaves out.")


class NextStep(Shown):
    """One thing to do."""

    check: str = Field(description="The check's id, such as purpose.stated.")
    category: str
    weight: Weight
    outcome: Outcome
    question: str
    message: str = Field(description="What is said of this design, with its own figures.")
    action: str = Field(description="What to do, and who does it: the check's advice.")
    at: list[str] = Field(description="JSON Pointers to what raised it in the design.")
    settles: list[str] = Field(description="Other checks that point at no other field, so that the answer serves them.")
    answered_by: AnsweredBy


class NextSteps(Shown):
    """What to do first, seven things at most, in the order in which to do them."""

    checklist: ChecklistName
    next_steps: list[NextStep]
    counts: Counts = Field(description="Over all findings, also those that are no step.")


class FeedbackList(Shown):
    """What each of several checklists says of the same design, in the order in which they were named."""

    items: list[Feedback | NextSteps]


# --- initiatives -----------------------------------------------------------------------------------------------------


class CategoryJudgement(Shown):
    """The state of a category when the newest revision was judged; waivers are left aside."""

    id: str
    state: State


class StandingReview(Shown):
    """Where the review of an initiative stands: the latest one that was not withdrawn."""

    state: Literal["submitted", "changes_requested", "signed_off"]
    review_id: str = Field(description="A random UUID.", json_schema_extra={"format": "uuid"})
    revision: RevisionNumber
    for_earlier_revision: bool = Field(description="Whether the design was changed since that revision.")


class InitiativeSummary(Shown):
    """An initiative as it is now, without its contents."""

    id: str = Field(description="A random UUID.", json_schema_extra={"format": "uuid"})
    title: str
    lifecycle: Literal["idea", "preparing", "funded", "running", "closed"] = Field(description="The design's stage.")
    revision: RevisionNumber
    checklist_digest: Digest
    categories: list[CategoryJudgement] = Field(description="Empty if the checklist that judged is no longer loaded.")
    review: StandingReview | None = Field(description="null while no review was submitted.")
    created_at: Moment
    updated_at: Moment


class InitiativePage(Shown):
    """A page of initiatives, those changed last first; the next one is in the Link header, even of an empty page."""

    items: list[InitiativeSummary]


class Initiative(InitiativeSummary):
    """An initiative with its design and the feedback on it."""

    design: Design
    feedback: Feedback


class NewInitiative(Read):
    """What an initiative begins with."""

    design: Design


class Revision(Shown):
    """An immutable state of the design."""

    number: RevisionNumber
    cause: Cause
    restored_from: int | None = Field(description="The revision that was restored; null for any other cause.")
    created_at: Moment
    checklist_digest: Digest


class RevisionWithDesign(Revision):
    """A revision with its document."""

    design: Design


class RevisionPage(Shown):
    """A page of revisions, the newest first; the next one is in the Link header."""

    items: list[Revision]


class Waiver(AppliedWaiver):
    """A waiver with the check that it is for."""

    check: str


class WaiverList(Shown):
    """Every waiver of an initiative, in the checklist's order."""

    items: list[Waiver]


# --- checklists ------------------------------------------------------------------------------------------------------


class ChecklistCategory(Shown):
    """A category of a checklist and what it asks."""

    id: str
    name: str
    asks: str


class ChecklistSummary(ChecklistName):
    """A checklist without its checks."""

    title: str
    about: str
    categories: list[ChecklistCategory]
    origin: Origin | None = Field(description="The checklist that it was made from, for one with values of its own.")


class ChecklistPage(Shown):
    """Every checklist that is loaded."""

    items: list[ChecklistSummary]


class CheckSummary(Shown):
    """A check in a checklist."""

    id: str
    category: str
    weight: Weight
    question: str
    ask_from: Stage
    answered_by: AnsweredBy


class Checklist(ChecklistSummary):
    """A checklist with its checks, in their order."""

    checks: list[CheckSummary]


class Clause(Shown):
    """One way in which a design raises the check: when it does, and what is said of it."""

    when: dict[str, Any]
    say: str


class Check(CheckSummary):
    """Everything that a reader needs to understand a check."""

    digest: Digest
    reads: list[str] = Field(description="JSON Pointers, with * for a row, of everything that it reads in a design.")
    parameters: dict[str, Parameter] = Field(description="Thresholds and lists of words that are a judgement.")
    applies: dict[str, Any] | None = Field(description="When the question applies; null: always.")
    met_when: dict[str, Any] | None = Field(description="What settles the question at once.")
    concern: list[Clause]
    open_when: list[Clause]
    answered: dict[str, Any] | None = Field(description="What makes it answered.")
    say: Statements
    rationale: str
    advice: str
    limits: str
    sources: list[CheckSource]
    precedents: list[str]
    examples: list[dict[str, Any]] = Field(description="Pieces of designs and what the check says of them.")


class Index(Shown):
    """Where everything is."""

    feedback: str
    initiatives: str
    me: str
    checklists: str
    precedents: str
    glossary: str
    design_schema: str
    openapi: str
    documentation: str


class Health(Shown):
    """Whether the service is well."""

    status: Literal["alive", "ready"]
