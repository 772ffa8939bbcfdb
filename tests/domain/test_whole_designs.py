"""What holds of any design that the models allow: it is read, kept and measured, and says the same each time."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from app.domain.design import design_from, design_json, parse_design
from app.domain.errors import DesignRefused
from app.domain.facts import Facts
from app.domain.pointer import steps
from app.domain.reading import Answers
from tests.builders import Document
from tests.domain.test_measure_properties import told
from tests.domain.whole_designs import whole_designs

big = settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def parts_of(answers: Any) -> list[Answers]:
    """Every part below some answers, and the answers themselves."""
    if isinstance(answers, list):
        return [part for answer in answers for part in parts_of(answer)]
    if not isinstance(answers, Answers):
        return []
    return [answers, *[part for answer in answers.values() for part in parts_of(answer)]]


def standing_at(document: Any, place: str) -> Any:
    here = document
    for step in steps(place):
        here = here[int(step)] if isinstance(here, list) else here[step]
    return here


@big
@given(document=whole_designs())
def test_a_design_is_stored_and_read_back_unchanged(document: Document) -> None:
    design = design_from(document)

    assert parse_design(design_json(design)) == design
    assert parse_design(json.dumps(document)) == design


@big
@given(document=whole_designs())
def test_a_stored_design_measures_as_it_did(document: Document) -> None:
    assert told(json.loads(design_json(design_from(document)))) == told(document)


@big
@given(document=whole_designs())
def test_every_part_of_the_answers_knows_where_it_stands(document: Document) -> None:
    for part in parts_of(Facts(design_from(document)).answers):
        there = standing_at(document, part.pointer)
        assert {name for name in part if part[name] is not None} <= set(there)


@big
@given(document=whole_designs())
def test_no_answer_is_a_placeholder_or_an_empty_part(document: Document) -> None:
    for part in parts_of(Facts(design_from(document)).answers):
        assert "tbd" not in part.values()
        assert {} not in part.values()
        assert any(value is not None for value in part.values())


@big
@given(document=whole_designs())
def test_one_more_key_is_refused_wherever_it_stands(document: Document) -> None:
    for part in parts_of(Facts(design_from(document)).answers)[:20]:
        misspelt = json.loads(json.dumps(document))
        standing_at(misspelt, part.pointer)["objetives"] = "tbd"
        with pytest.raises(DesignRefused) as refusal:
            design_from(misspelt)
        assert f"{part.pointer}/objetives" in [fault.pointer for fault in refusal.value.faults]
