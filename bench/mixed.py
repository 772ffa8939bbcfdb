"""Measures readers and writers in every role at the same time: how long each waits, and that nobody meets an error."""

from __future__ import annotations

import itertools
import json
import random
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
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
REASONS = ("Both sides know it", "Both sides agreed to it")
ANSWERED = 200


@dataclass(frozen=True, slots=True)
class _Kept:
    """An initiative, a check that raises a concern in it, and a conversation about it."""

    id: str
    concern: str
    thread: str


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
    """What people in each role ask: some four reads of their own for each write, where they may write."""
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=house.authorization) as http:
        kept = [_initiative(http, number) for number in range(INITIATIVES)]
        keys = {role: _person(http, house, role, [each.id for each in kept]) for role in ROLES}
    asked = _asked_by_an_admin(house)
    for role, key in keys.items():
        header = f"Authorization: Bearer {key}\r\n"
        for each in kept:
            here = f"/v1/initiatives/{each.id}"
            reads = (here, f"{here}/design", f"{here}/feedback?view=next-steps", "/v1/initiatives?limit=20")
            asked += [request_bytes("GET", path, more=header) for path in reads]
            if role in ("owner", "editor"):
                asked.append(_change("PATCH", f"{here}/design", {"annotations": {"by": role}}, header))
            if role == "owner":
                asked += [_change("PUT", f"{here}/waivers/{each.concern}", {"reason": one}, header) for one in REASONS]
            if role == "reviewer":
                thread = f"{here}/threads/{each.thread}"
                asked += [_change("PATCH", thread, {"state": state}, header) for state in ("resolved", "open")]
    return asked


def _change(method: str, address: str, change: dict[str, object], header: str) -> bytes:
    return request_bytes(method, address, json.dumps(change).encode(), more=f"{header}If-Match: *\r\n")


def _asked_by_an_admin(house: House) -> list[bytes]:
    """An admin without a role on any initiative looks after people and at numbers."""
    here = f"/v1/organisations/{house.founded.organisation_id}"
    reads = ("/v1/portfolio", "/v1/portfolio/clusters", f"{here}/members", f"{here}/audit?limit=20")
    asked = [request_bytes("GET", path, more=house.header) for path in reads]
    me = f"{here}/members/{house.founded.person_id}"
    asked += [_change("PATCH", me, {"name": name}, house.header) for name in ("Anna", "Anna Hill")]
    return asked * (INITIATIVES // 2)


def _initiative(http: httpx.Client, number: int) -> _Kept:
    design = full_design(PEOPLE) | {"title": f"Initiative {number}"}
    told = http.post("/v1/initiatives", json={"design": design}).raise_for_status().json()
    concerns = (one["check"] for one in told["feedback"]["findings"] if one["outcome"] == "concern")
    about = {"about": "whole", "text": "Who else should read this?"}
    thread = http.post(f"/v1/initiatives/{told['id']}/threads", json=about).raise_for_status().json()
    return _Kept(told["id"], next(concerns), thread["id"])


def _person(http: httpx.Client, house: House, role: str, initiatives: list[str]) -> str:
    """The key of somebody who has this role on every initiative."""
    members = f"/v1/organisations/{house.founded.organisation_id}/members"
    added = http.post(members, json={"name": role, "first_key": True}).raise_for_status().json()
    for identity in initiatives:
        address = f"/v1/initiatives/{identity}/roles/{added['id']}"
        http.put(address, json={"role": role}, headers={"If-Match": "*"}).raise_for_status()
    return str(added["first_key"]["key"])
