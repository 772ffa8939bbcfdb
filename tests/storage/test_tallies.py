"""A tally counts letters by place, gives back what it took, and is the same whichever way it was counted."""

import random

import pytest

from app.storage.tallies import Judgement, Tally

DIGEST = "c" * 64
LETTERS = "mcon"


def judgement(chance: random.Random, places: int = 30) -> Judgement:
    codes = "".join(chance.choices("kco", k=5) + chance.choices(LETTERS, k=places))
    waived = "".join(chance.choice("w-") if letter in "co" and at >= 5 else "-" for at, letter in enumerate(codes))
    return Judgement(DIGEST, codes, chance.choice(("", waived)))


def tally(*judgements: Judgement) -> Tally:
    made = Tally()
    for each in judgements:
        made.add(each)
    return made


def test_each_place_is_counted_apart() -> None:
    made = tally(Judgement(DIGEST, "kmc"), Judgement(DIGEST, "cno", "--w"))
    assert made.designs == 2
    assert [made.count(0, letter) for letter in "kco"] == [1, 1, 0]
    assert [made.count(1, letter) for letter in LETTERS] == [1, 0, 0, 1]
    assert [made.count(2, letter) for letter in LETTERS] == [0, 1, 1, 0]
    assert [made.waived(place) for place in range(4)] == [0, 0, 1, 0]


@pytest.mark.parametrize("seed", range(20))
def test_what_is_taken_away_again_leaves_what_was_there(seed: int) -> None:
    chance = random.Random(seed)
    kept, gone = ([judgement(chance) for _ in range(20)] for _ in range(2))
    made = tally(*kept, *gone)
    for each in gone:
        made.take(each)
    assert made.packed() == tally(*kept).packed()
    assert made.differing(tally(*kept)) == 0


@pytest.mark.parametrize("seed", range(20))
def test_many_at_once_are_counted_as_one_by_one(seed: int) -> None:
    chance = random.Random(seed)
    all_of_them = [judgement(chance) for _ in range(50)]
    at_once = Tally()
    at_once.add_all(all_of_them)
    assert at_once.differing(tally(*all_of_them)) == 0
    assert Tally(at_once.designs, at_once.packed()).differing(at_once) == 0
    at_once.take_all(all_of_them[20:])
    assert at_once.differing(tally(*all_of_them[:20])) == 0


@pytest.mark.parametrize("seed", range(20))
def test_a_row_that_is_too_short_or_too_long_moves_nobody_elses_counts(seed: int) -> None:
    chance = random.Random(seed)
    damaged = [judgement(chance, places) for places in (0, 12, 29, 31)]
    all_of_them = [*(judgement(chance) for _ in range(20)), *damaged, *(judgement(chance) for _ in range(20))]
    chance.shuffle(all_of_them)
    at_once = Tally()
    at_once.add_all(all_of_them)
    assert at_once.differing(tally(*all_of_them)) == 0
    at_once.take_all(all_of_them[20:])
    assert at_once.differing(tally(*all_of_them[:20])) == 0


def test_every_number_that_is_wrong_is_counted() -> None:
    one, other = Judgement(DIGEST, "km"), Judgement(DIGEST, "kc")
    assert tally(one).differing(tally(other)) == 2
    assert tally(one, one).differing(tally(one)) == 3
    assert tally(one).differing(Tally()) == 3


def test_a_count_that_went_wrong_before_never_goes_below_nothing() -> None:
    made = tally(Judgement(DIGEST, "km"))
    for _ in range(3):
        made.take(Judgement(DIGEST, "cc", "-w"))
    assert made.designs == 0
    assert min(made.lanes) == 0


def test_two_thousand_million_designs_fit() -> None:
    made = Tally(2_000_000_000, tally(Judgement(DIGEST, "km")).packed())
    made.lanes[0] = 2_000_000_000
    assert Tally(made.designs, made.packed()).count(0, "k") == 2_000_000_000


@pytest.mark.parametrize("seed", range(20))
def test_a_change_is_one_taken_and_one_added(seed: int) -> None:
    chance = random.Random(seed)
    before, after, *others = (judgement(chance) for _ in range(6))
    made = tally(before, *others)
    made.change(before, after)
    assert made.differing(tally(after, *others)) == 0
