"""How an answer is read: what is silence, what is an answer, and where each stands."""

import json
from decimal import Decimal
from typing import Any

import pytest

from app.domain.design import design_from, design_json, parse_design
from app.domain.errors import DesignRefused
from app.domain.placeholders import is_placeholder, matching_form
from tests.builders import Document, document, facts_of, person, with_people, with_sources

PLACEHOLDERS = [
    "tbd", "TBD", "tbc", "todo", "to be decided", "To be confirmed", "will be done", "later", "see above", "as above",
    "same", "unknown", "not applicable", "n/a", "N/A", "?", "???", "-", "--", "…", "...", "x", "X", "", "   ", "\t\n",
    "[tbd]", "tbd.", "(later)", "\uff34\uff22\uff24", "to  be   decided",
]  # fmt: skip
WORDS = [
    "Tuesday",
    "no later than May",
    "tbd by South",
    "Xanthi",
    "the same as in Oslo",
    "0",
    "7",
    "€",
    "не",
    "לא",
    "?no?",
]


def answer(written: Document, *names: str) -> Any:
    return facts_of(written).at(*names)


@pytest.mark.parametrize("text", PLACEHOLDERS)
def test_a_placeholder_is_no_answer(text: str) -> None:
    assert answer(document(summary=text), "summary") is None


@pytest.mark.parametrize("text", [word for word in WORDS if word != "?no?"])
def test_words_are_an_answer(text: str) -> None:
    assert answer(document(summary=text), "summary") == text


@pytest.mark.parametrize("text", ["none", "No", "no.", "NONE", "?no?"])
def test_none_and_no_answer_no_question_that_asks_for_words(text: str) -> None:
    assert answer(document(summary=text), "summary") is None


def test_none_is_an_answer_about_conditions_and_prior_work() -> None:
    written = with_sources({"conditions": "None"}, {"conditions": "tbd"}, {"name": "A", "conditions": "x"})
    work = document(purpose={"outputs": [{"prior_work": "none"}]})

    assert [row["conditions"] for row in answer(written, "funding", "sources")] == ["None", None]
    assert answer(work, "purpose", "outputs")[0]["prior_work"] == "none"


def test_an_absent_a_null_and_an_empty_answer_are_the_same_silence() -> None:
    silences: list[Any] = [
        {},
        {"statement": None},
        {"statement": ""},
        None,
        {"transfer": {}},
        {"transfer": {"timing": "?"}},
    ]
    for purpose in silences:
        assert answer(document(purpose=purpose), "purpose") is None


def test_a_list_of_nothing_is_no_answer() -> None:
    lists: list[Any] = [[{}], [{}, {"name": "tbd"}], [{"interest": "", "kind": None}]]
    for rows in lists:
        assert answer(document(funding={"sources": rows}), "funding") is None
    assert answer(document(process={"known_to": ["tbd", "?"]}), "process") is None


def test_an_empty_list_false_and_nought_are_answers() -> None:
    written = document(
        third_parties=[{"reports_to": []}],
        process={"names_public": False},
        funding={"planned_months": 0, "budget": {"amount": 0}},
    )

    assert answer(written, "third_parties")[0]["reports_to"] == []
    assert answer(written, "process", "names_public") is False
    assert answer(written, "funding", "planned_months") == 0
    assert answer(written, "funding", "budget", "amount") == Decimal(0)


def test_rows_of_nothing_are_left_out_and_the_others_keep_their_place() -> None:
    rows = answer(with_people({}, person("north"), {"code": "  "}, person("south")), "participation", "participants")

    assert [row.pointer for row in rows] == ["/participation/participants/1", "/participation/participants/3"]


def test_an_unknown_interest_reads_as_silence_does() -> None:
    rows = answer(with_sources({"name": "A", "interest_status": "unknown"}), "funding", "sources")

    assert "interest_status" not in rows[0]
    assert rows[0]["name"] == "A"


def test_a_withheld_interest_is_an_answer() -> None:
    rows = answer(with_sources({"interest_status": "withheld"}), "funding", "sources")

    assert rows[0]["interest_status"] == "withheld"


def test_references_and_annotations_are_read_by_no_check() -> None:
    written = document(references=[{"system": "grants", "id": "7"}], annotations={"note": "call them"})

    assert answer(written, "references") is None
    assert answer(written, "annotations") is None


def test_a_party_may_be_called_by_a_word_that_elsewhere_is_a_placeholder() -> None:
    parties = [{"id": "x", "name": "Exland"}, {"id": "no"}]
    facts = facts_of({**with_people(person("x"), person("no"), person("tbd")), "conflict": {"parties": parties}})

    assert [row["party"] for row in facts.participants or []] == ["x", "no"]
    assert [side["headcount"] for side in facts.sides or []] == [1, 1]


def test_placeholders_for_codes_and_parties_may_stand_twice_for_they_are_no_answer() -> None:
    twice = [{"party": "tbd", "headcount": 3}, {"party": "tbd", "headcount": 4}]
    facts = facts_of(with_people(*[person("north", code="tbd")] * 2, person("south", code="none"), planned=twice))

    assert [row["code"] for row in facts.participants or []] == [None, None, "none"]
    assert [row["party"] for row in facts.at("participation", "planned")] == [None, None]


def test_a_placeholder_for_the_id_of_an_organisation_identifies_nobody() -> None:
    written = with_sources({"name": "A", "identifiers": [{"scheme": "org-id", "id": "tbd"}]})

    assert answer(written, "funding", "sources")[0]["identifiers"][0]["id"] is None


@pytest.mark.parametrize("text", ["tbd", "?", "", "to be decided", "n/a", "later"])
def test_a_placeholder_where_a_choice_a_number_or_a_date_belongs_is_unanswered_and_not_refused(text: str) -> None:
    written = document(
        track=text,
        purpose={"objectives": [{"kind": text, "rank": 1}]},
        participation={"planned": [{"party": "north", "headcount": text}], "selection": text},
        funding={"budget": {"amount": text, "currency": text}},
        third_parties=[{"roles": [text, "initiator"], "disclosed": "at_outset"}],
        process={"starts": text, "names_public": text},
    )
    facts = facts_of(written)

    assert facts_of(json.loads(json.dumps(written))).answers == facts.answers
    assert facts.at("track") is None
    assert facts.at("purpose", "objectives")[0]["kind"] is None
    assert facts.at("participation", "planned")[0]["headcount"] is None
    assert facts.at("participation", "selection") is None
    assert facts.at("third_parties")[0]["roles"] == ["initiator"]
    assert facts.at("process", "starts") is None
    assert facts.at("funding") is None


def test_a_placeholder_for_one_count_among_others_leaves_the_others_standing() -> None:
    some, none = {"backgrounds": {"academic": "tbd", "business": 2}}, {"backgrounds": {"academic": "tbd"}}

    planned = answer(document(participation={"planned": [some, none]}), "participation", "planned")

    assert [row["backgrounds"] for row in planned] == [{"business": 2}]


def test_a_list_of_nothing_but_placeholders_for_choices_is_no_answer() -> None:
    rows = answer(document(third_parties=[{"name": "A", "roles": ["tbd", "?"], "disclosed_to": []}]), "third_parties")

    assert (rows[0]["roles"], rows[0]["disclosed_to"]) == (None, [])


def test_a_placeholder_for_a_row_keeps_the_places_of_the_others() -> None:
    facts = facts_of(document(participation={"participants": ["tbd", {"code": "N1"}], "planned": ["?"]}))

    assert [row.pointer for row in facts.participants or []] == ["/participation/participants/1"]
    assert facts.at("participation", "planned") is None


def test_unknown_where_a_number_belongs_is_unanswered() -> None:
    written = document(participation={"planned": [{"party": "north", "headcount": "unknown", "women": 2}]})

    assert answer(written, "participation", "planned")[0]["headcount"] is None


def test_a_placeholder_does_not_hide_what_else_is_wrong() -> None:
    with pytest.raises(DesignRefused) as refusal:
        design_from(document(track="tbd", approach="firm", purpose={"agreed_with": ["nobody"]}))

    assert [fault.pointer for fault in refusal.value.faults] == ["/approach"]


def test_what_was_a_placeholder_stays_out_of_what_is_stored() -> None:
    assert design_json(design_from(document(track="tbd"))) == design_json(design_from(document()))


def test_texts_stand_for_numbers_dates_and_true_or_false_as_a_yaml_file_gives_them() -> None:
    facts = facts_of(
        document(
            participation={"planned": [{"party": "north", "headcount": "12", "women": " 5 "}]},
            funding={"budget": {"amount": "12500.50", "currency": "EUR"}, "expenses_even": "yes"},
            process={"starts": "2027-03-01", "names_public": "false"},
        )
    )

    planned = facts.at("participation", "planned")[0]
    assert (planned["headcount"], planned["women"]) == (12, 5)
    assert facts.at("funding", "budget", "amount") == Decimal("12500.50")
    assert facts.at("funding", "expenses_even") is True
    assert facts.at("process", "starts").isoformat() == "2027-03-01"
    assert facts.at("process", "names_public") is False


def test_a_design_is_the_same_after_it_was_written_and_read_again() -> None:
    design = design_from(document(summary=" Talks on water. ", funding={"budget": {"amount": "1.50"}}))

    assert parse_design(design_json(design)) == design


def test_spaces_around_a_text_are_no_part_of_it() -> None:
    assert answer(document(summary="  Talks on water.\n"), "summary") == "Talks on water."


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("River  Fund", "river fund"),
        ("\uff26\uff35\uff2e\uff24", "fund"),
        ("Straße", "STRASSE"),
        ("\u00e9", "e\u0301"),
        (" a\t b ", "A B"),
    ],
)
def test_names_are_matched_after_normalising_trimming_and_folding(one: str, other: str) -> None:
    assert matching_form(one) == matching_form(other)


def test_a_long_text_is_no_placeholder_even_if_it_begins_like_one() -> None:
    assert not is_placeholder("To be decided by the two sides together when they first meet.")
    assert is_placeholder("-" * 500) is False or answer(document(summary="-" * 500), "summary") is not None
