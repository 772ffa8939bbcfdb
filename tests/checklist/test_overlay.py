"""An organisation's own values and words make a checklist of its own, and leave the other one as it is."""

from pathlib import Path

import pytest

from app.checklist.catalogue import Catalogue, shipped_catalogue
from app.checklist.checklist import Checklist, from_pack
from app.checklist.evaluate import evaluate
from app.checklist.outcome import Outcome
from app.checklist.overlay import shifts
from app.checklist.own import Own, OwnChecklist, read_own
from app.domain.errors import Fault
from tests.builders import design_of
from tests.checklist.builders import two_questions

HEAD = """\
overlays: two-questions@1
name: lake-foundation
version: 3
reason: We fund few and long talks.
"""
LONGER = """\
parameters:
  purpose.stated:
    least: {value: "6", reason: Our board reads one sentence.}
"""
FIVE_WORDS = design_of({"title": "Wells", "purpose": {"statement": "Agree rules for all wells"}})


@pytest.fixture
def base(tmp_path: Path) -> Checklist:
    return two_questions(tmp_path / "shipped" / "v1")


def made(tmp_path: Path, base: Checklist, text: str) -> OwnChecklist:
    """The checklist that an overlay of this text makes, the head being given."""
    own = read(tmp_path, base, HEAD + text)
    assert own.faults == []
    return own.checklists[0]


def read(tmp_path: Path, base: Checklist, text: str) -> Own:
    directory = tmp_path / "ours"
    directory.mkdir()
    (directory / "lake.yaml").write_text(text, encoding="utf-8")
    return read_own(directory, Catalogue([base]))


def faults_of(tmp_path: Path, base: Checklist, text: str) -> list[tuple[str, str]]:
    faults: list[Fault] = read(tmp_path, base, text).faults
    return [(fault.pointer.removeprefix(f"{tmp_path}/"), fault.detail) for fault in faults]


def test_a_parameter_of_ones_own_judges_otherwise(tmp_path: Path, base: Checklist) -> None:
    ours = made(tmp_path, base, LONGER).checklist

    outcomes = [evaluate(FIVE_WORDS, one).finding("purpose.stated").outcome for one in (base, ours)]
    assert outcomes == [Outcome.MET, Outcome.CONCERN]
    assert ours.check("purpose.stated").definition.parameters["least"].reason == "Our board reads one sentence."


def test_it_has_a_name_a_version_and_a_digest_of_its_own_and_says_what_it_was_made_from(
    tmp_path: Path, base: Checklist
) -> None:
    ours = made(tmp_path, base, LONGER).checklist

    assert (ours.reference, ours.title) == ("lake-foundation@3", base.title)
    assert ours.digest != base.digest
    assert ours.origin is not None
    assert (ours.origin.checklist, ours.origin.digest) == ("two-questions@1", base.digest)
    assert ours.origin.reason == "We fund few and long talks."


def test_what_it_does_not_change_is_the_very_same_check(tmp_path: Path, base: Checklist) -> None:
    ours = made(tmp_path, base, LONGER).checklist

    assert ours.check("people.listed") is base.check("people.listed")
    assert base.check("purpose.stated").parameters == {"least": "4"}


def test_weights_and_texts_of_ones_own_are_shown(tmp_path: Path, base: Checklist) -> None:
    text = """\
title: What the Lake Foundation asks
weights: {purpose.stated: advisory}
categories: {people: {name: Guests}}
texts:
  purpose.stated:
    question: What are the talks for, in one sentence?
    say: {met: "There is a purpose, of {least} words or more."}
    concern: ["Only {words} words."]
"""
    ours = made(tmp_path, base, text).checklist
    check = ours.check("purpose.stated")

    assert (ours.title, [one.name for one in ours.categories]) == (
        "What the Lake Foundation asks",
        ["Purpose", "Guests"],
    )
    assert (check.weight, check.question) == ("advisory", "What are the talks for, in one sentence?")
    assert (check.advice, check.definition.say.open) == (base.checks[0].advice, base.checks[0].definition.say.open)
    said = [
        evaluate(design_of(design), ours).findings[0].message
        for design in (
            {"title": "Wells", "purpose": {"statement": "Agree rules for all wells"}},
            {"title": "Wells", "purpose": {"statement": "Talks about water"}},
        )
    ]
    assert said == ["There is a purpose, of 4 words or more.", "Only 3 words."]


def test_a_check_that_is_left_out_is_not_asked_nor_is_a_category_without_checks(
    tmp_path: Path, base: Checklist
) -> None:
    ours = made(tmp_path, base, "leave_out: {people.listed: We never ask for names.}\n").checklist

    assert [check.id for check in ours.checks] == ["purpose.stated"]
    assert [category.id for category in ours.categories] == ["purpose"]
    assert ours.origin is not None
    assert ours.origin.left_out == {"people.listed": "We never ask for names."}


def test_it_can_be_kept_and_had_again_as_it_was(tmp_path: Path, base: Checklist) -> None:
    ours = made(tmp_path, base, LONGER + "leave_out: {people.listed: We never ask for names.}\n").checklist

    again = from_pack(ours.pack())
    assert (again.digest, again.origin) == (ours.digest, ours.origin)


def test_its_examples_are_its_own_and_those_of_the_other_that_still_hold(tmp_path: Path, base: Checklist) -> None:
    text = (
        LONGER
        + """\
examples:
  purpose.stated:
    - {name: six words, design: {purpose: {statement: Agree rules for all shared wells}}, outcome: met}
"""
    )
    ours = made(tmp_path, base, text).checklist

    names = [example.name for example in ours.check("purpose.stated").definition.examples]
    assert names == ["six words", "three words", "nothing"]


def test_an_example_that_comes_out_otherwise_is_explained(tmp_path: Path, base: Checklist) -> None:
    ours = made(tmp_path, base, LONGER)

    [(check, told)] = shifts(ours.checklist, base)
    assert check == "purpose.stated"
    assert told == (
        "the example 'four words' of two-questions@1 should be met, is concern: The purpose is only 4 words long. "
        "['/purpose/statement'] Here least is 6 instead of 4 (Our board reads one sentence)."
    )


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        ("overlays: two-questions@1\nname: x\nversion: 1\n", 1, "The key 'reason' is missing."),
        (HEAD + "weight: {}\n", 5, "There is no key 'weight' here. Check the spelling."),
        (
            HEAD.replace("@1", "@9"),
            1,
            "There is no checklist two-questions@9 with checks of its own to be made from. Th",
        ),
        (
            HEAD.replace("lake-foundation", "two-questions"),
            2,
            "The name two-questions belongs to a checklist of the pr",
        ),
        (
            HEAD + "weights:\n  purpose.state: advisory\n",
            6,
            "There is no check purpose.state in two-questions@1. Did yo",
        ),
        (HEAD + "weights:\n  purpose.stated: heavy\n", 6, "It is one of 'essential', 'important' or 'advisory'"),
        (HEAD + LONGER.replace("least:", "lest:"), 7, "purpose.stated has no parameter lest; it has least."),
        (HEAD + LONGER.replace('"6"', "[six]"), 7, "The value must be a number, as it is in the other checklist."),
        (HEAD + LONGER.replace('"6"', "6/0"), 7, "A number is written as 3, 0.75 or 1/3."),
        (HEAD + LONGER.replace('"6"', "six"), 7, "A number is written as 3, 0.75 or 1/3."),
        (
            HEAD + "texts:\n  purpose.stated:\n    concern:\n      - a\n      - b\n",
            7,
            "purpose.stated has 1 of these, an",
        ),
        (
            HEAD + "texts:\n  purpose.stated:\n    concern:\n      - '{wrods}'\n",
            8,
            "the statement asks for {wrods}; the",
        ),
        (HEAD + "leave_out:\n  people.listed: a\n  purpose.stated: b\n", 5, "No check is left."),
        (
            HEAD + "leave_out: {purpose.stated: b}\n" + LONGER,
            7,
            "This check is left out, so there is nothing to change",
        ),
        (
            HEAD + "categories: {porpoise: {name: A}}\n",
            5,
            "There is no category porpoise in two-questions@1. Did you me",
        ),
        (HEAD + "reason: again\n", 5, "The key 'reason' stands twice."),
    ],
)
def test_what_is_wrong_is_told_with_file_and_line(
    tmp_path: Path, base: Checklist, text: str, line: int, told: str
) -> None:
    found = [(place, detail[: len(told)]) for place, detail in faults_of(tmp_path, base, text)]

    assert (f"ours/lake.yaml:{line}", told) in found


def test_the_example_in_the_documents_fits_the_shipped_checklist() -> None:
    own = read_own(Path(__file__).parents[2] / "examples" / "checklists", shipped_catalogue())

    assert own.faults == []
    assert [one.checklist.origin is not None for one in own.checklists] == [True]
