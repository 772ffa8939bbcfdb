"""`goodoffices check` judges files offline and ends with a code that a script can read."""

import json
import re
from pathlib import Path

import pytest

from app.cli.design_files import LARGEST_FILE
from app.cli.exit_codes import ExitCode
from tests.cli.conftest import Command


def test_it_ends_with_0_when_nothing_is_left_to_attend_to(
    goodoffices: Command, nothing_left: Path, a_design: Path
) -> None:
    ended = goodoffices("check", a_design, "--checklist", nothing_left)

    assert (ended.code, ended.err) == (ExitCode.NOTHING_TO_ATTEND_TO, "")
    assert "Met (1)" in ended.out


def test_it_ends_with_1_when_there_are_findings(goodoffices: Command, nothing_left: Path, a_thin_design: Path) -> None:
    ended = goodoffices("check", a_thin_design, "--checklist", nothing_left)

    assert (ended.code, ended.err) == (ExitCode.FINDINGS, "")
    assert "No purpose is written." in ended.out
    assert f"{a_thin_design}:1 /purpose/statement" in ended.out


def test_it_ends_with_0_when_only_questions_for_later_are_left(
    goodoffices: Command, nothing_left: Path, a_thin_design: Path
) -> None:
    question = nothing_left / "purpose" / "stated.yaml"
    question.write_text(question.read_text().replace("ask_from: idea", "ask_from: running"))

    ended = goodoffices("check", a_thin_design, "--checklist", nothing_left)

    assert (ended.code, ended.err) == (ExitCode.NOTHING_TO_ATTEND_TO, "")
    assert "For later (1)" in ended.out


def test_one_file_that_cannot_be_read_does_not_silence_the_others(
    goodoffices: Command, nothing_left: Path, a_design: Path, tmp_path: Path
) -> None:
    ended = goodoffices("check", a_design, tmp_path / "none.yaml", a_design, "--checklist", nothing_left)

    assert ended.code == ExitCode.WRONG_USE
    assert ended.out.count("River dialogue\n") == 2
    assert ended.err == f"{tmp_path}/none.yaml: The file cannot be read: No such file or directory.\n"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (
            "title: River\nstage: soon\n",
            ":2: /stage: It is one of 'idea', 'preparing', 'funded', 'running' or 'closed'",
        ),
        ("title: River\npurpose:\n  porpoise: x\n", ":3: /purpose/porpoise: There is no field of this name."),
        ("summary: x\n", ":1: /title: This field is required."),
        ('{"title": "River",\n "stage": "soon"}', ":2: /stage: It is one of"),
        ('{"title": "River",\n "porpoise": {}}', ":2: /porpoise: There is no field of this name."),
        ("title: River\ntitle: Lake\n", ":2: The key 'title' stands twice."),
        ('{"title": "River", "title": "Lake"}', ": The key 'title' stands twice."),
        ('{"title": "River"', ":1: This is not valid JSON: Expecting ',' delimiter."),
        ('{"title": NaN}', ": NaN is no number in JSON."),
        ('{"title": ' + "1" * 5000 + "}", ": The document holds a number that is too long."),
        ('{"title": "\\ud800"}', ": "),
        ("[" * 100_000, ": "),
        ('{"a":' * 50_000, ": "),
        ("- " * 100_000, ":1: The document is nested too deeply."),
        ("title: [River\n", ":2: This is not valid YAML: "),
        ("title: &a River\n", ":1: Anchors and aliases (& and *) are not read"),
        ("title: !!python/object:os.system ls\n", ":1: Tags (a word after !) are not read."),
        ("a: &a [x]\nb: &b [*a,*a]\nc: [*b,*b]\n", ":1: Anchors and aliases"),
        ("just words\n", ": A design is a list of fields with their answers"),
        ("- title: River\n", ": A design is a list of fields with their answers"),
        ('["River"]', ": A design is a list of fields with their answers"),
        ("", ": A design is a list of fields with their answers"),
    ],
    ids=lambda value: value[:24].replace("\n", " "),
)
def test_what_is_wrong_is_told_with_its_line_its_place_and_the_rule(
    goodoffices: Command, tmp_path: Path, text: str, fault: str
) -> None:
    path = tmp_path / "river.yaml"
    path.write_text(text)

    ended = goodoffices("check", path)

    assert (ended.code, ended.out) == (ExitCode.WRONG_USE, "")
    assert ended.err.startswith(f"{path}{fault}"), ended.err[:400]
    assert "Traceback" not in ended.err


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"title: River\nsummary: \xff\n", ":2: The file is not UTF-8 text. Save it as UTF-8."),
        (b"\xff\xfet\x00i\x00", ":1: The file is not UTF-8 text."),
        (b"title: Ri\x00ver\n", ":1: This is not valid YAML."),
        (b"title: " + b"x" * LARGEST_FILE, ": The file is larger than 256 KB"),
    ],
    ids=["latin-1", "UTF-16", "a NUL", "too large"],
)
def test_what_is_no_text_is_told_too(goodoffices: Command, tmp_path: Path, content: bytes, fault: str) -> None:
    path = tmp_path / "river.yaml"
    path.write_bytes(content)

    ended = goodoffices("check", path)

    assert ended.code == ExitCode.WRONG_USE
    assert ended.err.startswith(f"{path}{fault}")


def test_a_file_without_an_end_is_read_only_so_far(goodoffices: Command) -> None:
    assert "larger than 256 KB" in goodoffices("check", "/dev/zero").err


def test_a_folder_and_a_name_that_is_none_are_told(goodoffices: Command, tmp_path: Path) -> None:
    assert "This is a folder. Name the files in it." in goodoffices("check", tmp_path).err
    assert "The file cannot be read" in goodoffices("check", "x" * 5000).err


def test_what_a_file_is_depends_on_what_it_says_and_not_on_its_name(
    goodoffices: Command, nothing_left: Path, tmp_path: Path
) -> None:
    texts = {
        "a.yaml": '{"title": "River", "purpose": {"statement": "Rules \\ud83d\\ude00"}}',
        "b.json": "title: River\npurpose: {statement: Rules}\n",
        "c": "{title: River, purpose: {statement: Rules}}",
        "d.txt": '\ufeff{"title": "River", "purpose": {"statement": "Rules"}}',
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")

    ended = goodoffices("check", *(tmp_path / name for name in texts), "--checklist", nothing_left)

    assert (ended.code, ended.err) == (ExitCode.NOTHING_TO_ATTEND_TO, "")


def test_json_is_a_list_of_a_file_with_its_feedback_or_its_errors(
    goodoffices: Command, nothing_left: Path, a_design: Path, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text("title: River\nstage: soon\n")
    ended = goodoffices("check", a_design, broken, "--format", "json", "--checklist", nothing_left)

    judged, unread = json.loads(ended.out)
    assert (ended.code, ended.err) == (ExitCode.WRONG_USE, "")
    assert (set(judged), judged["file"]) == ({"file", "feedback"}, str(a_design))
    assert judged["feedback"]["counts"] == {"met": 1, "concern": 0, "open": 0, "not_applicable": 0, "waived": 0}
    assert (set(unread), unread["file"]) == ({"file", "errors"}, str(broken))
    assert [(error["pointer"], error["line"]) for error in unread["errors"]] == [("/stage", 2)]


def test_sarif_points_at_the_line_in_the_file(goodoffices: Command, nothing_left: Path, tmp_path: Path) -> None:
    path = tmp_path / "our talks.yaml"
    path.write_text("title: River\n\npurpose:\n  revision_clause: The group decides.\n")
    ended = goodoffices("check", path, "--format", "sarif", "--checklist", nothing_left)

    (result,) = json.loads(ended.out)["runs"][0]["results"]
    assert ended.code == ExitCode.FINDINGS
    assert result["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": path.as_uri()},
        "region": {"startLine": 3},
    }


@pytest.mark.parametrize(("chosen", "beginning"), [("markdown", "# River dialogue\n"), ("html", "<!doctype html>\n")])
def test_a_report_can_be_written_to_a_file(
    goodoffices: Command, nothing_left: Path, a_design: Path, chosen: str, beginning: str
) -> None:
    ended = goodoffices("check", a_design, "--format", chosen, "--checklist", nothing_left)

    assert ended.code == ExitCode.NOTHING_TO_ATTEND_TO
    assert ended.out.lstrip().startswith(beginning)


@pytest.mark.parametrize(
    "arguments",
    [
        ["check"],
        ["check", "a.yaml", "--format", "pdf"],
        ["check", "a.yaml", "--checklist", "nobody-knows"],
        ["check", "a.yaml", "--checklist", "track-two@99"],
        ["check", "a.yaml", "b.yaml", "--format", "html"],
        ["check", "--nonsense"],
        ["nonsense"],
    ],
    ids=" ".join,
)
def test_wrong_use_ends_with_2_and_says_why(goodoffices: Command, arguments: list[str]) -> None:
    ended = goodoffices(*arguments)

    assert (ended.code, ended.out) == (ExitCode.WRONG_USE, "")
    assert ended.err
    assert "Traceback" not in ended.err


def test_a_hostile_design_cannot_play_with_the_terminal(goodoffices: Command, tmp_path: Path) -> None:
    path = tmp_path / "\x1b[31mriver\u202e.yaml"
    path.write_text('title: "\\e[2J\\a\\u202ereviR"\nthird_parties: [{name: "\\e]0;x\\a", roles: []}]\n')

    for arguments in ([path], [path, path.parent / "\x1b[31m", "--format", "text"]):
        ended = goodoffices("check", *arguments)
        assert "]0;x" in ended.out
        assert not {"\x1b", "\x07", "\u202e"} & set(ended.out + ended.err)


def test_a_file_whose_name_is_not_utf_8_is_judged_too(goodoffices: Command, nothing_left: Path, tmp_path: Path) -> None:
    path = Path(str(tmp_path / "river") + "\udcff.yaml")
    path.write_text("title: River\n")

    for chosen in ("text", "json", "sarif"):
        ended = goodoffices("check", path, "--format", chosen, "--checklist", nothing_left)
        assert (ended.code, ended.err) == (ExitCode.FINDINGS, "")


def test_a_fault_of_ours_is_owned_up_to_without_repeating_the_design(
    goodoffices: Command, a_design: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("Agree rules for the wells")

    monkeypatch.setattr("app.cli.check.check_files", fail)
    ended = goodoffices("check", a_design)

    assert ended.code == ExitCode.FAULT_OF_OURS
    assert "RuntimeError in test_check.py:" in ended.err
    assert "wells" not in ended.err


def test_the_next_steps_alone_are_seven_at_most(goodoffices: Command, a_thin_design: Path) -> None:
    ended = goodoffices("check", a_thin_design, "--view", "next-steps")
    steps = re.findall(r"^(\d)\. ", ended.out, flags=re.MULTILINE)

    assert ended.code == ExitCode.FINDINGS
    assert steps == list("1234567")
    assert "Essential open questions" not in ended.out


def test_the_next_steps_as_json_say_what_to_do_and_what_that_settles(goodoffices: Command, a_thin_design: Path) -> None:
    ended = goodoffices("check", a_thin_design, "--view", "next-steps", "--format", "json")
    feedback = json.loads(ended.out)[0]["feedback"]

    assert set(feedback) == {"checklist", "next_steps", "counts"}
    assert len(feedback["next_steps"]) == 7
    assert set(feedback["next_steps"][0]) == {
        *("check", "category", "weight", "outcome", "question", "message", "action", "at", "settles", "answered_by")
    }


@pytest.mark.parametrize("chosen", ["text", "markdown", "html"])
def test_every_report_begins_with_the_next_steps(goodoffices: Command, a_thin_design: Path, chosen: str) -> None:
    report = goodoffices("check", a_thin_design, "--format", chosen).out
    places = [report.index(words) for words in ("Next steps", "Essential open questions", "For later")]

    assert places == sorted(places)


def test_a_programme_officer_sees_what_the_funder_must_answer(goodoffices: Command, a_thin_design: Path) -> None:
    whole, narrowed = (
        json.loads(goodoffices("check", a_thin_design, "--format", "json", *options).out)[0]["feedback"]
        for options in ([], ["--answered-by", "funder"])
    )

    assert {finding["answered_by"] for finding in narrowed["findings"]} == {"funder"}
    assert narrowed["counts"] == whole["counts"]
