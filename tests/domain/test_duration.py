"""How long the talks are planned: as given, else from the first day to the last."""

from typing import Any

import pytest

from app.domain.duration import planned_months
from tests.builders import document, facts_of


def months(starts: str | None, ends: str | None, **funding: Any) -> Any:
    process = {name: day for name, day in (("starts", starts), ("ends", ends)) if day}
    return planned_months(facts_of(document(process=process, funding=funding))).value


@pytest.mark.parametrize(
    ("starts", "ends", "expected"),
    [
        ("2027-01-01", "2027-12-31", 12),
        ("2027-03-15", "2027-09-14", 6),
        ("2027-01-31", "2027-02-27", 1),
        ("2027-01-01", "2027-01-10", 0),
        ("2027-01-01", "2027-02-20", 2),
        ("2027-01-01", "2027-02-10", 1),
        ("2027-05-01", "2027-05-31", 1),
        ("9999-12-01", "9999-12-31", 1),
    ],
)
def test_both_days_count_and_the_rest_is_taken_to_the_nearest_month(starts: str, ends: str, expected: int) -> None:
    assert months(starts, ends) == expected


def test_months_as_given_win_over_the_dates() -> None:
    assert months("2027-01-01", "2027-12-31", planned_months=18) == 18


def test_no_months_at_all_is_an_answer() -> None:
    assert months(None, None, planned_months=0) == 0


@pytest.mark.parametrize(("starts", "ends"), [(None, None), ("2027-01-01", None), ("2027-02-01", "2027-01-01")])
def test_days_that_do_not_tell_leave_it_unknown(starts: str | None, ends: str | None) -> None:
    assert months(starts, ends) is None
