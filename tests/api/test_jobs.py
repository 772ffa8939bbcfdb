"""Over HTTP a job is asked for, looked at and cancelled; the service itself does the work."""

import asyncio

import httpx
import pytest

from app.domain.access import OrganisationRole
from tests.api.houses import House
from tests.builders import document

JOB = {"kind": "judge_again"}


async def ended(http: httpx.AsyncClient, address: str) -> dict[str, object]:
    """The job once the service has done it."""
    while True:
        job: dict[str, object] = (await http.get(address)).json()
        if job["state"] != "running":
            return job
        await asyncio.sleep(0.05)


async def test_the_service_does_the_work_by_itself(http: httpx.AsyncClient) -> None:
    await http.post("/v1/initiatives", json={"design": document()})
    asked = await http.post("/v1/jobs", json=JOB)
    assert (asked.status_code, asked.json()["state"], asked.json()["total"]) == (202, "running", 1)
    async with asyncio.timeout(60):
        job = await ended(http, asked.headers["location"])
    assert (job["state"], job["examined"], job["changed"]) == ("done", 1, 0)
    assert [each["id"] for each in (await http.get("/v1/jobs")).json()["items"]] == [job["id"]]


async def test_the_same_request_again_begins_no_second_job(http: httpx.AsyncClient) -> None:
    retried = {"Idempotency-Key": "judge once"}
    first, again = [await http.post("/v1/jobs", json=JOB, headers=retried) for _ in range(2)]
    assert first.json()["id"] == again.json()["id"]
    assert again.status_code == 202


@pytest.mark.parametrize("body", [{}, {"kind": "forget_everything"}, {"kind": "judge_again", "by": "x"}])
async def test_work_that_does_not_exist_is_refused(plain_http: httpx.AsyncClient, body: dict[str, str]) -> None:
    assert (await plain_http.post("/v1/jobs", json=body)).status_code == 422


async def test_a_checklist_that_does_not_exist_is_told(plain_http: httpx.AsyncClient) -> None:
    assert (await plain_http.post("/v1/jobs", json={**JOB, "checklist": "track-three"})).status_code == 404


async def test_members_neither_begin_nor_see_jobs(plain_house: House) -> None:
    member = await plain_house.add("Ben", OrganisationRole.MEMBER)
    assert (await member.http.post("/v1/jobs", json=JOB)).status_code == 403
    assert (await member.http.get("/v1/jobs")).status_code == 403


async def test_a_job_that_has_ended_cannot_be_cancelled(plain_http: httpx.AsyncClient) -> None:
    address = (await plain_http.post("/v1/jobs", json=JOB)).headers["location"]
    async with asyncio.timeout(60):
        await ended(plain_http, address)
    assert (await plain_http.post(f"{address}/cancellation")).status_code == 409
