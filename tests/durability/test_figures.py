"""Figures of several trials come out as one line for each property and engine, and mutants by themselves."""

from tests.durability.figures import Figure, together

KILLED = Figure("R1", "sqlite", "service killed", {"kills": 20, "lost": 0, "longest_seconds": 1.5, "whole": (2, 3)})
PAIR = Figure("R1", "sqlite", "one of two", {"kills": 6, "longest_seconds": 0.5, "whole": (1, 1), "refused": 1_200})
MISSED = Figure("R1", "sqlite", "answers_early", {"lost": 0}, caught=False)


def test_what_was_counted_is_added_and_of_what_was_measured_the_largest_stays() -> None:
    (whole,) = together([KILLED, PAIR])

    assert whole.line == "R1 sqlite: kills 26, lost 0, longest seconds 1.5, whole 3 of 4, refused 1,200"


def test_engines_stand_apart() -> None:
    other = Figure("R1", "postgresql", "service killed", {"kills": 1})

    assert next(one.line for one in together([PAIR, other])) == "R1 postgresql: kills 1"


def test_a_mutant_that_was_not_noticed_is_told_so() -> None:
    assert [one.line for one in together([MISSED])] == ["R1 mutant answers_early, sqlite: NOT CAUGHT (lost 0)"]
