"""Which concerns occur together is counted from codes alone, and two designs that have both make a pair."""

from app.checklist.catalogue import shipped_catalogue
from app.checklist.portfolio import Pair, pairs

CHECKLIST = shipped_catalogue().find("disclosure@1")
STATES = "k" * len(CHECKLIST.categories)
REST = "m" * (len(CHECKLIST.checks) - 3)


def found(*letters: str) -> list[tuple[int, int, int, float, float]]:
    """The pairs in designs whose first three checks have these letters."""
    places = {check.id: place for place, check in enumerate(CHECKLIST.checks)}
    told: list[Pair] = pairs(CHECKLIST, [STATES + three + REST for three in letters], 10)
    return [(places[one.first.id], places[one.second.id], one.together, one.share, one.lift) for one in told]


def test_no_designs_have_no_pairs() -> None:
    assert found() == []


def test_what_one_design_alone_has_is_no_pair() -> None:
    assert found("ccm", "cmm", "mcm") == []


def test_a_pair_comes_with_its_share_and_how_much_more_often_than_chance_it_occurs() -> None:
    assert found("ccm", "ccm", "mmm", "mmm") == [(0, 1, 2, 0.5, 2.0)]
    assert found("ccm", "ccm", "cmm", "cmm") == [(0, 1, 2, 0.5, 1.0)]


def test_the_most_frequent_pair_comes_first_then_the_one_furthest_from_chance() -> None:
    assert [one[:3] for one in found("ccc", "ccc", "ccm", "mmm", "cmm")] == [(0, 1, 3), (1, 2, 2), (0, 2, 2)]


def test_open_questions_and_what_does_not_apply_are_no_concerns() -> None:
    assert found("ooo", "ooo", "nnn", "nnn") == []
