"""Makes the application answer with our OpenAPI document; knows when it is made, and nothing of what is in it."""

from typing import Any

from fastapi import FastAPI


def describe(app: FastAPI) -> None:
    """Makes the application answer with our document, made once when first asked for."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            from app.api.openapi import openapi_document  # late: the shapes of all answers are described there alone

            app.openapi_schema = openapi_document(app)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]
