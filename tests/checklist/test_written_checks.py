"""A check that is written out as one function says what its closures say, and nothing anybody wrote becomes code."""

import ast
import linecache
import traceback
from pathlib import Path
from typing import Any

import pytest

from app.checklist.catalogue import shipped_catalogue
from app.checklist.check import Check
from app.checklist.checklist import Checklist
from app.checklist.judging import Judges
from app.checklist.loader import load_checklist
from app.checklist.predicates.base import Scope
from app.checklist.predicates.code import Code
from app.domain.design import design_from
from app.domain.facts import Facts
from app.domain.strict_yaml import read_yaml
from tests.builders import facts_of
from tests.checklist.builders import STATED, write_checklist
from tests.checklist.predicates.asking import WORD

ROWS = read_yaml(Path(__file__).with_name("contract_rows.yaml").read_text(encoding="utf-8")).content
CHECKS = [check for checklist in shipped_catalogue().all() for check in checklist.checks]
FULL = sorted((Path(__file__).parents[2] / "examples").glob("*.yaml"))


def judged_otherwise(check: Check, design: dict[str, Any]) -> bool:
    """Whether the two ways of judging differ, each asked of facts of its own."""
    document = {"title": "A design", **design}
    quickly, slowly = (judge(Facts(design_from(document))) for judge in (check.judge_quickly, check.judge_slowly))
    return quickly != slowly


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_a_written_check_judges_as_its_closures_do(check: Check) -> None:
    designs = [example.design for example in check.definition.examples]
    designs += [design for _, design in ROWS.get(check.id, ())]
    designs += [read_yaml(path.read_text(encoding="utf-8")).content for path in FULL]

    assert [design for design in designs if judged_otherwise(check, design)] == []


DESIGNS = [
    design_from({"title": "A design", **content})
    for content in (
        *(example.design for check in CHECKS for example in check.definition.examples),
        *(read_yaml(path.read_text(encoding="utf-8")).content for path in FULL),
    )
]


@pytest.mark.parametrize("checklist", shipped_catalogue().all(), ids=lambda checklist: checklist.name)
def test_checks_written_together_judge_as_each_alone(checklist: Checklist) -> None:
    """What one check has named in a branch is no use to the next; each is asked of facts of its own."""
    together = Judges(checklist.checks)
    together.write_all()

    differing = [
        design.title
        for design in DESIGNS
        if together(Facts(design)) != [check.judge_slowly(Facts(design)) for check in checklist.checks]
    ]

    assert differing == []


def test_checks_are_written_together_a_few_at_a_time_once_they_have_judged_enough() -> None:
    checks = CHECKS[:50]
    judges, facts = Judges(checks), facts_of({"title": "A design"})
    written: list[int] = []

    for _ in range(40):
        judges(facts)
        written.append(sum(judge.__name__ != "<lambda>" for judge in judges.judging))

    assert written[:16] == [0] * 16
    assert written[16:20] == [1, 2, 3, 4]
    assert set(written[20:]) == {4}


def test_a_check_is_written_once_it_has_judged_enough() -> None:
    check = Check(CHECKS[0].definition)
    facts = facts_of({"title": "A design"})
    first = check.judge

    judgements = {check.judge(facts).outcome for _ in range(100)}

    assert check.judge is not first
    assert check.judge is check.judge_quickly
    assert len(judgements) == 1


def test_a_traceback_shows_the_line_of_a_written_check() -> None:
    with pytest.raises(AttributeError) as raised:
        CHECKS[0].judge_quickly(None)  # type: ignore[arg-type]

    assert "facts.answers" in "".join(traceback.format_exception(raised.value))


HOSTILE = "x]; import os; os.abort() # \n    raise SystemExit\u2028'\"\\"


def test_nothing_that_a_checklist_says_becomes_code() -> None:
    """Values are bound, never written; a name holds nothing but letters, digits and underscores."""
    words = {"op": "is", "path": "/purpose/statement", "value": [HOSTILE, "lambda", "__import__", "1"]}
    rows = {"op": "some", "list": "sources", "has": {**words, "path": "name"}}
    code = Code()
    for word in (words, rows):
        WORD.validate_python(word).compile(Scope({})).written(code)
        code.begin(HOSTILE)
        code.end("None")
    said = list(ast.walk(ast.parse("\n".join(code.lines))))

    assert [node for node in said if isinstance(node, ast.Import | ast.Raise | ast.Lambda)] == []
    assert {node.value for node in said if isinstance(node, ast.Constant)} <= {0, None}
    assert code.function("def; x():\n")(facts_of({"title": "A design"})) is None


def test_names_of_ones_own_checklist_are_names_of_python_too(tmp_path: Path) -> None:
    check = load_checklist(write_checklist(tmp_path, stated=STATED)).check("purpose.stated")
    check.judge_quickly(facts_of({"title": "A design"}))

    assert "def purpose_stated(facts):" in linecache.getline("<check purpose_stated>", 1)
