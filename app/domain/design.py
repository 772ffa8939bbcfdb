"""The design document as a whole, and how one is read from JSON; knows the parts, not what anybody thinks of them."""

import json
from collections.abc import Callable
from copy import deepcopy
from typing import Annotated, Any, Literal

from app.domain.conflict import Conflict
from app.domain.errors import DesignRefused, Fault
from app.domain.fields import LONGEST_LABEL, Label, Part, Text, answer, many
from app.domain.funding import Funding
from app.domain.modelling import AfterValidator, Field, ValidationError
from app.domain.participation import Participation
from app.domain.placeholders import is_placeholder
from app.domain.pointer import pointer
from app.domain.process import Process
from app.domain.purpose import Purpose
from app.domain.references import faults_between_parts
from app.domain.rules import known_rule
from app.domain.third_parties import ThirdParty

Stage = Literal["idea", "preparing", "funded", "running", "closed"]
Track = Literal["track_1_5", "track_2", "other"]
Approach = Literal["hard", "soft", "mixed"]


def _not_blank(title: str) -> str:
    if not any(map(str.isalnum, title)):
        raise ValueError("a design needs a title with a letter or a digit in it")
    return title


class Reference(Part):
    """The design's id in one of your own systems."""

    system: Label | None = answer("The system, such as your grants database.")
    id: Label | None = answer("The id there.")
    url: Annotated[str, Field(max_length=2_000)] | None = answer("Its address there. It is never fetched.")


class Design(Part):
    """A design of a dialogue initiative between the parties to a conflict. Only the title is required."""

    title: Annotated[str, Field(min_length=1, max_length=LONGEST_LABEL), AfterValidator(_not_blank)] = Field(
        description="What the initiative is called. Choose words that do no harm if somebody else reads them.",
        examples=["River dialogue"],
    )
    summary: Text | None = answer("The initiative in a paragraph.")
    stage: Stage | None = answer(
        "Where the initiative is: idea, preparing, funded, running or closed. A document describes one phase; "
        "earlier phases are earlier revisions. Absent reads as idea."
    )
    references: list[Reference] | None = many("The design's ids in your own systems; no check reads them.", most=50)
    annotations: Annotated[dict[Label, Text], Field(max_length=100)] | None = answer(
        "Notes of your own, by name; no check reads them."
    )
    conflict: Conflict | None = answer("The conflict that the initiative speaks to.")
    track: Track | None = answer(
        "track_2 (unofficial people only), track_1_5 (officials in a private capacity among them) or other."
    )
    approach: Approach | None = answer(
        "hard (focused on policy), soft (broad, for people to know each other) or mixed (both, at once or in turn)."
    )
    purpose: Purpose | None = answer("What the initiative is for.")
    participation: Participation | None = answer("Who takes part.")
    funding: Funding | None = answer("Who pays.")
    third_parties: list[ThirdParty] | None = many(
        "Those who start, pay for, lead or host the talks without being a side. An empty list says: nobody.", most=100
    )
    process: Process | None = answer("How the talks run.")


def parse_design(data: bytes | str) -> Design:
    """A design from JSON text.

    Raises:
        DesignRefused: with a fault for each place that breaks a rule; no fault repeats the value.
    """
    try:
        return _consistent(Design.model_validate_json(data))
    except ValidationError as problem:
        return _second_reading(problem, lambda: json.loads(data))


def design_from(document: Any) -> Design:
    """A design from plain objects, such as a YAML file gives; numbers, dates and true or false may be texts.

    Raises:
        DesignRefused: as `parse_design`.
    """
    try:
        return _consistent(Design.model_validate(document))
    except ValidationError as problem:
        return _second_reading(problem, lambda: deepcopy(document))


def design_json(design: Design) -> bytes:
    """The design as compact JSON with what was not answered left out; the form in which it is stored and sent."""
    return design.model_dump_json(exclude_none=True).encode()


def _second_reading(problem: ValidationError, copy: Callable[[], Any]) -> Design:
    """Reads again without the placeholders that stood where a choice, a number, a date or a list belongs."""
    errors = problem.errors()
    faults = tuple(_fault(error) for error in errors if not _is_silent(error))
    if faults:
        raise DesignRefused(faults=faults)
    document = copy()
    for error in reversed(errors):
        _leave_out(document, error)
    return _consistent(Design.model_validate(document))


def _is_silent(error: Any) -> bool:
    value, place = error["input"], error["loc"]
    return (
        error["type"] not in _NEVER_SILENT
        and place not in ((), ("title",))
        and place[-1] != "[key]"
        and isinstance(value, str)
        and is_placeholder(value)
    )


def _leave_out(document: Any, error: Any) -> None:
    """Takes one placeholder out: a field or one of several counts is absent then, a row of a list empty, a choice gone.

    A list of nothing but placeholders is absent: an empty one would be an answer.
    """
    place: tuple[int | str, ...] = ("", *error["loc"])
    *parents, name, last = place
    here: Any = {"": document}
    for step in parents:
        here = here[step]
    if isinstance(here[name], dict):
        here[name].pop(last, None)
    elif error["type"] == "model_type":
        here[name][last] = {}
    else:
        del here[name][last]
        here[name] = here[name] or None


def _consistent(design: Design) -> Design:
    faults = tuple(faults_between_parts(design))
    if faults:
        raise DesignRefused(faults=faults)
    return design


def _fault(error: Any) -> Fault:
    steps = [step for step in error["loc"] if step != "[key]"]
    detail = _RULES.get(error["type"]) or known_rule(error) or error["msg"].removeprefix("Value error, ")
    return Fault(pointer(*steps), detail)


_NEVER_SILENT = frozenset({"extra_forbidden", "json_invalid"})
_RULES = {
    "extra_forbidden": "There is no field of this name. Check the spelling; a note of your own goes under annotations.",
    "missing": "This field is required.",
    "json_invalid": "The document is not valid JSON.",
}
