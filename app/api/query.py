"""Query parameters of the busiest route, read without FastAPI's per-parameter work; knows no route by name."""

from collections.abc import Mapping
from functools import cache
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from starlette.requests import Request

from app.api.problems import Problem, WrongParameter
from app.api.rules import rule_of

Model = TypeVar("Model", bound=BaseModel)


def read_query(request: Request, model: type[Model]) -> Model:
    """The query as this model; a request without a query costs nothing.

    Raises:
        Problem: invalid-request for a parameter that is unknown, breaks a rule, or comes twice where one is meant.
    """
    if not request.scope["query_string"]:
        return model()
    given = request.query_params
    lists = _list_names(model)
    values = {name: given.getlist(name) if name in lists else _once(name, given.getlist(name)) for name in given}
    try:
        return model.model_validate(values)
    except ValidationError as problem:
        faults = tuple(_fault(model, item) for item in problem.errors())
        raise Problem("invalid-request", "The query breaks the rules under errors.", faults) from None


def described(model: type[BaseModel]) -> list[dict[str, Any]]:
    """The parameters as OpenAPI describes them."""
    fields = model.model_json_schema()
    return [
        {"name": name, "in": "query", "required": False, "schema": schema, "description": schema.pop("description")}
        for name, schema in _resolved(fields).items()
    ]


def _resolved(schema: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The properties with the definitions that they refer to put in their place."""
    definitions = schema.get("$defs", {})

    def resolve(part: Any) -> Any:
        if isinstance(part, dict):
            target = part.get("$ref")
            return (
                definitions[target.rpartition("/")[2]] if target else {key: resolve(each) for key, each in part.items()}
            )
        return [resolve(each) for each in part] if isinstance(part, list) else part

    return {name: resolve(dict(part)) for name, part in schema["properties"].items()}


def _once(name: str, values: list[str]) -> str:
    if len(values) > 1:
        raise Problem("invalid-request", faults=(WrongParameter(name, "It may come once."),))
    return values[0]


def _fault(model: type[BaseModel], item: Any) -> WrongParameter:
    name = str(item["loc"][0])
    if item["type"] == "extra_forbidden":
        return WrongParameter("query", f"There is a parameter beside {', '.join(_names(model))}.")
    return WrongParameter(name, rule_of(item))


@cache
def _names(model: type[BaseModel]) -> tuple[str, ...]:
    return tuple(field.alias or name for name, field in model.model_fields.items())


@cache
def _list_names(model: type[BaseModel]) -> frozenset[str]:
    properties = model.model_json_schema()["properties"]
    return frozenset(
        name for name, part in properties.items() if any("items" in each for each in part.get("anyOf", ()))
    )
