"""The rows of the contract, each tried on small designs that were written apart from the checks' own examples."""

from pathlib import Path

import pytest

from app.checklist.catalogue import shipped_catalogue
from app.checklist.evaluate import evaluate
from app.domain.design import design_from
from app.domain.strict_yaml import read_yaml

ROWS = read_yaml(Path(__file__).with_name("contract_rows.yaml").read_text(encoding="utf-8")).content
TRACK_TWO = shipped_catalogue().find("track-two@1")


@pytest.mark.parametrize("check", ROWS)
def test_a_check_reads_small_designs_as_its_row_says(check: str) -> None:
    """Every design of the check comes out as the contract says."""
    outcomes = [(outcome, _outcome(check, design), design) for outcome, design in ROWS[check]]
    assert [row for row in outcomes if row[0] != row[1]] == []


def test_every_essential_check_is_tried() -> None:
    """No essential question is left to its own examples alone."""
    essential = {check.id for check in TRACK_TWO.checks if check.weight == "essential"}
    assert essential - set(ROWS) <= {"third_parties.demand", "third_parties.do-no-harm"}


def _outcome(check: str, design: dict[str, object]) -> str:
    return evaluate(design_from({"title": "A small design", **design}), TRACK_TWO).finding(check).outcome.value
