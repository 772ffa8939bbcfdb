"""A FastAPI application that does nothing, alone in its module so that nothing else is imported with it."""

from fastapi import FastAPI, Response


def bare() -> FastAPI:
    """A FastAPI application that only says that it lives."""
    app = FastAPI()

    @app.get("/livez")
    async def alive() -> Response:
        return Response(b"{}", media_type="application/json")

    return app
