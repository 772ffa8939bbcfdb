"""The schema of a check file and of a checklist file: what a domain expert writes; knows no design."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from app.checklist.outcome import Outcome, Weight
from app.checklist.predicates.vocabulary import AnyWord
from app.domain.modelling import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, field_validator

Stage = Literal["idea", "preparing", "funded", "running"]
AnsweredBy = Literal["organiser", "funder", "facilitator", "side"]
NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,15}|/0*[1-9][0-9]{0,14})?")
MOST_PHRASES = 2_000
LONGEST_PHRASE = 100
CheckId = Annotated[str, StringConstraints(pattern=r"^[a-z_]+\.[a-z0-9]+(-[a-z0-9]+)*$")]
Prose = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Question = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"\?")]
Statement = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1),
    Field(
        description="A sentence for the report. {figure} stands for a figure of the predicate or a parameter; "
        "{figure:percent} shows a share."
    ),
]


class Strict(BaseModel):
    """A part of a checklist file: a misspelt key is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Parameter(Strict):
    """A threshold or a list of words that is a judgement, with its reason; an organisation may set its own."""

    value: str | list[str] | dict[str, list[str]] = Field(
        description="A number (3, 0.75, 1/3), a list of words, or for each language its phrases."
    )
    reason: Prose = Field(
        description="Where the value comes from: the study, a convention, a resolution, our own choice."
    )

    @field_validator("value")
    @classmethod
    def _that_can_be_used(cls, value: str | list[str] | dict[str, list[str]]) -> str | list[str] | dict[str, list[str]]:
        """A text is an exact number; phrases are few and short, since each is looked for in every text."""
        if isinstance(value, str) and not NUMBER.fullmatch(value):
            raise ValueError("A number is written as 3, 0.75 or 1/3.")
        phrases = [value] if isinstance(value, list) else list(value.values()) if isinstance(value, dict) else []
        if sum(map(len, phrases)) > MOST_PHRASES or any(len(one) > LONGEST_PHRASE for some in phrases for one in some):
            raise ValueError(f"There are {MOST_PHRASES} phrases at most, of {LONGEST_PHRASE} characters at most.")
        return value


class Clause(Strict):
    """One way in which a design raises the check: when it does, and what is said of it."""

    when: AnyWord
    say: Statement


class Statements(Strict):
    """What the report says for each outcome."""

    met: Statement
    open: Statement
    not_applicable: Statement | None = None
    undecided: Statement | None = Field(
        None, description="Said where the design does not tell whether the question applies."
    )


class Source(Strict):
    """Where a check comes from."""

    work: Literal["A09", "own"] | Prose = Field(
        "A09", description="A09 is the study; own is our judgement, with no page."
    )
    pages: list[str] = Field(default=[], description="Pages, such as 18 or 49-50.")
    reporting: list[str] = Field(default=[], description="Whom the study reports there, such as Agha et al.")
    interviewees: list[str] = Field(default=[], description="Numbers of interviewees, where the study gives them.")
    kind: Literal["finding", "questionnaire", "extension", "inference", "convention", "limit"] = Field(
        "finding",
        description="finding (the study says it), questionnaire (the study asks it), extension or inference (ours, "
        "from what it says), convention (a rule we chose), limit (the study sets a limit to it there).",
    )
    note: Prose | None = None


def _as_outcome(value: Any) -> Any:
    return value.replace(" ", "_") if isinstance(value, str) else value


class Example(Strict):
    """A design, as far as it matters here, and what the check says of it; a test and documentation at once."""

    name: Prose = Field(description="What the example shows, such as: one seat over the limit.")
    design: dict[str, Any] = Field(default={}, description="The design; a title is added if there is none.")
    outcome: Annotated[Outcome, BeforeValidator(_as_outcome)]
    says: list[str] = Field(default=[], description="Pieces of text that the message must have.")
    at: list[str] = Field(default=[], description="JSON Pointers that the finding must name.")


class CheckFile(Strict):
    """One check: a question, when it applies, how an answer is judged, what is said, and why."""

    id: CheckId
    category: str
    weight: Weight
    question: Question
    ask_from: Stage = Field(description="The stage from which the question is worth asking.")
    answered_by: AnsweredBy = Field(description="Who can answer it.")
    parameters: dict[str, Parameter] = Field(default={})
    applies: AnyWord | None = Field(None, description="When the question applies; left out: always.")
    met_when: AnyWord | None = Field(None, description="What settles the question at once, whatever else is said.")
    concern: list[Clause] = Field(default=[], description="What raises a concern; every clause that is true speaks.")
    open_when: list[Clause] = Field(default=[], description="What leaves the question open in a way of its own.")
    answered: AnyWord | None = Field(
        None, description="What makes it answered; left out: that no concern is left in doubt."
    )
    say: Statements
    rationale: Prose
    advice: Prose
    limits: Prose
    sources: list[Source]
    precedents: list[str] = Field(default=[])
    examples: list[Example] = Field(default=[])


class CategoryFile(Strict):
    """One category of a checklist."""

    id: str
    name: Prose
    asks: Prose


ChecklistName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
Version = Annotated[int, Field(ge=1, le=99_999)]


class ChecklistFile(Strict):
    """The table of contents of a checklist: its name, version, categories, and the order of its checks."""

    name: ChecklistName
    version: Version
    title: Prose
    about: Prose
    categories: list[CategoryFile]
    checks: list[CheckId]


class Origin(Strict):
    """What a checklist was made from, if it is another one with some parameters, weights and texts of one's own."""

    checklist: str = Field(description="Name and version of the other checklist, such as track-two@1.")
    digest: str = Field(description="Its digest: a SHA-256 in hexadecimal.")
    reason: Prose = Field(description="Why somebody wanted it otherwise.")
    left_out: dict[CheckId, Prose] = Field(default={}, description="Checks that are not asked, each with the reason.")


class Contents(ChecklistFile):
    """The table of contents of any checklist, also of one that was made from another."""

    origin: Origin | None = None
