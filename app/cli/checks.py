"""The commands `checks list`, `show` and `schema`: the questions themselves, and how they are written."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from app.checklist.check import Check
from app.checklist.checklist import Checklist
from app.cli.terminal import write, write_text
from app.exports.text import labelled, wrapped
from app.exports.wording import ANSWERED_BY, STAGES, source_in_words


def list_checks(checklist: Checklist, chosen: str) -> None:
    """Write every check with its question, a category at a time."""
    if chosen == "json":
        write([_json([_line_of(check) for check in checklist.checks])])
        return
    lines = [f"{checklist.title} ({checklist.reference})", *wrapped(checklist.about)]
    for category in checklist.categories:
        lines += ["", *wrapped(f"{category.name}: {category.asks}")]
        for check in checklist.checks:
            if check.category == category.id:
                lines += [f"  {check.id} ({check.weight.value})", *wrapped(check.question, "    ", "    ")]
    write_text("\n".join([*lines, ""]))


def _line_of(check: Check) -> dict[str, Any]:
    return {
        "id": check.id,
        "category": check.category,
        "weight": check.weight,
        "ask_from": check.ask_from,
        "answered_by": check.answered_by,
        "question": check.question,
    }


def show_check(checklist: Checklist, check_id: str, chosen: str) -> None:
    """Write everything that a reader needs to understand a check.

    Raises:
        UnknownChecklist: the checklist has no such check.
    """
    check = checklist.check(check_id)
    if chosen == "json":
        write([_json({**check.definition.model_dump(mode="json", exclude_none=True), "paths": check.paths})])
    else:
        write_text("\n".join([*_shown(check), ""]))


def _shown(check: Check) -> Iterator[str]:
    yield from (*wrapped(check.question), "")
    yield from labelled("Check", f"{check.id}, {check.weight.value}")
    yield from labelled("Asked", f"{STAGES[check.ask_from]}, of {ANSWERED_BY[check.answered_by]}")
    yield from labelled("Why", check.rationale)
    yield from labelled("Next step", check.advice)
    yield from labelled("Limits", check.limits)
    for source in check.sources:
        yield from labelled("Source", source_in_words(source))
    for precedent in check.precedents:
        yield from labelled("Precedent", precedent)
    for name, parameter in check.definition.parameters.items():
        value = parameter.value if isinstance(parameter.value, str) else "a list of words"
        yield from labelled("Parameter", f"{name} = {value}. {parameter.reason}")
    yield from labelled("Reads", ", ".join(check.paths))
    for example in check.definition.examples:
        yield from labelled("Example", f"{example.name}: {example.outcome.value.replace('_', ' ')}")


def write_schema(kind: str) -> None:
    """Write the JSON Schema of a check's file, or of an overlay's."""
    from app.checklist.editor_schema import SCHEMAS

    write([_json(SCHEMAS[kind]())])


def _json(content: Any) -> bytes:
    return (json.dumps(content, indent=2, ensure_ascii=False) + "\n").encode()
