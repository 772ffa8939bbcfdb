"""What is carried over from one checklist to another is what the other one says of the whole design."""

import copy
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from app.checklist.carrying_over import CarryOver
from app.checklist.check import Check
from app.checklist.checklist import Checklist
from app.checklist.definition import Contents
from app.checklist.evaluate import evaluate
from app.checklist.outcome import Weight
from app.checklist.own import catalogue_with
from app.checklist.program import UNKNOWN, fingerprint, fingerprint_of
from app.domain.design import Design, design_from, design_json, parse_design
from app.domain.facts import Facts
from app.domain.partial import parts_of_design
from app.domain.pointer import steps
from app.domain.strict_yaml import read_yaml
from tests.domain.whole_designs import whole_designs

EXAMPLES = Path(__file__).parents[2] / "examples"
CATALOGUE = catalogue_with(EXAMPLES / "checklists")
TRACK_TWO = CATALOGUE.find("track-two@1")
ROWS: dict[str, list[Any]] = read_yaml(
    Path(__file__).with_name("contract_rows.yaml").read_text(encoding="utf-8")
).content
WHOLE = [
    design_from(read_yaml(path.read_text(encoding="utf-8")).content) for path in sorted(EXAMPLES.glob("[!_]*.yaml"))
]
CHECKS = [check for checklist in CATALOGUE.all() for check in checklist.checks]
big = settings(max_examples=10, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def small(documents: Iterable[dict[str, Any]]) -> Iterator[Design]:
    return (design_from({"title": "A small design", **document}) for document in documents)


def designs_of(check: Check) -> Iterator[Design]:
    """The designs that were written to try a check, and the examples of whole designs."""
    yield from small(design for _, design in ROWS.get(check.id, []))
    yield from small(example.design for example in check.definition.examples)
    yield from WHOLE


def differing(old: Checklist, new: Checklist, designs: Iterable[Design]) -> int:
    """Of how many designs something else is carried over than the new checklist says of the whole."""
    way = CarryOver(old, new)
    return sum(carried(way, old, design) != evaluate(design, new).codes for design in designs)


def carried(way: CarryOver, old: Checklist, design: Design) -> str:
    judged = way.judged(design_json(design)) if way.to_judge else ""
    return way.codes(evaluate(design, old).codes, judged)


def every_row() -> list[Design]:
    """Every small design of the contract."""
    return list(small(design for rows in ROWS.values() for _, design in rows))


@pytest.mark.parametrize("old", CATALOGUE.all(), ids=lambda one: one.reference)
@pytest.mark.parametrize("new", CATALOGUE.all(), ids=lambda one: one.reference)
def test_every_row_of_the_contract_comes_out_as_if_it_were_judged_anew(old: Checklist, new: Checklist) -> None:
    tried = [*every_row(), *WHOLE]
    assert (differing(old, new, tried), len(tried) > 500) == (0, True)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: f"{check.category}.{check.id}")
def test_a_check_says_the_same_of_the_parts_that_it_reads(check: Check) -> None:
    parts = frozenset(steps(pattern)[0] for pattern in check.paths)
    for design in designs_of(check):
        alone = check.judge(Facts(parts_of_design(design_json(design), parts)))
        assert alone.outcome is check.judge(Facts(design)).outcome


@big
@given(document=whole_designs())
def test_any_check_says_the_same_of_the_parts_that_it_reads_in_any_design(document: dict[str, Any]) -> None:
    stored = design_json(design_from(document))
    whole = Facts(parse_design(stored))
    for check in TRACK_TWO.checks:
        parts = frozenset(steps(pattern)[0] for pattern in check.paths)
        assert check.judge(Facts(parts_of_design(stored, parts))).outcome is check.judge(whole).outcome


def test_only_what_an_overlay_changes_is_judged() -> None:
    way = CarryOver(TRACK_TWO, CATALOGUE.find("lake-foundation"))
    assert {check.id for check in way.to_judge} == {"participants.private-enough", "funding.concentration"}
    assert CarryOver(TRACK_TWO, TRACK_TWO).to_judge == ()


def test_checks_in_another_order_and_category_keep_their_letters() -> None:
    turned = copied(TRACK_TWO, reversed(TRACK_TWO.checks), categories=reversed(TRACK_TWO.categories))
    assert CarryOver(TRACK_TWO, turned).to_judge == ()
    assert differing(TRACK_TWO, turned, WHOLE) == 0


def test_other_words_weights_and_categories_change_no_letter() -> None:
    first, second = TRACK_TWO.categories[:2]
    before = TRACK_TWO.checks[0]
    said = before.definition.say.model_copy(update={"met": "All is well."})
    more = {"category": second.id, "weight": Weight.ADVISORY, "question": "In other words?", "say": said}
    moved = Check(before.definition.model_copy(update=more))
    assert (before.category, moved.digest == before.digest) == (first.id, False)
    shifted = copied(TRACK_TWO, [moved, *TRACK_TWO.checks[1:]])
    assert CarryOver(TRACK_TWO, shifted).to_judge == ()
    assert differing(TRACK_TWO, shifted, every_row()[:100]) == 0


@pytest.mark.parametrize("what", ["applies", "met_when", "answered", "concern", "open_when"])
def test_a_check_that_asks_something_else_is_judged(what: str) -> None:
    before = next(check for check in TRACK_TWO.checks if getattr(check.definition, what))
    value: Any = [] if isinstance(getattr(before.definition, what), list) else None
    other = Check(before.definition.model_copy(update={what: value}))
    checks = [other if check is before else check for check in TRACK_TWO.checks]
    assert CarryOver(TRACK_TWO, copied(TRACK_TWO, checks)).to_judge == (other,)


def test_codes_of_another_length_are_not_of_the_old_checklist() -> None:
    way, codes = CarryOver(TRACK_TWO, TRACK_TWO), evaluate(WHOLE[0], TRACK_TWO).codes
    assert way.fits(codes)
    assert not way.fits(codes[:-1])


def test_whoever_carries_over_what_is_asked_otherwise_is_caught() -> None:
    overlay = CATALOGUE.find("lake-foundation")

    def as_before(check: Check) -> Check:
        """The mutant: the check of the overlay goes by the digest that it had before its parameters were changed."""
        ignoring = copy.copy(check)
        ignoring.digest = TRACK_TWO.check(check.id).digest
        return ignoring

    mutant = copied(overlay, map(as_before, overlay.checks))
    assert CarryOver(TRACK_TWO, mutant).to_judge == ()
    assert differing(TRACK_TWO, mutant, every_row()) > 0


def test_whoever_reads_too_few_parts_is_caught() -> None:
    check = TRACK_TWO.check("funding.concentration")
    outcomes = [
        (check.judge(Facts(parts_of_design(design_json(design), frozenset()))), check.judge(Facts(design)))
        for design in designs_of(check)
    ]
    assert any(alone.outcome is not whole.outcome for alone, whole in outcomes)


def test_any_change_of_the_code_changes_the_fingerprint_of_the_program(tmp_path: Path) -> None:
    code = tmp_path / "judging"
    code.mkdir()
    assert fingerprint_of((code,)) == UNKNOWN
    (code / "rules.py").write_text("LIMIT = 1\n")
    before = fingerprint_of((code,))
    (code / "rules.py").write_text("LIMIT = 2\n")
    after = fingerprint_of((code,))
    (code / "rules.py").rename(code / "limits.py")
    assert len({before, after, fingerprint_of((code,)), fingerprint(), UNKNOWN}) == 5


def copied(checklist: Checklist, checks: Iterable[Check], categories: Iterable[Any] | None = None) -> Checklist:
    """The checklist with these checks, and these categories."""
    found = list(checks)
    contents = Contents(
        name="copied",
        version=1,
        title=checklist.title,
        about=checklist.about,
        categories=list(categories or checklist.categories),
        checks=[check.id for check in found],
    )
    return Checklist(contents, found)
