"""The OpenAPI document read for the reference page; knows OpenAPI, not this API."""

import json
from collections.abc import Iterator
from typing import Any

from app.web.contexts import Answer, Content, Field, Group, Operation, ReferencePage, Schema

Document = dict[str, Any]

METHODS = ("get", "post", "put", "patch", "delete")


def reference_page(document: dict[str, Any]) -> ReferencePage:
    """Everything that the document says, in the order in which it says it."""
    info = document["info"]
    operations = list(_operations(document))
    return ReferencePage(
        title=info["title"],
        version=info["version"],
        description=tuple(info.get("description", "").split("\n\n")),
        groups=tuple(_group(tag, operations) for tag in document.get("tags", [])),
        schemas=tuple(_schema(name, schema) for name, schema in document["components"]["schemas"].items()),
    )


def _group(tag: dict[str, str], operations: list[tuple[str, Operation]]) -> Group:
    own = tuple(operation for name, operation in operations if name == tag["name"])
    return Group(tag["name"], tag.get("description", ""), own)


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, Operation]]:
    for path, methods in document["paths"].items():
        shared = methods.get("parameters", [])
        for method in METHODS:
            if method in methods:
                operation = methods[method]
                yield operation["tags"][0], _operation(document, path, method, operation, shared)


def _operation(document: Document, path: str, method: str, operation: Document, shared: list[Any]) -> Operation:
    body = operation.get("requestBody", {}).get("content", {})
    answers = operation["responses"].items()
    return Operation(
        id=operation["operationId"],
        method=method.upper(),
        path=path,
        summary=operation["summary"],
        description=operation.get("description", ""),
        parameters=tuple(_parameter(_found(document, item)) for item in [*shared, *operation.get("parameters", [])]),
        bodies=tuple(_contents(body)),
        answers=tuple(_answer(status, _found(document, answer)) for status, answer in answers),
    )


def _found(document: dict[str, Any], item: dict[str, Any]) -> dict[str, Any]:
    """The item itself, or what its $ref leads to."""
    target: Any = item
    if "$ref" in item:
        target = document
        for step in item["$ref"].removeprefix("#/").split("/"):
            target = target[step]
    found: dict[str, Any] = target
    return found


def _parameter(item: dict[str, Any]) -> Field:
    description = item.get("description", "")
    return Field(item["name"], type_of(item["schema"]), "", description, item.get("required", False), item["in"])


def _answer(status: str, answer: dict[str, Any]) -> Answer:
    contents = tuple(_contents(answer.get("content", {})))
    return Answer(status, answer["description"], tuple(answer.get("headers", ())), contents)


def _contents(contents: dict[str, Any]) -> Iterator[Content]:
    for media_type, content in contents.items():
        examples = [item.get("value") for item in content.get("examples", {}).values()] or [content.get("example")]
        example = examples[0] if isinstance(examples[0], str) else json.dumps(examples[0], indent=2, ensure_ascii=False)
        yield Content(media_type, _name(content.get("schema", {})), "" if examples[0] is None else example)


def _schema(name: str, schema: dict[str, Any]) -> Schema:
    required = schema.get("required", [])
    fields = (_field(key, value, key in required) for key, value in schema.get("properties", {}).items())
    return Schema(name, schema.get("description", ""), tuple(fields))


def _field(name: str, schema: dict[str, Any], required: bool) -> Field:
    sensitive = schema.get("x-sensitive", "")
    return Field(
        name, type_of(schema), _name(schema), schema.get("description", ""), required, sensitive=str(sensitive)
    )


def _name(schema: dict[str, Any]) -> str:
    """The name of the schema that this one is, or whose items it lists; empty for one without a name."""
    for candidate in (schema, schema.get("items", {}), *schema.get("anyOf", [])):
        if "$ref" in candidate:
            return str(candidate["$ref"]).rpartition("/")[2]
    inner = next((option["items"] for option in schema.get("anyOf", []) if "items" in option), None)
    return _name(inner) if inner else ""


def type_of(schema: dict[str, Any]) -> str:
    """The type in words: `list of Party`, `one of idea, preparing`, `text, at most 200 characters`."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    options = [option for option in schema.get("anyOf", []) if option.get("type") != "null"]
    if options:
        return " or ".join(dict.fromkeys(map(type_of, options)))
    if "enum" in schema:
        return "one of " + ", ".join(map(str, schema["enum"]))
    if schema.get("type") == "array":
        return "list of " + type_of(schema.get("items", {}))
    return _plain(schema)


_WORDS = {"string": "text", "integer": "whole number", "boolean": "true or false"}
_BOUNDS = {"minimum": "{} or more", "maximum": "{} or less", "maxLength": "at most {} characters", "format": "{}"}


def _plain(schema: dict[str, Any]) -> str:
    kind = schema.get("type", "any")
    parts = [_WORDS.get(kind, kind) if isinstance(kind, str) else " or ".join(kind)]
    parts += [words.format(schema[bound]) for bound, words in _BOUNDS.items() if bound in schema]
    return ", ".join(parts)
