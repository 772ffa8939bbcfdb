"""SARIF 2.1.0: what tools need to show a finding beside the line that raised it, and nothing that misleads them."""

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from app.exports.sarif import JudgedFile, UnreadFile, feedback_sarif, literal, sarif_log
from app.exports.wanted import Wanted
from tests.exports.builders import TRACK_TWO, a_draft, hostile, judged, judged_with_approval

TEXT = {"type": "object", "required": ["text"], "properties": {"text": {"type": "string", "minLength": 1}}}
PHYSICAL = {
    "type": "object",
    "required": ["artifactLocation"],
    "properties": {
        "artifactLocation": {"type": "object", "required": ["uri"], "properties": {"uri": {"type": "string"}}},
        "region": {"type": "object", "properties": {"startLine": {"type": "integer", "minimum": 1}}},
    },
}
# What the standard asks of the parts that are used here (sections 3.13 to 3.58).
STRUCTURE = {
    "type": "object",
    "required": ["version", "runs"],
    "properties": {
        "version": {"const": "2.1.0"},
        "runs": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["tool", "results"],
                "properties": {
                    "tool": {
                        "type": "object",
                        "required": ["driver"],
                        "properties": {
                            "driver": {
                                "type": "object",
                                "required": ["name"],
                                "properties": {"rules": {"type": "array", "uniqueItems": True}},
                            }
                        },
                    },
                    "invocations": {
                        "type": "array",
                        "items": {"type": "object", "required": ["executionSuccessful"]},
                    },
                    "results": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "required": ["message", "ruleId", "ruleIndex"],
                            "properties": {
                                "message": TEXT,
                                "kind": {"enum": ["fail", "open"]},
                                "level": {"enum": ["none", "note", "warning", "error"]},
                                "locations": {
                                    "type": "array",
                                    "minItems": 1,
                                    "items": {"type": "object", "properties": {"physicalLocation": PHYSICAL}},
                                },
                                "suppressions": {
                                    "type": "array",
                                    "items": {
                                        "type": "object",
                                        "required": ["kind"],
                                        "properties": {
                                            "kind": {"enum": ["inSource", "external"]},
                                            "status": {"enum": ["accepted", "underReview", "rejected"]},
                                        },
                                    },
                                },
                            },
                            # A level other than none is for what failed (section 3.27.10).
                            "if": {"properties": {"kind": {"const": "open"}}},
                            "then": {"properties": {"level": {"const": "none"}}},
                        },
                    },
                },
            },
        },
    },
}


def run_of(log: bytes) -> dict[str, Any]:
    content = json.loads(log)
    Draft202012Validator(STRUCTURE).validate(content)
    run: dict[str, Any] = content["runs"][0]
    return run


def result_of(run: dict[str, Any], check: str) -> dict[str, Any]:
    result: dict[str, Any] = next(result for result in run["results"] if result["ruleId"] == check)
    return result


def test_a_concern_fails_its_rule_and_an_open_question_is_open() -> None:
    run = run_of(feedback_sarif(judged(a_draft()), "River"))

    concern, question = result_of(run, "purpose.stated"), result_of(run, "purpose.official-track")
    assert (concern["kind"], concern["level"]) == ("fail", "error")
    assert (question["kind"], question["level"]) == ("open", "none")


def test_what_is_met_or_does_not_apply_is_left_out() -> None:
    evaluation = judged(a_draft())
    run = run_of(feedback_sarif(evaluation, "River"))

    assert len(run["results"]) == evaluation.counts["concern"] + evaluation.counts["open"]


def test_every_result_names_its_rule() -> None:
    run = run_of(feedback_sarif(judged(a_draft()), "River"))
    rules = run["tool"]["driver"]["rules"]

    assert [rule["id"] for rule in rules] == [check.id for check in TRACK_TWO.checks]
    assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in run["results"])


def test_a_finding_in_a_file_has_its_line() -> None:
    log = sarif_log(TRACK_TWO, [JudgedFile("drafts/river.yaml", judged(a_draft()), len)])

    location = result_of(run_of(log), "purpose.stated")["locations"][0]
    assert location["physicalLocation"] == {
        "artifactLocation": {"uri": "drafts/river.yaml"},
        "region": {"startLine": len("/purpose/statement")},
    }
    assert location["logicalLocations"][0]["fullyQualifiedName"] == "/purpose/statement"


def test_a_file_that_is_no_design_is_a_notification_and_the_run_did_not_succeed() -> None:
    unread = UnreadFile("b.yaml", ((3, "/stage: one of these [a]"), (None, "No file.")))
    run = run_of(sarif_log(TRACK_TWO, [JudgedFile("a.yaml", judged(a_draft())), unread]))

    (invocation,) = run["invocations"]
    first, second = invocation["toolExecutionNotifications"]
    assert not invocation["executionSuccessful"]
    assert first["message"]["text"] == "/stage: one of these \\[a\\]"
    assert first["locations"][0]["physicalLocation"]["region"] == {"startLine": 3}
    assert "region" not in second["locations"][0]["physicalLocation"]
    assert run["results"]


def test_a_waiver_is_a_suppression() -> None:
    run = run_of(feedback_sarif(judged(a_draft(), "purpose.stated"), "River"))

    assert result_of(run, "purpose.stated")["suppressions"] == [
        {"kind": "external", "status": "accepted", "justification": "Rana: The group decided so."}
    ]


def test_a_waiver_of_somebody_unnamed_is_justified_by_its_reason_and_says_when_it_was_approved() -> None:
    run = run_of(feedback_sarif(judged_with_approval(), "River"))

    (suppression,) = result_of(run, "purpose.stated")["suppressions"]
    assert suppression == {
        "kind": "external",
        "status": "accepted",
        "justification": "The group decided so.",
        "properties": {"approvedAt": "2027-03-02T00:00:00+00:00"},
    }


def test_only_what_is_asked_for_is_shown() -> None:
    run = run_of(feedback_sarif(judged(a_draft()), "River", Wanted(["concern", "met"], ["purpose"])))

    assert {(result["kind"], result["properties"]["category"]) for result in run["results"]} == {("fail", "purpose")}


@pytest.mark.parametrize(
    ("text", "shown"),
    [("[a](b)", "\\[a\\](b)"), ("a\\b", "a\\\\b"), ("{0} of {words}", "{{0}} of {words}"), ("a\nb\x1b", "a b")],
)
def test_no_text_of_a_design_becomes_a_link_or_a_slot(text: str, shown: str) -> None:
    assert literal(text) == shown


def test_a_hostile_design_is_well_formed_too() -> None:
    messages = [result["message"]["text"] for result in run_of(feedback_sarif(*hostile()))["results"]]

    assert any("\\[link\\](" in message for message in messages)
    assert not any("[link](" in message for message in messages)
