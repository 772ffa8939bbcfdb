"""The operations as the OpenAPI document describes them, each with a request made of its own examples."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import httpx

from app.main import create_app
from app.security.permissions import PERMISSIONS, Permission
from app.settings import Settings

AN_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
NOT_READ = ("Prefer", "Idempotency-Key", "If-None-Match")  # the plain request is enough


class NotDescribed(AssertionError):
    """The document, or a table of this folder, does not say enough to send the request."""


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation with what a request to it is made of.

    Attributes:
        permission: what it needs, None if it is for everybody.
        query, headers: what must be sent with it.
        body: the first example of its body, None if it takes none.
    """

    name: str
    method: str
    path: str
    permission: Permission | None
    query: Mapping[str, str]
    headers: Mapping[str, str]
    media_type: str
    body: Any

    @property
    def parameters(self) -> tuple[str, ...]:
        """What stands in braces in its path."""
        return tuple(re.findall(r"{(\w+)}", self.path))

    @property
    def named(self) -> tuple[str, ...]:
        """Everything that a request names by an id: in the path, and in the body."""
        return (*self.parameters, *ids_in(self.body))

    def request(self, http: httpx.AsyncClient, values: Mapping[str, str]) -> httpx.Request:
        """The request about these things."""
        missing = [name for name in self.named if name not in values]
        if missing:
            raise NotDescribed(f"{self.name}: tests/api/scene.py does not say what {missing} is.")
        content = None if self.body is None else with_ids(self.body, values)
        headers = dict(self.headers) | ({"Content-Type": self.media_type} if self.media_type else {})
        address = self.path.format_map(dict(values))
        return http.build_request(self.method, address, params=self.query, json=content, headers=headers)


def ids_in(body: Any) -> Iterator[str]:
    """The names of the fields of a body that hold an id."""
    if isinstance(body, dict):
        for name, value in body.items():
            if isinstance(value, str) and AN_ID.fullmatch(value):
                yield name
            yield from ids_in(value)


def with_ids(body: Any, values: Mapping[str, str]) -> Any:
    """The body with these ids in the place of those of the example."""
    if not isinstance(body, dict):
        return body
    named = set(ids_in({name: value for name, value in body.items() if isinstance(value, str)}))
    return {name: values[name] if name in named else with_ids(value, values) for name, value in body.items()}


@cache
def operations() -> tuple[Operation, ...]:
    """Every operation of the document."""
    document = create_app(Settings(access_log=False)).openapi()
    return tuple(
        _operation(path, method, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    )


def _operation(path: str, method: str, operation: dict[str, Any]) -> Operation:
    required = [one for one in operation.get("parameters", []) if one["required"] and one["name"] not in NOT_READ]
    media_type, body = _body(operation)
    return Operation(
        name=operation["operationId"],
        method=method.upper(),
        path=path,
        permission=PERMISSIONS.get(operation["x-permission"]),
        query={one["name"]: _example(one) for one in required if one["in"] == "query"},
        headers={one["name"]: _example(one) for one in required if one["in"] == "header"},
        media_type=media_type,
        body=body,
    )


def _body(operation: dict[str, Any]) -> tuple[str, Any]:
    if "requestBody" not in operation:
        return "", None
    media_type, content = next(iter(operation["requestBody"]["content"].items()))
    return media_type, next(iter(content["examples"].values()))["value"]


def _example(parameter: dict[str, Any]) -> str:
    if parameter["name"] == "If-Match":
        return "*"
    schema = parameter["schema"]
    if "minimum" in schema:
        return str(schema["minimum"])
    examples = schema.get("examples")
    if not examples:
        raise NotDescribed(f"The parameter {parameter['name']} has no example.")
    return str(examples[0])
