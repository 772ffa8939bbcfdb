"""A number is compared with a measure, and a list with the only values that it may hold."""

import pytest

from tests.builders import document, with_third_parties
from tests.checklist.predicates.asking import evidence_of, truth_of

TOO_SHORT = {
    "op": "compares_with_measure",
    "path": "/funding/funded_months",
    "relation": "under",
    "measure": "planned_months",
}
LONGER = {**TOO_SHORT, "relation": "over"}


@pytest.mark.parametrize(("funded", "under", "over"), [(23, True, False), (24, False, False), (25, False, True)])
def test_months_are_under_or_over_the_planned_ones(funded: int, under: bool, over: bool) -> None:
    design = document(funding={"planned_months": 24, "funded_months": funded})
    assert truth_of(TOO_SHORT, design) is under
    assert truth_of(LONGER, design) is over


@pytest.mark.parametrize("funding", [{"planned_months": 24}, {"funded_months": 24}, {"hospitality": "modest"}])
def test_without_either_number_it_is_not_known(funding: dict[str, object]) -> None:
    assert truth_of(TOO_SHORT, document(funding=funding)) is None


def test_both_numbers_and_their_places_are_told() -> None:
    design = document(funding={"funded_months": 6}, process={"starts": "2030-01-01", "ends": "2030-12-31"})
    evidence = evidence_of(TOO_SHORT, design)
    assert (evidence.figures["value"], evidence.figures["limit"]) == (6, 12)
    assert evidence.at == ["/funding/funded_months", "/process/starts", "/process/ends"]


def test_a_measure_that_is_not_there_is_refused() -> None:
    with pytest.raises(ValueError, match="there is no measure"):
        truth_of({**TOO_SHORT, "measure": "goodwill"}, document())


@pytest.mark.parametrize(
    ("roles", "truth"),
    [(["host"], True), (["host", "sponsor"], False), (["sponsor"], False), ([], False), (None, None)],
)
def test_a_list_holds_only_some_values(roles: list[str] | None, truth: bool | None) -> None:
    only_hosts = {"op": "some", "list": "third_parties", "has": {"op": "holds_only", "path": "roles", "value": "host"}}
    assert truth_of(only_hosts, with_third_parties({"name": "Academy", "roles": roles})) is truth
