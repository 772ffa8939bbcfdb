"""Work that outlives a request as models of what is read and sent; they know no route."""

from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, Field

from app.api.models import Digest, Id, Moment, Read, Shown

Number = Annotated[int, Field(ge=0)]

EXAMPLE: Final[dict[str, Any]] = {
    "id": "9b0f1c1e-8a57-4f0a-9d3c-5a6d5b1f0c11",
    "kind": "judge_again",
    "state": "running",
    "checklist": "track-two@1",
    "checklist_digest": "5f" * 32,
    "total": 1200,
    "examined": 450,
    "changed": 31,
    "failed": 0,
    "created_at": "2026-11-22T09:30:00Z",
    "finished_at": None,
}


class NewJob(Read):
    """What is to be done for every initiative of the organisation."""

    kind: Literal["judge_again"] = Field(description="judge_again: judge each newest revision again, as it is now.")
    checklist: Annotated[str, Field(max_length=100)] | None = Field(
        None, description="By this checklist, by name or by name and version; left out, the one that is adopted."
    )


class Job(Shown):
    """Work on every initiative, and how far it is."""

    id: Id
    kind: Literal["judge_again"]
    state: Literal["running", "done", "cancelled"]
    checklist: str = Field(description="What is judged by.")
    checklist_digest: Digest
    total: Number = Field(description="How many initiatives there were when it began.")
    examined: Number = Field(description="How many have been looked at.")
    changed: Number = Field(description="How many of them stand otherwise now.")
    failed: Number = Field(description="How many could not be opened, as their keys are gone or they were altered.")
    created_at: Moment
    finished_at: Moment | None


class JobPage(Shown):
    """A page of jobs."""

    items: list[Job]


MODELS: Final[tuple[type[BaseModel], ...]] = (NewJob, Job, JobPage)
