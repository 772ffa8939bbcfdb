"""A house in which every place that takes words has been given words that occur nowhere else: canaries."""

import json
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from app.domain.access import InitiativeRole, OrganisationRole
from app.domain.design import parse_design
from app.domain.errors import DesignRefused
from app.domain.strict_yaml import read_yaml
from tests.api.houses import House, Someone

EXAMPLE = Path(__file__).parents[2] / "examples" / "three-party-track-1-5.yaml"
CONFIDED = re.compile(rb"canary[0-9a-f]{16}|go_[0-9a-z]{49}")
ANYTHING = {"If-Match": "*"}
CHECK = "purpose.stated"


@dataclass
class Canaries:
    """Words that occur nowhere else, each with the place that it was given to."""

    words: dict[str, str] = field(default_factory=dict)

    def new(self, place: str) -> str:
        """A word for this place."""
        word = f"canary{secrets.token_hex(8)}"
        self.words[word] = place
        return word

    def found_in(self, text: bytes) -> set[str]:
        """The places whose words occur in the text, in any capitals."""
        seen = {word.decode() for word in CONFIDED.findall(text.lower())}
        return {self.words[word] for word in seen & self.words.keys()}


@dataclass
class Furnished:
    """A house with two initiatives that are full of canaries.

    Attributes:
        owner, reviewer: two people, both admins.
        stranger: a member without a role.
        initiatives: the ids.
        threads, reviews: of each initiative, one.
    """

    house: House
    canaries: Canaries
    owner: Someone
    reviewer: Someone
    stranger: Someone
    initiatives: list[str]
    threads: list[str]
    reviews: list[str]

    def addresses(self) -> Iterator[str]:
        """Everywhere that something sealed is shown."""
        organisation = f"/v1/organisations/{self.house.id}"
        yield from ("/v1/initiatives", "/v1/me", organisation, f"{organisation}/members", f"{organisation}/keys")
        yield f"{organisation}/break-glass"
        for initiative, thread, review in zip(self.initiatives, self.threads, self.reviews, strict=True):
            here = f"/v1/initiatives/{initiative}"
            yield from (here, f"{here}/design", f"{here}/feedback", f"{here}/revisions/1", f"{here}/revisions/2")
            yield from (f"{here}/waivers", f"{here}/roles", f"{here}/threads/{thread}", f"{here}/reviews/{review}")


async def furnished(house: House) -> Furnished:
    """Fills the house."""
    canaries = Canaries()
    reviewer = await house.add(canaries.new("person name"), OrganisationRole.ADMIN)
    organisation = f"/v1/organisations/{house.id}"
    await _done(
        house.first.http.patch(organisation, json={"name": canaries.new("organisation name")}, headers=ANYTHING)
    )
    await _done(house.first.http.post(f"{organisation}/keys", json={"label": canaries.new("key label")}))
    await _person_who_signs_in(house, canaries)
    stranger = await house.add(canaries.new("stranger name"))
    full = Furnished(house, canaries, house.first, reviewer, stranger, [], [], [])
    for number in range(2):
        await _initiative(full, number)
    return full


def secretive_design(canaries: Canaries, name: str) -> dict[str, Any]:
    """The example with a canary in the place of every text that may be any text."""
    document: dict[str, Any] = json.loads(json.dumps(read_yaml(EXAMPLE.read_text(encoding="utf-8")).content))
    for place, holder, step in list(_texts(document, name)):
        before, word = holder[step], canaries.new(place)
        holder[step] = word
        try:
            parse_design(json.dumps(document))
        except DesignRefused:  # a word of a closed list, a date, a code: it says nothing that is confided
            holder[step] = before
            del canaries.words[word]
    return document


def _texts(here: Any, place: str) -> Iterator[tuple[str, Any, Any]]:
    steps = here.items() if isinstance(here, dict) else enumerate(here) if isinstance(here, list) else ()
    for step, value in steps:
        if isinstance(value, str):
            yield f"{place}/{step}", here, step
        else:
            yield from _texts(value, f"{place}/{step}")


async def _initiative(full: Furnished, number: int) -> None:
    canaries, owner, reviewer = full.canaries, full.owner.http, full.reviewer.http
    posted = await _done(owner.post("/v1/initiatives", json={"design": secretive_design(canaries, f"design {number}")}))
    identity = posted["id"]
    here = f"/v1/initiatives/{identity}"
    await full.house.grant(full.reviewer, identity, InitiativeRole.REVIEWER)
    change = {"title": canaries.new("title"), "purpose": {"statement": canaries.new("statement")}}
    await _done(owner.patch(f"{here}/design", json=change, headers=ANYTHING))
    waived = next(each["check"] for each in posted["feedback"]["findings"] if each["outcome"] in ("concern", "open"))
    reason = {"reason": canaries.new("waiver reason"), "by": canaries.new("waiver by")}
    await _done(owner.put(f"{here}/waivers/{waived}", json=reason, headers=ANYTHING))
    await _done(reviewer.put(f"{here}/waivers/{waived}/approval", headers=ANYTHING))
    thread = {"about": "field", "pointer": "/purpose/statement", "text": canaries.new("comment")}
    full.threads.append((await _done(reviewer.post(f"{here}/threads", json=thread)))["id"])
    await _done(owner.post(f"{here}/threads/{full.threads[-1]}/comments", json={"text": canaries.new("reply")}))
    review = (await _done(owner.post(f"{here}/reviews", json={"note": canaries.new("review note")})))["id"]
    said = {"decision": "ask_for_changes", "statement": canaries.new("review statement")}
    await _done(reviewer.post(f"{here}/reviews/{review}/decision", json=said, headers=ANYTHING))
    asked = {
        "initiative_id": identity,
        "person_id": full.stranger.id,
        "role": "editor",
        "reason": canaries.new("reason"),
    }
    await _done(owner.post(f"/v1/organisations/{full.house.id}/break-glass", json=asked))
    full.initiatives.append(identity)
    full.reviews.append(review)


async def _person_who_signs_in(house: House, canaries: Canaries) -> None:
    person = {
        "name": canaries.new("member name"),
        "sign_in_name": canaries.new("sign-in name"),
        "password": canaries.new("password"),
    }
    await _done(house.first.http.post(f"/v1/organisations/{house.id}/members", json=person))


async def _done(asked: Any) -> Any:
    answer: httpx.Response = await asked
    assert answer.is_success, f"{answer.request.method} {answer.request.url.path}: {answer.status_code} {answer.text}"
    return answer.json() if answer.content else None
