"""Where a review stands, and which sign-off a report may tell of, follow from the order of what happened."""

from datetime import UTC, datetime, timedelta

from app.domain.review import ReviewMark, ReviewState, SignedOff, StandingReview, signed_off, standing

NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)
SUBMITTED, CHANGES, SIGNED, WITHDRAWN = ReviewState


def hour(number: int) -> datetime:
    return NOON + timedelta(hours=number)


def marks(*states: tuple[int, ReviewState]) -> tuple[ReviewMark, ...]:
    """Reviews of these revisions, one after the other, each settled an hour after it was submitted; newest first."""
    made = [
        ReviewMark(str(place), revision, state, hour(2 * place), None if state is SUBMITTED else hour(2 * place + 1))
        for place, (revision, state) in enumerate(states)
    ]
    return tuple(reversed(made))


class TestStanding:
    def test_without_a_review_there_is_nothing(self) -> None:
        assert standing(marks()) is None
        assert standing(marks((1, WITHDRAWN))) is None

    def test_the_latest_that_was_not_withdrawn_stands(self) -> None:
        assert standing(marks((1, SIGNED), (2, SUBMITTED))) == StandingReview("1", 2, SUBMITTED)
        assert standing(marks((1, SIGNED), (2, WITHDRAWN))) == StandingReview("0", 1, SIGNED)

    def test_it_can_be_told_as_it_was(self) -> None:
        history = marks((1, CHANGES), (2, SIGNED), (3, WITHDRAWN))
        told = {number: standing(history, hour(number)) for number in range(7)}
        assert told == {
            0: None,
            1: StandingReview("0", 1, SUBMITTED),
            2: StandingReview("0", 1, CHANGES),
            3: StandingReview("1", 2, SUBMITTED),
            4: StandingReview("1", 2, SIGNED),
            5: StandingReview("2", 3, SUBMITTED),
            6: StandingReview("1", 2, SIGNED),
        }


class TestSignedOff:
    def test_only_a_sign_off_is_told(self) -> None:
        assert signed_off(marks((1, CHANGES), (2, WITHDRAWN), (3, SUBMITTED)), 3) is None

    def test_that_of_the_revision_shown_goes_before_a_later_one(self) -> None:
        history = marks((1, SIGNED), (2, SIGNED))
        assert signed_off(history, 1) == SignedOff(1, hour(1), 1)
        assert signed_off(history, 2) == SignedOff(2, hour(3), 2)
        assert signed_off(history, 3) == SignedOff(2, hour(3), 3)

    def test_changes_asked_for_later_of_the_same_revision_undo_it(self) -> None:
        assert signed_off(marks((1, SIGNED), (1, CHANGES)), 1) is None
        assert signed_off(marks((1, SIGNED), (2, CHANGES)), 2) == SignedOff(1, hour(1), 2)
        assert signed_off(marks((1, CHANGES), (1, SIGNED)), 1) == SignedOff(1, hour(3), 1)
