"""How a stored judgement is read: a letter for each category, then one for each check; judges nothing."""

from collections.abc import Sequence

from app.checklist.catalogue import Catalogue
from app.checklist.checklist import Checklist
from app.checklist.outcome import OUTCOME_CODES, STATE_CODES, Outcome, State
from app.domain.errors import BadInput
from app.domain.revision import Initiative
from app.storage.pages import Letter

_STATES = {letter: state for state, letter in STATE_CODES.items()}


def states_of(catalogue: Catalogue, initiative: Initiative) -> dict[str, State]:
    """The state of each category when the newest revision was made, waivers left aside.

    Empty when the checklist that judged it is not loaded any more.
    """
    checklist = catalogue.by_digest(initiative.checklist_digest)
    categories = checklist.categories if checklist is not None else ()
    return {category.id: _STATES[letter] for category, letter in zip(categories, initiative.codes, strict=False)}


def letters_of_category(versions: Sequence[Checklist], category: str, state: State) -> tuple[Letter, ...]:
    """Where any of these versions says that the category is in that state.

    Raises:
        BadInput: none of them has the category.
    """
    places = [(one.digest, [each.id for each in one.categories]) for one in versions]
    return _letters(places, category, STATE_CODES[state], "category")


def letters_of_check(versions: Sequence[Checklist], check: str, outcome: Outcome) -> tuple[Letter, ...]:
    """Where any of these versions says that the check has that outcome.

    Raises:
        BadInput: none of them has the check.
    """
    places = [
        (one.digest, [*(each.id for each in one.categories), *(each.id for each in one.checks)]) for one in versions
    ]
    return _letters(places, check, OUTCOME_CODES[outcome], "check")


def _letters(places: list[tuple[str, list[str]]], wanted: str, letter: str, what: str) -> tuple[Letter, ...]:
    found = tuple(Letter(digest, ids.index(wanted), letter) for digest, ids in places if wanted in ids)
    if not found:
        raise BadInput(f"The checklist has no {what} of that id.")
    return found
