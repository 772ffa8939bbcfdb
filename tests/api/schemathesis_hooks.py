"""Keeps schemathesis from asking for what no OpenAPI document can describe: a 201 that has a body only if preferred."""

from typing import Any

import schemathesis


@schemathesis.hook
def map_headers(context: Any, headers: Any) -> Any:
    if headers and context.operation.method.upper() == "POST" and "Prefer" in headers:
        return {**headers, "Prefer": "return=representation"}
    return headers
