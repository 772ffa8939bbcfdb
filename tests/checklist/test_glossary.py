"""The glossary explains each term of art once, in plain words, and finds it in a text."""

import pytest

from app.checklist.glossary import Term, shipped_glossary

GLOSSARY = shipped_glossary()
OUGHT_TO_BE_THERE = (
    "chaperon",
    "good offices",
    "Track I",
    "Track 1.5",
    "Track II",
    "Chatham House Rule",
    "ripeness",
    "maturity of a conflict",
    "framework",
    "facilitator",
    "sponsor",
    "initiator",
    "spoiler",
    "constituency",
    "do no harm",
    "transfer",
    "single text",
)
LONGEST_MEANING_IN_WORDS = 30


def test_the_terms_that_a_newcomer_stumbles_over_are_there() -> None:
    assert set(OUGHT_TO_BE_THERE) <= {term.term for term in GLOSSARY.terms}


def test_terms_are_in_order_and_no_two_share_an_id_or_a_form() -> None:
    ids = [term.id for term in GLOSSARY.terms]
    forms = [form.casefold() for term in GLOSSARY.terms for form in (term.term, *term.also)]
    assert ids == sorted(set(ids))
    assert len(set(forms)) == len(forms)


@pytest.mark.parametrize("term", GLOSSARY.terms, ids=lambda term: term.id)
def test_a_meaning_is_short(term: Term) -> None:
    assert len(term.means.split()) <= LONGEST_MEANING_IN_WORDS


def test_a_text_is_told_its_terms() -> None:
    used = GLOSSARY.used_in("In a Track 1.5 the facilitators keep the Chatham House rule.")
    assert [term.term for term in used] == ["Chatham House Rule", "facilitator", "Track 1.5"]


def test_a_text_comes_in_pieces_with_each_term_where_it_is_first_mentioned() -> None:
    text = "A sponsor pays. Sponsors of Track II may wish to be seen."
    pieces = list(GLOSSARY.pieces(text))

    assert "".join(piece for piece, _ in pieces) == text
    assert [(piece, term.id) for piece, term in pieces if term] == [("sponsor", "sponsor"), ("Track II", "track-ii")]


def test_the_longer_form_wins_and_parts_of_words_do_not_count() -> None:
    assert [term.term for term in GLOSSARY.used_in("Track II, not Track III; the sponsorship")] == ["Track II"]
