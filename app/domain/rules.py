"""What pydantic finds wrong, in our own words: the rule, and never a piece of what was given; knows no document."""

from collections.abc import Mapping
from typing import Any, Final

_RULES: Final = {
    "enum": "It is one of {expected}.",
    "literal_error": "It is one of {expected}.",
    "int_parsing": "It is a whole number.",
    "int_type": "It is a whole number.",
    "int_from_float": "It is a whole number.",
    "bool_parsing": "It is true or false.",
    "bool_type": "It is true or false.",
    "greater_than": "It is more than {gt}.",
    "greater_than_equal": "It is {ge} or more.",
    "less_than": "It is less than {lt}.",
    "less_than_equal": "It is {le} or less.",
    "string_too_long": "It has at most {max_length} characters.",
    "string_too_short": "It has at least {min_length} characters.",
    "string_pattern_mismatch": "It matches the pattern {pattern}.",
    "string_type": "It is a text.",
    "list_type": "It is a list.",
    "too_long": "It has at most {max_length} entries.",
    "too_short": "It has at least {min_length} entries.",
    "model_type": "It is an object.",
    "model_attributes_type": "It is an object.",
    "dict_type": "It is an object.",
}
_OF_ONE: Final = {
    "string_too_short": "It has at least 1 character.",
    "too_short": "It has at least 1 entry.",
}


def known_rule(error: Mapping[str, Any]) -> str | None:
    """The rule that one of pydantic's errors speaks of; None where we have no sentence for it."""
    kind, told = error["type"], error.get("ctx", {})
    rule = _OF_ONE.get(kind) if told.get("min_length") == 1 else None
    rule = rule or _RULES.get(kind)
    return None if rule is None else rule.format(**told)
