"""Measures readers and writers in every role at the same time: how long each waits, and that nobody meets an error."""

from __future__ import annotations

import itertools
import json
import random
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import httpx

from bench.designs import full_design
from bench.house import House, made
from bench.load import request_bytes, run_load
from bench.serving import OURS, served
from bench.timing import Ratio, at_most

PEOPLE = 25
INITIATIVES = 20
CONNECTIONS = 16
SECONDS = 10.0
ROLES = ("owner", "editor", "reviewer", "viewer")
ANSWERED = 200


def ratios() -> Iterator[Ratio]:
    """Half of all answers, 95 and 99 of 100 against the half, and errors against none at all."""
    with tempfile.TemporaryDirectory() as name:
        house = made(Path(name))
        with served(OURS, Path(name), **house.surroundings) as port:
            requests = _requests(house, port)
            result = run_load(port, partial(_stream, requests), CONNECTIONS, SECONDS, ANSWERED)
    what = f"{CONNECTIONS} readers and writers in every role"
    yield at_most(f"{what}, 95 of 100 answers against half of them", result.p95_ms, result.median_ms, 10, "ms")
    yield at_most(f"{what}, 99 of 100 answers against half of them", result.p99_ms, result.median_ms, 20, "ms")
    yield at_most(f"{what}, errors in {result.answers} answers", float(result.wrong), 1.0, 0, "errors")


def _stream(requests: list[bytes]) -> Iterator[bytes]:
    chance = random.Random(len(requests))
    return (chance.choice(requests) for _ in itertools.count())


def _requests(house: House, port: int) -> list[bytes]:
    """What people in each role ask: four reads of their own for each write."""
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=house.authorization) as http:
        made_by_owner = [_initiative(http, number) for number in range(INITIATIVES)]
        people = {role: _person(http, house, role, made_by_owner) for role in ROLES}
    asked = []
    for role, key in people.items():
        header = f"Authorization: Bearer {key}\r\n"
        for identity in made_by_owner:
            here = f"/v1/initiatives/{identity}"
            reads = (here, f"{here}/design", f"{here}/feedback?view=next-steps", "/v1/initiatives?limit=20")
            asked += [request_bytes("GET", path, more=header) for path in reads]
            if role in ("owner", "editor"):
                change = json.dumps({"annotations": {"by": role}}).encode()
                asked.append(request_bytes("PATCH", f"{here}/design", change, more=f"{header}If-Match: *\r\n"))
    return asked


def _initiative(http: httpx.Client, number: int) -> str:
    design = full_design(PEOPLE) | {"title": f"Initiative {number}"}
    answer = http.post("/v1/initiatives", json={"design": design}).raise_for_status()
    return str(answer.json()["id"])


def _person(http: httpx.Client, house: House, role: str, initiatives: list[str]) -> str:
    """The key of somebody who has this role on every initiative."""
    members = f"/v1/organisations/{house.founded.organisation_id}/members"
    added = http.post(members, json={"name": role, "first_key": True}).raise_for_status().json()
    for identity in initiatives:
        address = f"/v1/initiatives/{identity}/roles/{added['id']}"
        http.put(address, json={"role": role}, headers={"If-Match": "*"}).raise_for_status()
    return str(added["first_key"]["key"])
