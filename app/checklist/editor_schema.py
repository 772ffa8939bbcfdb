"""The JSON Schemas with which an editor completes and checks the YAML files of a checklist while somebody types them.

They are those of the models, with three differences. In our YAML every scalar is read as text, but an editor takes 0.3
for a number and must not mark it. A predicate says first which words there are, so that a misspelt one is told plainly.
And everything has a description, which an editor shows.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from pydantic import BaseModel

from app.checklist.definition import CheckFile
from app.checklist.overlay import OverlayFile
from app.checklist.predicates.vocabulary import WORDS
from app.domain.measures import MEASURES

Schema = dict[str, Any]
WORD: Final = "Word"
SCALARS: Final = ["string", "number", "boolean"]

DESCRIPTIONS: Final = {
    "op": "The word of the checklist language.",
    "a": "What the row may be listed as too.",
    "answered_only": "Look only at the rows that tell, and pass over the others.",
    "besides": "Another list of parties that counts as well.",
    "category": "One of the categories in checklist.yaml; the part of the id before the dot.",
    "everybody": "Whether a row without a side stands for every side.",
    "examples": "Designs, and what the check says of them. Each outcome that it can give needs one.",
    "figure": "Another name for the figure `named`.",
    "has": "What must be true of a row.",
    "id": "The folder and the file, with a dot between: purpose.stated. It never changes once it is released.",
    "lists": "The lists whose rows are looked at together.",
    "list": "The list whose rows are looked at.",
    "measure": "The measure of the design.",
    "not_applicable": "Said where the question does not apply.",
    "note": "Something that a reader of the source should know.",
    "number": "A number such as 3, 0.75 or 1/3, or a parameter ($most).",
    "of": "The predicate, or the list of predicates, that this word is about.",
    "open": "Said where the draft does not tell.",
    "met": "Said where there is nothing to attend to.",
    "outcome": "met, concern, open or not applicable.",
    "parameters": "Numbers and phrases that are a judgement, by name. Predicates use them as $name.",
    "precedents": "Cases that taught it: names of files in precedents/.",
    "advice": "The next step: who does what.",
    "limits": "What the check cannot see.",
    "rationale": "Why it is asked, in two or three sentences of our own.",
    "question": "One question with an actor and a verb. A yes is good news.",
    "relation": "How the one must stand to the other.",
    "say": "What the report says.",
    "sources": "Where it comes from.",
    "than": "The place of the answer to compare with.",
    "value": "One of these, as the design document has it.",
    "weight": "How much hangs on it.",
    "when": "When it is so.",
    "where": "Which rows are meant; left out, all of them.",
    "words": "A number of words, or a parameter ($least).",
    "asks": "What the category asks, in a sentence.",
    "name": "A name for people to read.",
}
"""What an editor shows for a key that does not describe itself in its model."""


def check_schema() -> Schema:
    """The schema of a check's file."""
    return _for_editors(CheckFile)


def overlay_schema() -> Schema:
    """The schema of an overlay's file."""
    return _for_editors(OverlayFile)


SCHEMAS: Final[dict[str, Callable[[], Schema]]] = {"check": check_schema, "overlay": overlay_schema}


def _for_editors(model: type[BaseModel]) -> Schema:
    schema: Schema = _adapted(model.model_json_schema())
    words = [schema["$defs"][word.__name__] for word in WORDS.values() if word.__name__ in schema["$defs"]]
    for word in words:
        _say_what_may_stand(word)
    if words:
        schema["$defs"][WORD] = _any_word()
    _describe(schema)
    for part in schema["$defs"].values():
        _describe(part)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def _adapted(part: Any) -> Any:
    if isinstance(part, list):
        return [_adapted(each) for each in part]
    if not isinstance(part, dict):
        return part
    if "discriminator" in part:
        kept = {key: value for key, value in part.items() if key in ("description", "default")}
        return {"$ref": f"#/$defs/{WORD}", **kept}
    adapted = {key: _adapted(value) for key, value in part.items() if key != "title" or not isinstance(value, str)}
    if part.get("type") == "string" and not {"enum", "const"} & part.keys():
        adapted["type"] = SCALARS
    if "not_applicable" in part.get("enum", ()):
        adapted["enum"] = [*part["enum"], "not applicable"]
    return adapted


def _any_word() -> Schema:
    """Any word: an object whose op is one of them, and which then is as that word wants it."""
    return {
        "description": "A predicate: op says which word of the checklist language it is.",
        "type": "object",
        "required": ["op"],
        "properties": {"op": {"enum": list(WORDS), "description": DESCRIPTIONS["op"]}},
        "oneOf": [{"$ref": f"#/$defs/{word.__name__}"} for word in WORDS.values()],
    }


def _say_what_may_stand(word: Schema) -> None:
    """Where a word takes several values, one may stand by itself; a measure is one of those that there are."""
    keys = word["properties"]
    if keys.get("value", {}).get("type") == "array":
        keys["value"] = {"anyOf": [{"type": SCALARS}, keys["value"]]}
    if "measure" in keys:
        keys["measure"] = {"enum": sorted(MEASURES)}


def _describe(schema: Schema) -> None:
    for name, part in schema.get("properties", {}).items():
        if "description" not in part and name in DESCRIPTIONS:
            part["description"] = DESCRIPTIONS[name]
