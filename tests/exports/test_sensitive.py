"""No report shows what a field holds that can endanger somebody: it speaks of counts, codes and places instead."""

from collections.abc import Iterator
from typing import Any, Literal, get_args, get_origin

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.checklist.evaluation import Evaluation
from app.domain.design import Design
from app.domain.fields import Part
from app.domain.reading import unwrapped
from app.exports.media_types import MEDIA_TYPES
from app.exports.text import feedback_text
from app.exports.wanted import Wanted
from tests.builders import Document, document, person
from tests.domain.whole_designs import whole_designs
from tests.exports.builders import judged

CANARY = "zanzibar-canary"
THE_DAY = "2031-07-09"
TELLING_CHOICES = frozenset(
    {
        *("advisory", "serving", "official_in_private_capacity", "official in private capacity"),
        *("nationality", "past_post", "past post", "family"),
    }
)
"""Choices of sensitive fields that no field beside them has, as a design and as a message would have them."""

SENSITIVE = {
    *("official_proximity", "capacity", "political_position", "safety_assessment", "exposure_plan"),
    *("internal_divisions", "ties", "known_to", "starts", "place", "reporting_to_officials"),
}


def parts(kind: Any) -> type[Part] | None:
    """The model of a part, or of the rows of a list of parts."""
    inner = get_args(kind)[0] if get_origin(kind) is list else kind
    bare, _ = unwrapped(inner, [])
    return bare if isinstance(bare, type) and issubclass(bare, Part) else None


def fields_of(model: type[Part]) -> Iterator[tuple[str, Any, bool]]:
    """Each field's name, its bare type, and whether it is marked as sensitive."""
    for name, field in model.model_fields.items():
        extra = field.json_schema_extra
        yield name, unwrapped(field.annotation, [])[0], isinstance(extra, dict) and "x-sensitive" in extra


def marked(model: type[Part]) -> Iterator[str]:
    """The names of the fields that are marked as sensitive in a model and in all that it holds."""
    for name, kind, sensitive in fields_of(model):
        if sensitive:
            yield name
        elif inner := parts(kind):
            yield from marked(inner)


def planted(model: type[Part], content: Document, alike: bool, number: int = 0) -> Document:
    """The document with something that stands out in every sensitive field, wherever there is room for it."""
    changed = dict(content)
    for name, kind, sensitive in fields_of(model):
        if sensitive:
            changed[name] = telling(name, kind, content.get(name), 0 if alike else number)
        elif (inner := parts(kind)) and name in content:
            rows = content[name]
            changed[name] = (
                [planted(inner, row, alike, place) for place, row in enumerate(rows)]
                if isinstance(rows, list)
                else planted(inner, rows, alike)
            )
    return changed


def telling(name: str, kind: Any, given: Any, number: int) -> Any:
    if name == "ties":
        return [{"to": f"{CANARY} {number}", "kind": "past_post", "told": False}, {"to": "north", "kind": "family"}]
    if get_origin(kind) is Literal:
        return given or get_args(kind)[-1 - number % 2]
    if kind is str:
        return f"{CANARY} {number}"
    return THE_DAY if getattr(kind, "__name__", "") == "date" else given


def every_report(evaluation: Evaluation) -> Iterator[tuple[str, str]]:
    """What each format says in each view; the title is not the design's, since it is the reader's own."""
    for wanted in (Wanted(), Wanted(view="next-steps")):
        for name, representation in MEDIA_TYPES.items():
            yield name, representation.write(evaluation, "River dialogue", wanted).decode()
        yield "text", feedback_text(evaluation, "River dialogue", wanted=wanted)


def refuse_to_tell(evaluation: Evaluation) -> None:
    for name, report in every_report(evaluation):
        assert CANARY not in report, name
        assert THE_DAY not in report, name
    for finding in evaluation.findings:
        told = {
            str(entry)
            for value in finding.figures.values()
            for entry in (value if isinstance(value, list) else [value])
        }
        assert told.isdisjoint(TELLING_CHOICES), finding.check.id


def test_these_are_the_fields_that_can_endanger_somebody() -> None:
    assert set(marked(Design)) == SENSITIVE


OFFICIALS = (("serving", "official"), ("advisory", "official_in_private_capacity"), ("none", None), ("serving", None))
FULL = document(
    stage="running",
    approach="hard",
    track="track_2",
    purpose={"objectives": [{"kind": "influence_society", "rank": 1}], "transfer": {"mechanisms": ["public_campaign"]}},
    participation={
        "participants": [
            person(party, code=f"{party[0].upper()}{place}", official_proximity=near, capacity=role)
            for party in ("north", "south")
            for place, (near, role) in enumerate(OFFICIALS)
        ],
    },
    third_parties=[{"name": "Harbour Foundation", "roles": ["initiator", "sponsor", "facilitator"], "kind": "ngo"}],
    process={
        "known_to": ["north"],
        "facilitation": "third_party",
        "confidentiality": "closed",
        "meetings": [{"place_relation": "north", "mode": "hybrid", "remote": ["south"]}, {"mode": "online"}],
    },
)


@pytest.mark.parametrize("alike", [True, False])
def test_no_report_on_a_full_design_tells(alike: bool) -> None:
    content = planted(Design, FULL, alike)
    evaluation = judged(content)

    assert CANARY in str(content)
    assert THE_DAY in str(content)
    assert evaluation.finding("participants.political-range").outcome == ("concern" if alike else "met")
    refuse_to_tell(evaluation)


@given(whole_designs(), st.booleans())
@settings(max_examples=15, deadline=None)
def test_no_report_on_any_design_tells(content: Document, alike: bool) -> None:
    refuse_to_tell(judged(planted(Design, content, alike)))


def test_codes_and_counts_are_told() -> None:
    evaluation = judged(planted(Design, FULL, alike=True))

    assert "S0 and S3" in evaluation.finding("participants.official-capacity").message
    assert "3 of 4" in evaluation.finding("participants.even-official-proximity").message
