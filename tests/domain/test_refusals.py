"""What is refused, each with a pointer to the place, and never with the value that stood there."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from app.domain.design import Design, design_from, parse_design
from app.domain.errors import DesignRefused
from app.domain.pointer import steps
from tests.builders import BOTH, Document, Row, document

SECRET = "sotto-voce-4711"


def at(place: str, value: Any, *parties: Row) -> Document:
    """A document that is fine but for what stands at the place; rows before it are empty."""
    written = document(*parties)
    here: Any = written
    path = list(steps(place))
    for step, following in zip(path, [*path[1:], ""], strict=True):
        inside: Any = value if following == "" else [] if following.isdigit() else {}
        if isinstance(here, list):
            here += [{} for _ in range(int(step) - len(here))]
            here.insert(int(step), inside)
            here = here[int(step)]
        else:
            here[step] = inside if following == "" else here.get(step, inside)
            here = here[step]
    return written


def faults(written: Any, read: Callable[[Any], object] = design_from) -> dict[str, str]:
    """The places of all faults, each with what is said of it."""
    with pytest.raises(DesignRefused) as refusal:
        read(written)
    return {fault.pointer: fault.detail for fault in refusal.value.faults}


def refused_at(written: Any) -> list[str]:
    """The places of all faults, the same from objects as from JSON, with nothing of the document in what is said."""
    from_objects = faults(written)
    text = json.dumps(written)
    assert list(faults(text, parse_design)) == list(from_objects)
    assert SECRET not in str(list(from_objects.values()))
    return list(from_objects)


PARTY_PLACES = [
    "/conflict/parties/0/within",
    "/conflict/legal_constraints/0/party",
    "/purpose/agreed_with/0",
    "/purpose/attitude_change/0/party",
    "/purpose/issues/0/raised_by/0",
    "/participation/planned/0/party",
    "/participation/participants/0/party",
    "/participation/selection/0/party",
    "/funding/sources/0/party",
    "/funding/sources/0/accepted_by/0",
    "/funding/sources/0/ultimate_source/party",
    "/third_parties/0/party",
    "/third_parties/0/accepted_by/0",
    "/process/initiated_by/0",
    "/process/consulted_parties/0",
    "/process/known_to/0",
    "/process/meetings/0/place_relation",
    "/process/meetings/0/remote/0",
    "/process/setting/accepted_by/0",
]


@pytest.mark.parametrize("place", PARTY_PLACES)
def test_a_party_that_is_not_listed_is_refused(place: str) -> None:
    written = at(place, SECRET) if "parties" not in steps(place)[:2] else document({"id": "north", "within": SECRET})

    assert refused_at(written) == [place]


@pytest.mark.parametrize("place", PARTY_PLACES[1:])
def test_a_party_that_is_listed_is_welcome(place: str) -> None:
    assert isinstance(design_from(at(place, "north")), Design)


@pytest.mark.parametrize("place", PARTY_PLACES[1:])
def test_a_placeholder_where_a_party_belongs_is_no_answer_and_no_error(place: str) -> None:
    assert isinstance(design_from(at(place, "tbd")), Design)


@pytest.mark.parametrize(
    ("place", "word"),
    [
        ("/purpose/issues/0/raised_by/0", "jointly"),
        ("/purpose/issues/0/raised_by/0", "third_party"),
        ("/process/initiated_by/0", "third_party"),
        ("/process/meetings/0/place_relation", "neutral"),
        ("/process/meetings/0/place_relation", "third_party"),
    ],
)
def test_the_words_that_stand_for_no_party_are_welcome_where_they_mean_something(place: str, word: str) -> None:
    assert isinstance(design_from(at(place, word)), Design)


def test_the_second_party_of_an_id_is_refused() -> None:
    assert refused_at(document({"id": SECRET}, {"id": "south"}, {"id": SECRET})) == ["/conflict/parties/2/id"]


@pytest.mark.parametrize("word", ["neutral", "third_party", "jointly"])
def test_words_with_a_meaning_of_their_own_are_no_party_ids(word: str) -> None:
    assert refused_at(document(*BOTH, {"id": word})) == ["/conflict/parties/2/id"]


def test_the_second_participant_of_a_code_is_refused() -> None:
    rows = [{"code": SECRET}, {"code": "N2"}, {"code": SECRET}]

    assert refused_at(document(participation={"participants": rows})) == ["/participation/participants/2/code"]


@pytest.mark.parametrize("name", ["planned", "selection"])
def test_the_second_row_of_a_party_is_refused(name: str) -> None:
    rows = [{"party": "north"}, {"party": "south"}, {"party": "north"}]

    assert refused_at(document(participation={name: rows})) == [f"/participation/{name}/2/party"]


def test_the_second_row_of_a_party_that_goes_by_a_placeholder_is_refused() -> None:
    rows = [{"party": "x"}, {"party": "x"}]

    assert refused_at(document({"id": "x"}, participation={"planned": rows})) == ["/participation/planned/1/party"]


def test_an_issue_linked_to_one_that_is_not_listed_is_refused() -> None:
    issues = [{"name": "water", "linked_to": ["Borders ", SECRET]}, {"name": "borders"}]

    assert refused_at(document(purpose={"issues": issues})) == ["/purpose/issues/0/linked_to/1"]


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("/purpose/objectives/0/rank", 0),
        ("/purpose/outputs/0/difficulty", 0),
        ("/purpose/outputs/0/difficulty", 6),
        ("/purpose/success_criteria/0/difficulty", 6),
        ("/participation/planned/0/headcount", -1),
        ("/participation/planned/0/women", -1),
        ("/participation/planned/0/backgrounds/academic", -1),
        ("/participation/others/0/headcount", -1),
        ("/funding/planned_months", -1),
        ("/funding/funded_months", -1),
        ("/third_parties/0/commitment_months", -1),
        ("/funding/budget/amount", "-0.01"),
        ("/funding/sources/0/amount", "-1"),
        ("/funding/sources/0/amount_in_budget_currency", "-1"),
        ("/funding/sources/0/amount", "NaN"),
        ("/funding/sources/0/amount", "Infinity"),
        ("/funding/sources/0/amount", "0.00001"),
    ],
)
def test_a_number_out_of_its_range_is_refused(place: str, value: object) -> None:
    assert refused_at(at(place, value)) == [place]


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("/purpose/objectives/0/rank", 1),
        ("/purpose/outputs/0/difficulty", 5),
        ("/participation/planned/0/headcount", 0),
        ("/funding/planned_months", 0),
        ("/funding/budget/amount", "0"),
        ("/funding/sources/0/amount", "0.0001"),
    ],
)
def test_a_number_at_the_end_of_its_range_is_welcome(place: str, value: object) -> None:
    assert isinstance(design_from(at(place, value)), Design)


@pytest.mark.parametrize("part", ["women", "under_30", "officials", "positions"])
def test_a_part_of_a_planned_group_over_its_headcount_is_refused(part: str) -> None:
    written = document(participation={"planned": [{"party": "north", "headcount": 3, part: 4}]})

    assert refused_at(written) == [f"/participation/planned/0/{part}"]


def test_planned_backgrounds_that_are_more_than_the_headcount_are_refused() -> None:
    row = {"party": "north", "headcount": 3, "backgrounds": {"academic": 2, "other": 2}}

    assert refused_at(document(participation={"planned": [row]})) == ["/participation/planned/0/backgrounds"]


def test_a_part_of_a_planned_group_without_a_headcount_is_welcome() -> None:
    assert isinstance(design_from(document(participation={"planned": [{"party": "north", "women": 4}]})), Design)


def test_a_party_within_itself_is_refused() -> None:
    assert refused_at(document({"id": "north", "within": "north"})) == ["/conflict/parties/0/within"]


def test_parties_within_each_other_in_a_circle_are_refused() -> None:
    circle = [{"id": "a", "within": "b"}, {"id": "b", "within": "c"}, {"id": "c", "within": "a"}]

    assert refused_at(document(*circle, {"id": "d", "within": "a"})) == [
        f"/conflict/parties/{i}/within" for i in range(3)
    ]


@pytest.mark.parametrize("code", ["XTS", "eur", "EURO", "BTC", SECRET])
def test_a_currency_outside_iso_4217_is_refused(code: str) -> None:
    places = ["/funding/budget/currency", "/funding/sources/0/currency"]

    assert [refused_at(at(place, code)) for place in places] == [[place] for place in places]


@pytest.mark.parametrize(
    "place",
    [f"/{SECRET}", f"/conflict/{SECRET}", f"/participation/participants/0/{SECRET}", f"/funding/budget/{SECRET}"],
)
def test_a_key_that_does_not_exist_is_refused(place: str) -> None:
    assert refused_at(at(place, "tbd")) == [place]


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("/track", SECRET),
        ("/process/confidentiality", SECRET),
        ("/third_parties/0/roles/0", SECRET),
        ("/participation/planned/0/headcount", SECRET),
        ("/process/names_public", SECRET),
        ("/process/starts", SECRET),
        ("/summary", {"text": SECRET}),
        ("/summary", SECRET * 1000),
        ("/title", "   "),
        ("/title", "\u200b\u202e"),
        ("/title", ""),
        ("/title", None),
        ("/participation/participants", {"code": SECRET}),
        ("/participation/planned/0/backgrounds", {SECRET: 3}),
    ],
)
def test_what_a_field_cannot_hold_is_refused_without_being_repeated(place: str, value: Any) -> None:
    places = refused_at(at(place, value))

    assert [found for found in places if not found.startswith(place)] == []
    assert places


def test_a_document_without_a_title_is_refused() -> None:
    assert refused_at({"summary": SECRET}) == ["/title"]


@pytest.mark.parametrize("text", ["", "{", "?", "[1]", '"text"', '"tbd"', "null", '{"title": "a"} b'])
def test_what_is_no_json_object_is_refused(text: str) -> None:
    assert list(faults(text, parse_design)) == [""]


def test_a_placeholder_that_is_a_whole_document_or_a_key_is_no_design() -> None:
    backgrounds = {"party": "north", "backgrounds": {"tbd": 2}}

    assert list(faults("tbd")) == [""]
    assert refused_at(document(participation={"planned": [backgrounds]})) == [
        "/participation/planned/0/backgrounds/tbd"
    ]


def test_every_fault_is_told_at_once() -> None:
    written = document({"id": "north"}, {"id": "north"}, purpose={"agreed_with": [SECRET]})

    assert refused_at(written) == ["/conflict/parties/1/id", "/purpose/agreed_with/0"]


def test_a_pointer_escapes_what_stands_in_a_key() -> None:
    assert refused_at(document(**{"a/b~c": 1})) == ["/a~1b~0c"]
