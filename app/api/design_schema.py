"""The JSON Schema of a design, for editors and forms; knows the model, not what anybody thinks of a design."""

from functools import cache
from typing import Final

from pydantic_core import to_json

from app.domain.design import Design

SCHEMA_MEDIA_TYPE: Final = "application/schema+json"
SCHEMA_ID: Final = "/v1/design-schema"


@cache
def design_schema() -> bytes:
    """The schema as JSON (2020-12), written once."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": SCHEMA_ID}
    return to_json(schema | Design.model_json_schema(), indent=2) + b"\n"
