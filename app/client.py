"""A client of the HTTP interface that speaks designs and initiatives; knows the interface's words, not its inside."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import quote

import httpx

from app.domain.design import Design, design_from, design_json

JSON: Final = {"Content-Type": "application/json"}
TIMEOUT_SECONDS: Final = 30.0


class ProblemAnswer(Exception):
    """The service answered with a problem.

    Attributes:
        status, type, title, detail: as RFC 9457 has them.
        errors: each place and rule, as the service sent them.
        etag: the current ETag, where the problem carries one (status 412).
    """

    def __init__(self, answer: httpx.Response) -> None:
        problem = _problem(answer)
        self.status = answer.status_code
        self.type = str(problem.get("type", "about:blank"))
        self.title = str(problem.get("title", answer.reason_phrase))
        self.detail = str(problem.get("detail", ""))
        self.errors: list[dict[str, str]] = problem.get("errors", [])
        self.etag = answer.headers.get("etag")
        super().__init__(f"{self.status} {self.title}: {self.detail}")


def _problem(answer: httpx.Response) -> dict[str, Any]:
    if answer.headers.get("content-type") != "application/problem+json":
        return {}
    problem: dict[str, Any] = answer.json()
    return problem


@dataclass(frozen=True, slots=True)
class StoredInitiative:
    """An initiative as the service keeps it.

    Attributes:
        etag: to be sent with the next change.
        feedback: as the service gives it, with `checklist`, `categories`, `findings` and `counts`.
    """

    id: str
    etag: str
    revision: int
    title: str
    lifecycle: str
    design: Design
    feedback: Mapping[str, Any]


class Client:
    """Speaks to one service. Use it with `async with`.

    Args:
        address: where the service is, such as `http://127.0.0.1:8000`.
        api_key: a key of yours, `go_…`; without one you get only what is for everybody.
        transport: another way there; tests give the application itself.

    Every method raises `ProblemAnswer` for what the service refuses, and httpx's own errors if it cannot be reached.
    """

    def __init__(
        self, address: str, api_key: str | None = None, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        headers = {} if api_key is None else {"Authorization": f"Bearer {api_key}"}
        self._http = httpx.AsyncClient(base_url=address, headers=headers, transport=transport, timeout=TIMEOUT_SECONDS)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.aclose()

    async def feedback(self, design: Design, checklist: str | None = None) -> Mapping[str, Any]:
        """What a checklist says of the design; nothing is stored."""
        query = {"checklist": checklist} if checklist else {}
        answer = await self._ask("POST", "/v1/feedback", content=design_json(design), headers=JSON, params=query)
        feedback: dict[str, Any] = answer.json()
        return feedback

    async def next_steps(self, design: Design, answered_by: str | None = None) -> Sequence[Mapping[str, Any]]:
        """What to do first, seven things at most; of one of those concerned, such as `funder`, if it is named."""
        query = {"view": "next-steps"} | ({"answered_by": answered_by} if answered_by else {})
        answer = await self._ask("POST", "/v1/feedback", content=design_json(design), headers=JSON, params=query)
        steps: list[dict[str, Any]] = answer.json()["next_steps"]
        return steps

    async def create(self, design: Design, idempotency_key: str | None = None) -> StoredInitiative:
        """Keep a new initiative. With the same key it can be asked for again and is kept once."""
        headers = JSON | ({"Idempotency-Key": idempotency_key} if idempotency_key else {})
        body = b'{"design":%b}' % design_json(design)
        return _stored(await self._ask("POST", "/v1/initiatives", content=body, headers=headers))

    async def get(self, initiative_id: str) -> StoredInitiative:
        """The initiative as it is now."""
        return _stored(await self._ask("GET", _address(initiative_id)))

    async def list(self, **filters: str) -> AsyncIterator[Mapping[str, Any]]:
        """Every initiative without its contents, those changed last first; `filters` are those of the interface."""
        answer = await self._ask("GET", "/v1/initiatives", params=filters)
        while True:
            for item in answer.json()["items"]:
                yield item
            following = answer.links.get("next")
            if following is None:
                return
            answer = await self._ask("GET", following["url"])

    async def delete(self, initiative_id: str, etag: str) -> None:
        """Delete the initiative with everything that belongs to it."""
        await self._ask("DELETE", _address(initiative_id), headers={"If-Match": etag})

    async def replace(self, initiative_id: str, design: Design, etag: str) -> StoredInitiative:
        """Put this design in the place of the stored one."""
        headers = JSON | {"If-Match": etag}
        return _stored(
            await self._ask("PUT", _address(initiative_id, "design"), content=design_json(design), headers=headers)
        )

    async def patch(self, initiative_id: str, change: Mapping[str, Any], etag: str) -> StoredInitiative:
        """Change parts of the design by a JSON Merge Patch (RFC 7396)."""
        headers = {"If-Match": etag}
        return _stored(await self._ask("PATCH", _address(initiative_id, "design"), json=change, headers=headers))

    async def restore(self, initiative_id: str, revision: int, etag: str) -> StoredInitiative:
        """Make an old revision the newest again."""
        answer = await self._ask(
            "POST", _address(initiative_id, "revisions"), json={"restores": revision}, headers={"If-Match": etag}
        )
        return _stored(answer)

    async def changes(self, initiative_id: str, before: int, after: int) -> Mapping[str, Any]:
        """What changed between two revisions, in the design and in the findings."""
        answer = await self._ask("GET", _address(initiative_id, "changes"), params={"from": before, "to": after})
        changes: dict[str, Any] = answer.json()
        return changes

    async def waive(self, initiative_id: str, check_id: str, *, reason: str, etag: str, by: str | None = None) -> str:
        """Let a finding stand; the new ETag of the initiative. Reports name only whom `by` names."""
        body = {"reason": reason} | ({} if by is None else {"by": by})
        address = _address(initiative_id, "waivers", check_id)
        answer = await self._ask("PUT", address, json=body, headers={"If-Match": etag})
        return str(answer.headers["etag"])

    async def approve_waiver(self, initiative_id: str, check_id: str, etag: str) -> str:
        """Put your name under a waiver that somebody else gave; the new ETag of the initiative."""
        address = _address(initiative_id, "waivers", check_id, "approval")
        answer = await self._ask("PUT", address, headers={"If-Match": etag})
        return str(answer.headers["etag"])

    async def take_back_waiver(self, initiative_id: str, check_id: str, etag: str) -> str:
        """The finding counts again; the new ETag of the initiative."""
        answer = await self._ask("DELETE", _address(initiative_id, "waivers", check_id), headers={"If-Match": etag})
        return str(answer.headers["etag"])

    async def report(self, initiative_id: str, report_format: str = "markdown") -> str:
        """The feedback as a report for people, in a format of the interface."""
        answer = await self._ask("GET", _address(initiative_id, "feedback"), params={"format": report_format})
        return answer.text

    async def precedents(self) -> Sequence[Mapping[str, Any]]:
        """The cases that taught the checks: what was done, what followed, the pages, and the checks of each."""
        return await self._items("/v1/precedents")

    async def glossary(self) -> Sequence[Mapping[str, Any]]:
        """Every term of art with its meaning and the pages that speak of it."""
        return await self._items("/v1/glossary")

    async def _items(self, address: str) -> Sequence[Mapping[str, Any]]:
        items: list[dict[str, Any]] = (await self._ask("GET", address)).json()["items"]
        return items

    async def _ask(self, method: str, address: str, **options: Any) -> httpx.Response:
        answer = await self._http.request(method, address, **options)
        if not answer.is_success:
            raise ProblemAnswer(answer)
        return answer


def _address(*steps: str) -> str:
    return "/".join(("/v1/initiatives", *(quote(step, safe="") for step in steps)))


def _stored(answer: httpx.Response) -> StoredInitiative:
    content = answer.json()
    return StoredInitiative(
        id=content["id"],
        etag=answer.headers["etag"],
        revision=content["revision"],
        title=content["title"],
        lifecycle=content["lifecycle"],
        design=design_from(content["design"]),
        feedback=content["feedback"],
    )
