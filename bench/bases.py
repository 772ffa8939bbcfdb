"""What the service is measured against, as fairly as it can be written: FastAPI by hand, and the usual template."""

from __future__ import annotations

import os
import sqlite3
import uuid
from collections.abc import Iterator
from typing import Any

from fastapi import Depends, FastAPI, Request, Response
from sqlalchemy import Engine, event
from sqlmodel import JSON, Column, Field, Session, SQLModel, create_engine

from app.checklist.catalogue import shipped_catalogue
from app.checklist.evaluate import evaluate
from app.domain.design import Design

ANSWER = b"x"


def _raw_connection() -> sqlite3.Connection:
    connection = sqlite3.connect(os.environ["BENCH_DATABASE"], isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE IF NOT EXISTS designs (id TEXT PRIMARY KEY, document BLOB)")
    return connection


def storing_by_hand() -> FastAPI:
    """FastAPI that validates the body by hand and puts it into SQLite with one raw INSERT and a FULL sync."""
    app = FastAPI()
    connection = _raw_connection()

    @app.post("/designs")
    async def store(request: Request) -> Response:
        body = await request.body()
        Design.model_validate_json(body)
        connection.execute("INSERT INTO designs VALUES (?, ?)", (str(uuid.uuid4()), body))
        return Response(body, 201, media_type="application/json")

    return app


def echoing_by_hand() -> FastAPI:
    """FastAPI that validates the body by hand and sends back as many bytes as feedback on it has."""
    app = FastAPI()
    answer = ANSWER * int(os.environ["BENCH_ANSWER_BYTES"])

    @app.post("/designs")
    async def echo(request: Request) -> Response:
        Design.model_validate_json(await request.body())
        return Response(answer, media_type="application/json")

    return app


class StoredDesign(SQLModel, table=True):
    """The template's row."""

    id: str = Field(default_factory=lambda: str(uuid.uuid4()), primary_key=True)
    title: str
    document: dict[str, Any] = Field(sa_column=Column(JSON))


class StoredFinding(SQLModel, table=True):
    """The template's row for what one check says."""

    id: int | None = Field(default=None, primary_key=True)
    design_id: str = Field(foreign_key="storeddesign.id", index=True)
    check_id: str
    outcome: str
    message: str


def _template_engine() -> Engine:
    engine = create_engine(f"sqlite:///{os.environ['BENCH_DATABASE']}", connect_args={"check_same_thread": False})

    @event.listens_for(engine, "connect")
    def safely(connection: Any, record: Any) -> None:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA busy_timeout=20000")

    SQLModel.metadata.create_all(engine)
    return engine


def _template(judging: bool) -> FastAPI:
    app = FastAPI()
    engine = _template_engine()
    checklist = shipped_catalogue().find("track-two")

    def session() -> Iterator[Session]:
        with Session(engine) as opened:
            yield opened

    @app.post("/designs", status_code=201)
    def store(design: Design, opened: Session = Depends(session)) -> dict[str, Any]:
        row = StoredDesign(title=design.title, document=design.model_dump(mode="json", exclude_none=True))
        opened.add(row)
        findings = []
        if judging:
            findings = [
                StoredFinding(design_id=row.id, check_id=one.check.id, outcome=one.outcome.value, message=one.message)
                for one in evaluate(design, checklist).findings
            ]
            opened.add_all(findings)
        opened.commit()
        opened.refresh(row)
        return {"id": row.id, "design": row.document, "findings": [finding.model_dump() for finding in findings]}

    return app


def storing_template() -> FastAPI:
    """The usual SQLModel template: a session in a thread pool, a table model, the row sent back."""
    return _template(judging=False)


def judging_template() -> FastAPI:
    """The same, judging by the same checks and keeping a row a finding."""
    return _template(judging=True)
