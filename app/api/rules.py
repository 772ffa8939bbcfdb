"""What pydantic finds wrong, in our own words: the rule, and never a piece of what was sent."""

from collections.abc import Mapping
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError

from app.api.problems import Problem
from app.domain.errors import Fault
from app.domain.pointer import pointer

Model = TypeVar("Model", bound=BaseModel)

MOST_FAULTS: Final = 100

_RULES: Final = {
    "missing": "It is required.",
    "enum": "It is one of {expected}.",
    "literal_error": "It is one of {expected}.",
    "int_parsing": "It is a whole number.",
    "int_type": "It is a whole number.",
    "int_from_float": "It is a whole number.",
    "greater_than_equal": "It is {ge} or more.",
    "less_than_equal": "It is {le} or less.",
    "string_too_long": "It has {max_length} characters at most.",
    "string_too_short": "It has {min_length} characters at least.",
    "illegible": "It has a letter or a digit at least.",
    "string_pattern_mismatch": "It matches the pattern {pattern}.",
    "string_type": "It is a text.",
    "too_long": "It comes {max_length} times at most.",
    "extra_forbidden": "There is no field of this name.",
    "model_type": "It is an object.",
    "model_attributes_type": "It is an object.",
}


def rule_of(item: Mapping[str, Any]) -> str:
    """The rule that one of pydantic's errors speaks of."""
    rule = _RULES.get(item["type"], "It breaks the rule that the API documentation gives.")
    return rule.format(**item.get("ctx", {}))


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
