"""A revision is submitted, decided about by somebody else, and what was decided stays said of that revision."""

import asyncio

import pytest

from app.domain.access import InitiativeRole
from app.domain.errors import BadInput, Conflict, Forbidden, Gone, GoodOfficesError, NotFound, RetryMismatch, Stale
from app.domain.review import ReviewState
from app.usecases import designs, feedback, initiatives, reviews, roles
from app.usecases.conditions import WHATEVER
from tests.usecases.builders import CLEAR, NOBODYS
from tests.usecases.house import House
from tests.usecases.reviewing import ASK_FOR_CHANGES, SIGN_OFF, decided, revise
from tests.usecases.sharing import EDITOR, OWNER, REVIEWER, VIEWER, Shared, another, id_of, remove, shared


@pytest.fixture
async def river(house: House) -> Shared:
    """An initiative of Anna's."""
    return await shared(house)


async def test_an_owner_submits_and_a_reviewer_signs_off(river: Shared) -> None:
    ben = await river.join("Ben", REVIEWER)
    made = await river.anna.ask(reviews.submit, river.id, note="The funding above all")
    assert (made.review.revision, made.review.state, made.tag) == (1, ReviewState.SUBMITTED, "0.1")
    assert (made.review.submitted.person_id, made.review.submitted.name) == (id_of(river.anna), "Anna")
    answer = await ben.ask(reviews.decide, river.id, made.review.id, decision=SIGN_OFF, statement="Even and agreed")
    found = await river.anna.ask(reviews.get, river.id, made.review.id)
    assert found == answer
    assert (found.review.state, found.review.statement, found.tag) == (ReviewState.SIGNED_OFF, "Even and agreed", "1.1")
    assert found.review.note == "The funding above all"
    assert found.review.settled is not None
    assert (found.review.settled.person_id, found.review.settled.name) == (id_of(ben), "Ben")


async def test_a_later_revision_shows_that_the_sign_off_was_for_an_earlier_one(river: Shared) -> None:
    ben = await river.join("Ben", REVIEWER)
    signed = await decided(river, ben)
    assert not signed.for_earlier_revision
    await revise(river)
    found = await river.anna.ask(reviews.get, river.id, signed.review.id)
    assert (found.review.revision, found.newest_revision, found.for_earlier_revision) == (1, 2, True)
    assert found.tag != signed.tag


async def test_one_revision_is_under_review_at_a_time(river: Shared) -> None:
    ben = await river.join("Ben", REVIEWER)
    first = await river.anna.ask(reviews.submit, river.id)
    await revise(river)
    with pytest.raises(Conflict, match="under review already"):
        await river.anna.ask(reviews.submit, river.id)
    await ben.ask(reviews.decide, river.id, first.review.id, decision=ASK_FOR_CHANGES, statement="Say who pays")
    assert (await river.anna.ask(reviews.submit, river.id)).review.revision == 2


async def test_of_two_submissions_at_the_same_moment_one_is_refused(river: Shared) -> None:
    for _ in range(6):
        both = (river.anna.ask(reviews.submit, river.id) for _ in range(2))
        answers = await asyncio.gather(*both, return_exceptions=True)
        assert sorted(type(answer).__name__ for answer in answers) == ["Conflict", "ShownReview"]
        (made,) = [answer for answer in answers if isinstance(answer, reviews.ShownReview)]
        await river.anna.ask(reviews.withdraw, river.id, made.review.id)


async def test_of_two_decisions_at_the_same_moment_one_stands(river: Shared) -> None:
    ben, cleo = [await river.join(name, REVIEWER) for name in ("Ben", "Cleo")]
    made = await river.anna.ask(reviews.submit, river.id)
    both = (
        person.ask(reviews.decide, river.id, made.review.id, decision=decision, statement="My word", expected=["0.1"])
        for person, decision in ((ben, SIGN_OFF), (cleo, ASK_FOR_CHANGES))
    )
    answers = await asyncio.gather(*both, return_exceptions=True)
    assert sorted(type(answer).__name__ for answer in answers) == ["ShownReview", "Stale"]


async def test_what_was_decided_is_not_decided_again(river: Shared) -> None:
    ben = await river.join("Ben", REVIEWER)
    signed = await decided(river, ben)
    with pytest.raises(Conflict, match="decided or withdrawn already"):
        await ben.ask(reviews.decide, river.id, signed.review.id, decision=ASK_FOR_CHANGES, statement="After all")
    with pytest.raises(Conflict):
        await river.anna.ask(reviews.withdraw, river.id, signed.review.id)
    assert (await ben.ask(reviews.get, river.id, signed.review.id)).review.statement == "Well done"


async def test_what_was_withdrawn_stays_on_record_and_does_not_stand(river: Shared) -> None:
    made = await river.anna.ask(reviews.submit, river.id)
    gone = await river.anna.ask(reviews.withdraw, river.id, made.review.id, ["0.1"])
    assert (gone.review.state, gone.review.statement) == (ReviewState.WITHDRAWN, None)
    assert [one.review.state for one in (await river.anna.ask(reviews.page, river.id)).items] == [ReviewState.WITHDRAWN]
    assert (await river.anna.ask(initiatives.get, river.id)).initiative.review is None


async def test_who_was_shown_something_else_decides_nothing(river: Shared) -> None:
    ben = await river.join("Ben", REVIEWER)
    made = await river.anna.ask(reviews.submit, river.id)
    await revise(river)
    with pytest.raises(Stale) as refused:
        await ben.ask(
            reviews.decide, river.id, made.review.id, decision=SIGN_OFF, statement="Fine", expected=[made.tag]
        )
    assert refused.value.current == "0.2"
    answer = await ben.ask(
        reviews.decide, river.id, made.review.id, decision=SIGN_OFF, statement="Fine", expected=["x", "0.2"]
    )
    assert (answer.review.revision, answer.for_earlier_revision) == (1, True)


@pytest.mark.parametrize("role", [EDITOR, REVIEWER, VIEWER])
async def test_only_an_owner_submits_and_withdraws(river: Shared, role: InitiativeRole) -> None:
    person = await river.join("Ben", role)
    made = await river.anna.ask(reviews.submit, river.id)
    with pytest.raises(Forbidden):
        await person.ask(reviews.submit, river.id)
    with pytest.raises(Forbidden):
        await person.ask(reviews.withdraw, river.id, made.review.id)


@pytest.mark.parametrize("role", [OWNER, EDITOR, VIEWER])
async def test_only_a_reviewer_decides(river: Shared, role: InitiativeRole) -> None:
    person = await river.join("Ben", role)
    made = await river.anna.ask(reviews.submit, river.id)
    with pytest.raises(Forbidden):
        await person.ask(reviews.decide, river.id, made.review.id, decision=SIGN_OFF, statement="Mine")
    assert (await person.ask(reviews.get, river.id, made.review.id)).review.state is ReviewState.SUBMITTED


async def test_whoever_submitted_does_not_decide_even_as_a_reviewer(river: Shared) -> None:
    ben = await river.join("Ben", OWNER)
    made = await ben.ask(reviews.submit, river.id)
    await river.anna.ask(roles.put, river.id, id_of(ben), REVIEWER, [WHATEVER])
    with pytest.raises(Conflict, match="submitted this revision yourself"):
        await ben.ask(reviews.decide, river.id, made.review.id, decision=SIGN_OFF, statement="Mine")


async def test_nobody_else_finds_a_review(river: Shared) -> None:
    made = await river.anna.ask(reviews.submit, river.id)
    stranger = await another(river.anna, "Cleo")
    for person in (stranger, river.anna.theirs):
        for asked in (
            person.ask(reviews.get, river.id, made.review.id),
            person.ask(reviews.page, river.id),
            person.ask(reviews.submit, river.id),
            person.ask(reviews.decide, river.id, made.review.id, decision=SIGN_OFF, statement="Mine"),
        ):
            with pytest.raises(NotFound):
                await asked


@pytest.mark.parametrize("identity", [NOBODYS, "", "1", "nul\0"])
async def test_an_id_of_nothing_is_not_found(river: Shared, identity: str) -> None:
    ben = await river.join("Ben", REVIEWER)
    for asked in (
        ben.ask(reviews.get, river.id, identity),
        ben.ask(reviews.decide, river.id, identity, decision=SIGN_OFF, statement="Mine"),
        river.anna.ask(reviews.withdraw, river.id, identity),
    ):
        with pytest.raises(NotFound):
            await asked


async def test_a_review_is_found_in_its_own_initiative_alone(river: Shared) -> None:
    made = await river.anna.ask(reviews.submit, river.id)
    other = await shared(river.anna)
    with pytest.raises(NotFound):
        await river.anna.ask(reviews.get, other.id, made.review.id)


async def test_an_earlier_revision_can_be_submitted_and_a_later_one_than_there_is_cannot(river: Shared) -> None:
    await revise(river)
    for number in (3, 10**12):
        with pytest.raises(BadInput) as refused:
            await river.anna.ask(reviews.submit, river.id, number)
        assert [fault.pointer for fault in refused.value.faults] == ["/revision"]
    made = await river.anna.ask(reviews.submit, river.id, 1)
    assert (made.review.revision, made.newest_revision, made.for_earlier_revision) == (1, 2, True)


async def test_the_same_submission_again_is_the_same_answer_whatever_happened_since(river: Shared) -> None:
    ben = await river.join("Ben", REVIEWER)
    retry = river.anna.retry("a key", b"{}")
    first = await river.anna.ask(reviews.submit, river.id, None, "Look", retry)
    await ben.ask(reviews.decide, river.id, first.review.id, decision=SIGN_OFF, statement="Fine")
    await revise(river)
    again = await river.anna.ask(reviews.submit, river.id, None, "Look", retry)
    assert again.replayed
    assert (again.review, again.tag) == (first.review, first.tag)
    assert len((await river.anna.ask(reviews.page, river.id)).items) == 1
    with pytest.raises(RetryMismatch):
        await river.anna.ask(reviews.submit, river.id, None, "Look", river.anna.retry("a key", b"other"))


async def test_a_storm_of_one_submission_takes_effect_once(river: Shared) -> None:
    retry = river.anna.retry("a key", b"{}")
    async with river.anna.elsewhere(3) as others:
        storm = [one.ask(reviews.submit, river.id, None, "", retry) for one in others for _ in range(5)]
        answers = await asyncio.gather(*storm, return_exceptions=True)
    made = {answer.review.id for answer in answers if isinstance(answer, reviews.ShownReview)}
    refused = {type(answer).__name__ for answer in answers if isinstance(answer, GoodOfficesError)}
    assert len(made) == 1
    assert refused <= {"RetryInFlight"}
    assert len((await river.anna.ask(reviews.page, river.id)).items) == 1


async def test_a_retry_after_the_initiative_was_deleted_is_told_so(river: Shared) -> None:
    retry = river.anna.retry("a key", b"{}")
    await river.anna.ask(reviews.submit, river.id, None, "", retry)
    await river.anna.ask(initiatives.delete, river.id)
    with pytest.raises(Gone):
        await river.anna.ask(reviews.submit, river.id, None, "", retry)


async def test_pages_of_reviews_lead_there_and_back(river: Shared) -> None:
    ids: list[str] = []
    for _ in range(5):
        made = await river.anna.ask(reviews.submit, river.id)
        await river.anna.ask(reviews.withdraw, river.id, made.review.id)
        ids.insert(0, made.review.id)

    async def page(cursor: str | None) -> tuple[list[str], str | None, str | None]:
        found = await river.anna.ask(reviews.page, river.id, cursor, 2)
        return [one.review.id for one in found.items], found.next, found.previous

    first, second_cursor, nothing = await page(None)
    second, third_cursor, first_cursor = await page(second_cursor)
    third, end, _ = await page(third_cursor)
    assert (first, second, third) == (ids[:2], ids[2:4], ids[4:])
    assert (end, nothing) == (None, None)
    assert (await page(first_cursor))[0] == first
    with pytest.raises(BadInput):
        await page("elsewhere")


async def test_an_initiative_says_where_its_review_stands(river: Shared) -> None:
    ben = await river.join("Ben", REVIEWER)

    async def told() -> list[tuple[str, int, bool] | None]:
        shown = (await river.anna.ask(initiatives.get, river.id)).initiative
        (listed,) = (await river.anna.ask(initiatives.page)).items
        return [
            None
            if one.review is None
            else (one.review.state.value, one.review.revision, one.review.revision < one.revision)
            for one in (shown, listed)
        ]

    assert await told() == [None, None]
    await decided(river, ben, ASK_FOR_CHANGES)
    assert await told() == [("changes_requested", 1, False)] * 2
    await revise(river)
    assert await told() == [("changes_requested", 1, True)] * 2
    await river.anna.ask(reviews.submit, river.id)
    assert await told() == [("submitted", 2, False)] * 2


async def test_a_review_counts_as_a_new_version_of_the_initiative_and_brings_it_to_the_top(river: Shared) -> None:
    later = await shared(river.anna)
    before = (await river.anna.ask(initiatives.get, river.id)).initiative.tag
    await river.anna.ask(reviews.submit, river.id)
    assert [one.id for one in (await river.anna.ask(initiatives.page)).items] == [river.id, later.id]
    assert (before, (await river.anna.ask(initiatives.get, river.id)).initiative.tag) == ("1.0", "1.1")


async def test_a_replayed_restore_knows_the_review_as_it_stood(river: Shared) -> None:
    ben = await river.join("Ben", REVIEWER)
    made = await river.anna.ask(reviews.submit, river.id)
    retry = river.anna.retry("a key", b"{}")
    first = await river.anna.ask(designs.restore, river.id, 1, retry=retry)
    await ben.ask(reviews.decide, river.id, made.review.id, decision=SIGN_OFF, statement="Fine")
    again = await river.anna.ask(designs.restore, river.id, 1, retry=retry)
    assert first.initiative.review is not None
    assert again.initiative == first.initiative


async def test_what_a_report_tells_of_is_the_sign_off_of_its_own_revision_or_the_latest(river: Shared) -> None:
    ben = await river.join("Ben", REVIEWER)
    for summary in ("One", "Two"):
        await decided(river, ben)
        await revise(river, summary)

    async def told(number: int | None) -> tuple[int, int] | None:
        found = (await river.anna.ask(feedback.of_revision, river.id, number)).signed_off
        return None if found is None else (found.revision, found.shown)

    assert [await told(number) for number in (1, 2, 3, None)] == [(1, 1), (2, 2), (2, 3), (2, 3)]


async def test_a_name_stays_under_what_it_was_put_under_when_its_person_leaves(river: Shared) -> None:
    ben = await river.join("Ben", REVIEWER)
    signed = await decided(river, ben)
    await remove(river.anna, ben)
    found = await river.anna.ask(reviews.get, river.id, signed.review.id)
    assert found.review.settled is not None
    assert (found.review.settled.name, found.review.settled.person_id) == ("Ben", id_of(ben))


async def test_the_trail_names_the_review_and_what_became_of_it(river: Shared) -> None:
    ben = await river.join("Ben", REVIEWER)
    signed = await decided(river, ben)
    decision, submission = (await river.trail())[:2]
    assert (decision.person, decision.revision, decision.detail) == (id_of(ben), 1, f"{signed.review.id} signed_off")
    assert (submission.person, submission.detail) == (id_of(river.anna), signed.review.id)


async def test_reviews_go_with_their_initiative(river: Shared) -> None:
    made = await river.anna.ask(reviews.submit, river.id)
    await river.anna.ask(initiatives.delete, river.id)
    with pytest.raises(NotFound):
        await river.anna.ask(reviews.get, river.id, made.review.id)
    again = (await river.anna.ask(initiatives.create, CLEAR)).initiative.id
    assert (await river.anna.ask(reviews.page, again)).items == ()
