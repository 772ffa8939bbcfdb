"""What pydantic finds wrong, in our own words: the rule, and never a piece of what was sent."""

from collections.abc import Mapping
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError

from app.api.problems import Problem
from app.domain.errors import Fault
from app.domain.pointer import pointer
from app.domain.rules import known_rule

Model = TypeVar("Model", bound=BaseModel)

MOST_FAULTS: Final = 100

_RULES: Final = {
    "missing": "It is required.",
    "illegible": "It has at least one letter or digit.",
    "too_long": "It comes at most {max_length} times.",
    "extra_forbidden": "There is no field of this name.",
}


def rule_of(item: Mapping[str, Any]) -> str:
    """The rule that one of pydantic's errors speaks of."""
    rule = _RULES.get(item["type"])
    if rule is not None:
        return rule.format(**item.get("ctx", {}))
    return known_rule(item) or "It breaks the rule that the API documentation gives."


def read_body(model: type[Model], body: bytes) -> Model:
    """The body as this model.

    Raises:
        Problem: invalid-request with a fault for each place that breaks a rule.
    """
    try:
        return model.model_validate_json(body)
    except ValidationError as problem:
        faults = tuple(Fault(pointer(*item["loc"]), rule_of(item)) for item in problem.errors()[:MOST_FAULTS])
        raise Problem("invalid-request", "The body breaks the rules under errors.", faults) from None
