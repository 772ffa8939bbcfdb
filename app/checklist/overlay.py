"""A checklist made from another: some parameters, weights and texts of one's own; knows no file and no design."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any

from pydantic import Field, StringConstraints

from app.checklist.check import Check
from app.checklist.checklist import Checklist
from app.checklist.definition import (
    NUMBER,
    CategoryFile,
    CheckFile,
    CheckId,
    ChecklistName,
    Clause,
    Contents,
    Example,
    Origin,
    Parameter,
    Prose,
    Question,
    Statement,
    Statements,
    Strict,
    Version,
)
from app.checklist.examples import shortfalls
from app.checklist.loader import in_our_words, place_of_problem
from app.checklist.outcome import Weight
from app.domain.errors import ChecklistBroken, Fault
from app.domain.pointer import pointer

Reference = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*@[1-9][0-9]{0,4}$")]


class StatementTexts(Strict):
    """Sentences of the report in words of one's own; what is left out stays as it is."""

    met: Statement | None = None
    open: Statement | None = None
    not_applicable: Statement | None = None
    undecided: Statement | None = None


class CheckTexts(Strict):
    """Texts of one check in words of one's own; what is left out stays as it is."""

    question: Question | None = None
    rationale: Prose | None = Field(None, description="Why the question is asked.")
    advice: Prose | None = Field(None, description="What to do next, and who does it.")
    limits: Prose | None = Field(None, description="What the check cannot see.")
    say: StatementTexts = StatementTexts()
    concern: list[Statement | None] = Field(
        default=[], description="What each of its concerns says, in their order; ~ for one that stays as it is."
    )
    open_when: list[Statement | None] = Field(
        default=[], description="What each of its open ways says, in their order; ~ for one that stays as it is."
    )


class CategoryTexts(Strict):
    """A category in words of one's own."""

    name: Prose | None = None
    asks: Prose | None = None


class OverlayFile(Strict):
    """A small file that makes a checklist of another one, with values and words of one's own."""

    overlays: Reference = Field(description="The checklist that it is made from, with its version: track-two@1.")
    name: ChecklistName = Field(description="A name of its own, such as lake-foundation.")
    version: Version = Field(description="1, and one more whenever something in this file changes.")
    reason: Prose = Field(description="Why you want it otherwise; shown wherever the checklist is.")
    title: Prose | None = Field(None, description="Left out, that of the other checklist.")
    about: Prose | None = Field(None, description="Left out, that of the other checklist.")
    parameters: dict[CheckId, dict[str, Parameter]] = Field(
        default={}, description="For a check, its parameters by name, each with a value and your reason for it."
    )
    weights: dict[CheckId, Weight] = Field(default={}, description="For a check, how much hangs on it.")
    texts: dict[CheckId, CheckTexts] = Field(default={}, description="For a check, texts in your words.")
    categories: dict[str, CategoryTexts] = Field(default={}, description="For a category, its name and what it asks.")
    leave_out: dict[CheckId, Prose] = Field(default={}, description="Checks that are not to be asked, with the reason.")
    examples: dict[CheckId, list[Example]] = Field(
        default={}, description="For a check, examples of what it says under your values; they are run as tests."
    )


def overlaid(overlay: OverlayFile, base: Checklist) -> Checklist:
    """The checklist that the overlay makes of the one that it names.

    Raises:
        ChecklistBroken: something in the overlay does not fit; each fault's pointer leads to the place in it.
    """
    faults = (*_misplaced(overlay, base),)
    if faults:
        raise ChecklistBroken(faults=faults)
    checks: list[Check] = []
    for check in base.checks:
        if check.id not in overlay.leave_out:
            try:
                checks.append(_checked(overlay, check))
            except ChecklistBroken as broken:
                faults = (*faults, *broken.faults)
    if faults:
        raise ChecklistBroken(faults=faults)
    return Checklist(_contents(overlay, base, checks), checks)


def _misplaced(overlay: OverlayFile, base: Checklist) -> Iterator[Fault]:
    """What the overlay speaks of and the checklist has not, or has in another form."""
    checks = {check.id: check for check in base.checks}
    for key in ("parameters", "weights", "texts", "leave_out", "examples"):
        for check_id in getattr(overlay, key):
            if check_id not in checks:
                yield Fault(pointer(key, check_id), _unknown("check", check_id, checks, base.reference))
            elif key != "leave_out" and check_id in overlay.leave_out:
                yield Fault(pointer(key, check_id), "This check is left out, so there is nothing to change in it.")
    categories = [category.id for category in base.categories]
    for category in sorted(overlay.categories.keys() - set(categories)):
        yield Fault(pointer("categories", category), _unknown("category", category, categories, base.reference))
    if checks.keys() == overlay.leave_out.keys():
        yield Fault("/leave_out", "No check is left.")
    for check in base.checks:
        yield from _misfits(check, overlay.parameters.get(check.id, {}))
        yield from _too_many_texts(check, overlay.texts.get(check.id, CheckTexts()))


def _unknown(what: str, name: str, known: Iterable[str], where: str) -> str:
    near = difflib.get_close_matches(name, list(known), n=1)
    hint = f" Did you mean {near[0]}?" if near else ""
    return f"There is no {what} {name} in {where}.{hint}"


def _misfits(check: Check, given: Mapping[str, Parameter]) -> Iterator[Fault]:
    known = check.definition.parameters
    for name, parameter in given.items():
        place = pointer("parameters", check.id, name)
        if name not in known:
            there = ", ".join(known) or "none"
            yield Fault(place, f"{check.id} has no parameter {name}; it has {there}.")
        elif type(parameter.value) is not type(known[name].value):
            yield Fault(
                f"{place}/value", f"The value must be {_form(known[name].value)}, as it is in the other checklist."
            )


def _form(value: str | list[str] | dict[str, list[str]]) -> str:
    if isinstance(value, str):
        return "a number" if NUMBER.fullmatch(value) else "a text"
    return "a list" if isinstance(value, list) else "for each language a list of phrases"


def _too_many_texts(check: Check, texts: CheckTexts) -> Iterator[Fault]:
    for key in ("concern", "open_when"):
        given, there = len(getattr(texts, key)), len(getattr(check.definition, key))
        if given > there:
            yield Fault(pointer("texts", check.id, key), f"{check.id} has {there} of these, and here are {given}.")


def _checked(overlay: OverlayFile, check: Check) -> Check:
    """The check as the overlay wants it: the very same one if nothing in it changes."""
    valued = _with_values(overlay, check.definition)
    found = check if valued is check.definition else _compiled(valued, "parameters", overlay)
    worded = _with_texts(valued, overlay.texts.get(check.id))
    if worded is not valued:
        found = _compiled(worded, "texts", overlay)
    own = overlay.examples.get(check.id, [])
    if found is check and not own:
        return check
    kept = [example for example in check.definition.examples if not any(shortfalls(found, example))]
    return Check(worded.model_copy(update={"examples": [*own, *kept]}))


def _compiled(definition: CheckFile, key: str, overlay: OverlayFile) -> Check:
    try:
        return Check(definition)
    except (ValueError, ArithmeticError) as problem:
        told, place = in_our_words(problem), pointer(key, definition.id)
        content = overlay.model_dump(mode="json", exclude_none=True)[key].get(definition.id)
        raise ChecklistBroken(faults=(Fault(place + place_of_problem(content, told), told),)) from None


def _with_values(overlay: OverlayFile, definition: CheckFile) -> CheckFile:
    given: dict[str, Any] = {}
    if parameters := overlay.parameters.get(definition.id):
        given["parameters"] = {**definition.parameters, **parameters}
    if weight := overlay.weights.get(definition.id):
        given["weight"] = weight
    return definition.model_copy(update=given) if given else definition


def _with_texts(definition: CheckFile, texts: CheckTexts | None) -> CheckFile:
    if texts is None:
        return definition
    prose = texts.model_dump(include={"question", "rationale", "advice", "limits"}, exclude_none=True)
    say: Statements = definition.say.model_copy(update=texts.say.model_dump(exclude_none=True))
    clauses = {
        "concern": _reworded(definition.concern, texts.concern),
        "open_when": _reworded(definition.open_when, texts.open_when),
    }
    return definition.model_copy(update={**prose, "say": say, **clauses})


def _reworded(clauses: list[Clause], texts: list[str | None]) -> list[Clause]:
    given = [*texts, *[None] * (len(clauses) - len(texts))]
    pairs = zip(clauses, given, strict=True)
    return [clause if text is None else clause.model_copy(update={"say": text}) for clause, text in pairs]


def _contents(overlay: OverlayFile, base: Checklist, checks: list[Check]) -> Contents:
    asked = {check.category for check in checks}
    return Contents(
        name=overlay.name,
        version=overlay.version,
        title=overlay.title or base.title,
        about=overlay.about or base.about,
        categories=[_category(overlay, category) for category in base.categories if category.id in asked],
        checks=[check.id for check in checks],
        origin=Origin(
            checklist=base.reference, digest=base.digest, reason=overlay.reason, left_out=dict(overlay.leave_out)
        ),
    )


def _category(overlay: OverlayFile, category: CategoryFile) -> CategoryFile:
    texts = overlay.categories.get(category.id)
    return category if texts is None else category.model_copy(update=texts.model_dump(exclude_none=True))


def shifts(checklist: Checklist, base: Checklist) -> Iterator[tuple[str, str]]:
    """Examples of the other checklist that come out otherwise under the values and words of this one.

    Each with the id of its check, and a sentence that says how and why.
    """
    for check in checklist.checks:
        before = base.check(check.id)
        if check.digest != before.digest:
            why = "; ".join(_changes(before, check))
            for example in before.definition.examples:
                for failure in shortfalls(check, example):
                    yield check.id, f"the example {example.name!r} of {base.reference} {failure} Here {why}."


def _changes(before: Check, after: Check) -> Iterator[str]:
    old, new = before.definition, after.definition
    for name, parameter in new.parameters.items():
        if parameter.value != old.parameters[name].value:
            was, now = _shown(old.parameters[name].value), _shown(parameter.value)
            yield f"{name} is {now} instead of {was} ({parameter.reason.rstrip('.')})"
    if any(getattr(old, key) != getattr(new, key) for key in ("say", "concern", "open_when")):
        yield "its sentences are your own"


def _shown(value: str | list[str] | dict[str, list[str]]) -> str:
    return value if isinstance(value, str) else "a list of your own"
