"""Conversations are about something that is there, are answered and resolved, and keep everything that was said."""

import asyncio
from typing import Any

import pytest

from app.domain.access import InitiativeRole
from app.domain.errors import BadInput, Conflict, Forbidden, NotFound, RetryMismatch, Stale
from app.domain.review import About, ThreadState
from app.storage.threads import ThreadFilter
from app.usecases import comments, designs, initiatives
from app.usecases.comments import NewThread, ShownThread
from tests.usecases.builders import NOBODYS, design, newer_catalogue
from tests.usecases.house import House
from tests.usecases.reviewing import revise
from tests.usecases.sharing import EDITOR, OWNER, REVIEWER, VIEWER, Shared, another, id_of, remove, shared

WHOLE = NewThread(About.WHOLE)
OPEN, RESOLVED = ThreadState.OPEN, ThreadState.RESOLVED


@pytest.fixture
async def river(house: House) -> Shared:
    """An initiative of Anna's, whose purpose is written and whose money is not."""
    return await shared(house)


def field(pointer: str, revision: int | None = None) -> NewThread:
    """A conversation about a field."""
    return NewThread(About.FIELD, pointer=pointer, revision=revision)


def finding(check: str, revision: int | None = None) -> NewThread:
    """A conversation about a finding."""
    return NewThread(About.FINDING, check=check, revision=revision)


async def begun(river: Shared, new: NewThread = WHOLE, text: str = "One dialogue or two?") -> ShownThread:
    """A conversation that Anna opened."""
    return await river.anna.ask(comments.begin, river.id, new, text)


def said(shown: ShownThread) -> list[tuple[str, str | None, str]]:
    """Every entry: what it did, what was said, and by whom."""
    return [(one.did.value, one.text, one.written.name) for one in shown.comments]


async def places_refused(river: Shared, new: NewThread) -> list[str]:
    """Where a new conversation is refused."""
    with pytest.raises(BadInput) as refused:
        await begun(river, new)
    return [fault.pointer for fault in refused.value.faults]


async def test_a_conversation_keeps_who_said_what_when(river: Shared) -> None:
    ben = await river.join("Ben", REVIEWER)
    made = await begun(river, finding("purpose.stated"), "Both read it differently")
    await ben.ask(comments.reply, river.id, made.thread.id, "Then write it anew")
    found = await river.anna.ask(comments.get, river.id, made.thread.id)
    assert said(found) == [("said", "Both read it differently", "Anna"), ("said", "Then write it anew", "Ben")]
    assert (found.thread.subject.revision, found.thread.subject.check) == (1, "purpose.stated")
    assert (found.thread.state, found.tag) == (OPEN, "1")
    assert [one.written.person_id for one in found.comments] == [id_of(river.anna), id_of(ben)]
    assert [one.number for one in found.comments] == [1, 2]


async def test_resolving_and_reopening_leave_entries_and_an_answer_reopens(river: Shared) -> None:
    ben = await river.join("Ben", EDITOR)
    made = await begun(river)
    resolved = await ben.ask(comments.settle, river.id, made.thread.id, RESOLVED, ["0"])
    assert resolved.thread.settled is not None
    assert (resolved.thread.settled.name, resolved.thread.state, resolved.tag) == ("Ben", RESOLVED, "1")
    answered = await river.anna.ask(comments.reply, river.id, made.thread.id, "Not yet")
    assert (answered.thread.state, answered.thread.settled) == (OPEN, None)
    await ben.ask(comments.settle, river.id, made.thread.id, RESOLVED)
    await river.anna.ask(comments.settle, river.id, made.thread.id, OPEN)
    found = await river.anna.ask(comments.get, river.id, made.thread.id)
    assert (found.thread.state, found.thread.settled, found.thread.entries) == (OPEN, None, 5)
    assert said(found) == [
        ("said", "One dialogue or two?", "Anna"),
        ("resolved", None, "Ben"),
        ("reopened", "Not yet", "Anna"),
        ("resolved", None, "Ben"),
        ("reopened", None, "Anna"),
    ]


async def test_what_it_is_already_changes_nothing(river: Shared) -> None:
    made = await begun(river)
    same = await river.anna.ask(comments.settle, river.id, made.thread.id, OPEN, ["0"])
    assert (same.changed, same.tag, len(same.comments)) == (False, "0", 1)


async def test_who_was_shown_something_else_resolves_nothing(river: Shared) -> None:
    made = await begun(river)
    await river.anna.ask(comments.reply, river.id, made.thread.id, "A new objection")
    with pytest.raises(Stale) as refused:
        await river.anna.ask(comments.settle, river.id, made.thread.id, RESOLVED, ["0"])
    assert refused.value.current == "1"


@pytest.mark.parametrize(
    "pointer",
    [
        "/title",
        "/purpose",
        "/purpose/statement",
        "/purpose/why_now",
        "/funding/sources",
        "/process/setting/accepted_by",
        "/conflict/parties/1",
        "/conflict/parties/1/presence_reason",
        "/annotations/grant~1number",
        "/annotations/a~0b",
        "/annotations/",
    ],
)
async def test_a_field_can_be_spoken_of_whether_or_not_it_is_answered(river: Shared, pointer: str) -> None:
    wanted = design(annotations={"grant/number": "7", "a~b": "8", "": "9"})
    await river.anna.ask(designs.replace, river.id, wanted)
    assert (await begun(river, field(pointer))).thread.subject.pointer == pointer


@pytest.mark.parametrize(
    "pointer",
    [
        "",
        "title",
        "/purpose/statment",
        "/purpose/statement/0",
        "/conflict/parties/2",
        "/conflict/parties/2/name",
        "/conflict/parties/01",
        "/conflict/parties/-1",
        "/conflict/parties/-",
        "/conflict/parties/*/name",
        "/conflict/parties/\u0661",
        "/conflict/parties/99999999999999999999",
        "/participation/participants/0/code",
        "/annotations/nothing",
        "/annotations/a~b",
        "/title/",
        "/<script>",
        "/" * 1_000,
        "/purpose/statement\n",
    ],
)
async def test_a_place_that_is_not_there_is_refused_and_not_repeated(river: Shared, pointer: str) -> None:
    with pytest.raises(BadInput) as refused:
        await begun(river, field(pointer))
    assert [fault.pointer for fault in refused.value.faults] == ["/pointer"]
    assert "does not lead" in refused.value.faults[0].detail
    assert len(refused.value.detail + refused.value.faults[0].detail) < 200


async def test_a_place_must_be_in_the_revision_that_is_spoken_of(river: Shared) -> None:
    await river.anna.ask(designs.replace, river.id, design(funding={"sources": [{"name": "A foundation"}]}))
    assert await places_refused(river, field("/funding/sources/0/name", revision=1)) == ["/pointer"]
    assert (await begun(river, field("/funding/sources/0/name"))).thread.subject.revision == 2


async def test_a_check_must_be_in_the_checklist_that_judged_the_revision(river: Shared) -> None:
    for check in ("purpose.weather", "", "x" * 200):
        assert await places_refused(river, finding(check)) == ["/check"]
    newer = river.anna.using(newer_catalogue())
    assert (await newer.ask(comments.begin, river.id, finding("funding.named"), "Who?")).thread.subject.revision == 1


@pytest.mark.parametrize(
    ("new", "places"),
    [
        (NewThread(About.FINDING), ["/check"]),
        (NewThread(About.FIELD), ["/pointer"]),
        (NewThread(About.WHOLE, check="purpose.stated"), ["/check"]),
        (NewThread(About.WHOLE, pointer="/title"), ["/pointer"]),
        (NewThread(About.FIELD, check="purpose.stated"), ["/check", "/pointer"]),
        (NewThread(About.WHOLE, revision=2), ["/revision"]),
        (NewThread(About.WHOLE, revision=10**12), ["/revision"]),
    ],
)
async def test_what_does_not_say_what_it_is_about_is_refused(river: Shared, new: NewThread, places: list[str]) -> None:
    assert await places_refused(river, new) == places


async def test_a_conversation_stays_one_of_the_revision_that_it_began_with(river: Shared) -> None:
    await begun(river)
    await revise(river)
    await begun(river)
    found = (await river.anna.ask(comments.page, river.id)).items
    assert [one.subject.revision for one in found] == [2, 1]


async def test_filters_leave_others_out(river: Shared) -> None:
    first = await begun(river)
    await revise(river)
    second = await begun(river, finding("purpose.stated"))
    third = await begun(river, field("/title"))
    await river.anna.ask(comments.settle, river.id, third.thread.id, RESOLVED)

    async def listed(**wanted: Any) -> list[str]:
        found = await river.anna.ask(comments.page, river.id, ThreadFilter(**wanted))
        return [one.id for one in found.items]

    one, two, three = (shown.thread.id for shown in (first, second, third))
    assert await listed() == [three, two, one]
    assert await listed(state=OPEN) == [two, one]
    assert await listed(state=RESOLVED) == [three]
    assert await listed(about=About.WHOLE) == [one]
    assert await listed(about=About.FINDING) == [two]
    assert await listed(revision=2) == [three, two]
    assert await listed(revision=2, state=OPEN) == [two]
    assert await listed(revision=10**12) == []


async def test_pages_lead_there_and_back(river: Shared) -> None:
    ids = [(await begun(river, text=f"Number {number}")).thread.id for number in range(5)][::-1]

    async def page(cursor: str | None) -> tuple[list[str], str | None, str | None]:
        found = await river.anna.ask(comments.page, river.id, cursor=cursor, limit=2)
        return [one.id for one in found.items], found.next, found.previous

    first, second_cursor, nothing = await page(None)
    second, third_cursor, first_cursor = await page(second_cursor)
    third, end, _ = await page(third_cursor)
    assert (first, second, third, end, nothing) == (ids[:2], ids[2:4], ids[4:], None, None)
    assert (await page(first_cursor))[0] == first


async def test_answers_at_the_same_moment_are_all_kept_each_with_a_number(river: Shared) -> None:
    made = await begun(river)
    async with river.anna.elsewhere(3) as others:
        storm = [
            one.ask(comments.reply, river.id, made.thread.id, f"{number} of {place}")
            for place, one in enumerate(others)
            for number in range(5)
        ]
        await asyncio.gather(*storm)
    found = await river.anna.ask(comments.get, river.id, made.thread.id)
    assert [one.number for one in found.comments] == list(range(1, 17))
    assert len({one.text for one in found.comments}) == 16


async def test_of_two_who_resolve_at_once_what_they_both_read_one_is_refused(river: Shared) -> None:
    made = await begun(river)
    both = (river.anna.ask(comments.settle, river.id, made.thread.id, RESOLVED, ["0"]) for _ in range(2))
    answers = await asyncio.gather(*both, return_exceptions=True)
    assert sorted(type(answer).__name__ for answer in answers) == ["ShownThread", "Stale"]


async def test_the_same_comment_again_is_the_same_answer_whatever_was_said_since(river: Shared) -> None:
    opening, answering = (river.anna.retry(key, b"{}") for key in ("one", "two"))
    first = await river.anna.ask(comments.begin, river.id, WHOLE, "Why?", opening)
    thread = first.thread.id
    second = await river.anna.ask(comments.reply, river.id, thread, "Because", answering)
    await river.anna.ask(comments.settle, river.id, thread, RESOLVED)
    again = await river.anna.ask(comments.begin, river.id, WHOLE, "Why?", opening)
    later = await river.anna.ask(comments.reply, river.id, thread, "Because", answering)
    assert (again.replayed, again.thread, again.comments) == (True, first.thread, first.comments)
    assert (later.replayed, later.thread, later.comments) == (True, second.thread, second.comments)
    assert len((await river.anna.ask(comments.get, river.id, thread)).comments) == 3
    with pytest.raises(RetryMismatch):
        await river.anna.ask(comments.begin, river.id, WHOLE, "Why?", river.anna.retry("one", b"other"))


@pytest.mark.parametrize("role", [OWNER, EDITOR, REVIEWER])
async def test_owners_editors_and_reviewers_comment(river: Shared, role: InitiativeRole) -> None:
    made = await begun(river)
    person = await river.join("Ben", role)
    await person.ask(comments.begin, river.id, WHOLE, "Mine")
    await person.ask(comments.reply, river.id, made.thread.id, "Mine too")
    await person.ask(comments.settle, river.id, made.thread.id, RESOLVED)


async def test_a_viewer_reads_and_does_not_comment(river: Shared) -> None:
    made = await begun(river)
    ben = await river.join("Ben", VIEWER)
    for asked in (
        ben.ask(comments.begin, river.id, WHOLE, "Mine"),
        ben.ask(comments.reply, river.id, made.thread.id, "Mine"),
        ben.ask(comments.settle, river.id, made.thread.id, RESOLVED),
    ):
        with pytest.raises(Forbidden):
            await asked
    assert said(await ben.ask(comments.get, river.id, made.thread.id)) == [("said", "One dialogue or two?", "Anna")]
    assert len((await ben.ask(comments.page, river.id)).items) == 1


async def test_nobody_else_finds_a_conversation(river: Shared) -> None:
    made = await begun(river)
    stranger = await another(river.anna, "Cleo")
    for person in (stranger, river.anna.theirs):
        for asked in (
            person.ask(comments.get, river.id, made.thread.id),
            person.ask(comments.page, river.id),
            person.ask(comments.begin, river.id, WHOLE, "Mine"),
            person.ask(comments.reply, river.id, made.thread.id, "Mine"),
            person.ask(comments.settle, river.id, made.thread.id, RESOLVED),
        ):
            with pytest.raises(NotFound):
                await asked


@pytest.mark.parametrize("identity", [NOBODYS, "", "1", "nul\0"])
async def test_an_id_of_nothing_is_not_found(river: Shared, identity: str) -> None:
    for asked in (
        river.anna.ask(comments.get, river.id, identity),
        river.anna.ask(comments.reply, river.id, identity, "Mine"),
        river.anna.ask(comments.settle, river.id, identity, RESOLVED),
    ):
        with pytest.raises(NotFound):
            await asked


async def test_a_conversation_has_an_end(river: Shared) -> None:
    made = await begun(river)
    for number in range(comments.MOST_ENTRIES - 1):
        await river.anna.ask(comments.reply, river.id, made.thread.id, f"Number {number}")
    with pytest.raises(Conflict, match="as long as one can be"):
        await river.anna.ask(comments.reply, river.id, made.thread.id, "One more")
    resolved = await river.anna.ask(comments.settle, river.id, made.thread.id, RESOLVED)
    assert (resolved.thread.state, resolved.thread.entries) == (RESOLVED, comments.MOST_ENTRIES + 1)


async def test_a_name_stays_under_what_was_said_when_its_person_leaves(river: Shared) -> None:
    ben = await river.join("Ben", REVIEWER)
    made = await ben.ask(comments.begin, river.id, WHOLE, "My doubt")
    await ben.ask(comments.settle, river.id, made.thread.id, RESOLVED)
    await remove(river.anna, ben)
    found = await river.anna.ask(comments.get, river.id, made.thread.id)
    assert said(found) == [("said", "My doubt", "Ben"), ("resolved", None, "Ben")]
    assert found.thread.settled is not None
    assert (found.thread.opened.name, found.thread.settled.name) == ("Ben", "Ben")


async def test_the_trail_names_the_conversation_and_no_word_of_it(river: Shared) -> None:
    made = await begun(river, finding("purpose.stated"), "A secret doubt")
    await river.anna.ask(comments.reply, river.id, made.thread.id, "A secret answer")
    await river.anna.ask(comments.settle, river.id, made.thread.id, RESOLVED)
    settled, replied, opened = (await river.trail())[:3]
    assert [one.detail for one in (opened, replied, settled)] == [
        made.thread.id,
        f"{made.thread.id} said",
        f"{made.thread.id} resolved",
    ]
    assert "secret" not in str(await river.trail())
    assert "purpose.stated" not in str(await river.trail())


async def test_a_comment_does_not_change_the_initiative(river: Shared) -> None:
    await begun(river)
    assert (await river.anna.ask(initiatives.get, river.id)).initiative.tag == "1.0"


async def test_conversations_go_with_their_initiative(river: Shared) -> None:
    made = await begun(river)
    await river.anna.ask(initiatives.delete, river.id)
    with pytest.raises(NotFound):
        await river.anna.ask(comments.get, river.id, made.thread.id)
