"""Somebody at a browser, who signs in with a password and keeps cookies; knows no page."""

from dataclasses import dataclass
from typing import Any

import httpx
from fastapi import FastAPI

from app.security.browsers import COOKIE
from tests.api.houses import House

HOST = "goodoffices.test"
PASSWORD = "seven grey herons asleep"
FROM_OUR_PAGE = {"Origin": f"https://{HOST}", "Sec-Fetch-Site": "same-origin"}
UNKNOWN_ORGANISATION = "0b8d8d0a-6d1e-4b6f-9a55-0d6c2f1fdead"


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody types in order to sign in."""

    organisation_id: str
    sign_in_name: str = "ben"
    password: str = PASSWORD

    @property
    def fields(self) -> dict[str, str]:
        return {
            "organisation_id": self.organisation_id,
            "sign_in_name": self.sign_in_name,
            "password": self.password,
        }


def browser(app: FastAPI, headers: dict[str, str] | None = None, address: str = "127.0.0.1") -> httpx.AsyncClient:
    """A browser that shows a page of ours, at this address."""
    transport = httpx.ASGITransport(app, client=(address, 40_000))
    sent = FROM_OUR_PAGE if headers is None else headers
    return httpx.AsyncClient(transport=transport, base_url=f"https://{HOST}", headers=sent)


async def with_password(house: House, sign_in_name: str = "ben", password: str = PASSWORD) -> Typed:
    """What a new member of the house signs in with."""
    new: dict[str, Any] = {"name": "Ben", "role": "member", "sign_in_name": sign_in_name, "password": password}
    added = await house.first.http.post(f"/v1/organisations/{house.id}/members", json=new)
    assert added.status_code == 201, added.text
    return Typed(house.id, sign_in_name, password)


async def signed_in(house: House) -> httpx.AsyncClient:
    """A browser in which Ben is signed in."""
    typed = await with_password(house)
    client = browser(house.app)
    answer = await client.post("/v1/sessions", json=typed.fields)
    assert answer.status_code == 201, answer.text
    return client


def cookie_of(client: httpx.AsyncClient) -> str:
    """The session's token that the browser keeps."""
    return client.cookies[COOKIE]
