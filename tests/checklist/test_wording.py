"""A busy person whose first language is another one can read what a check says: the rules of wording, as tests."""

import re
from pathlib import Path

import pytest

from app.checklist.catalogue import SHIPPED, SHIPPED_FOLDERS, shipped_catalogue
from app.checklist.check import Check
from app.checklist.glossary import SHIPPED_GLOSSARY, shipped_glossary
from app.checklist.precedents import load_precedents
from app.domain.strict_yaml import read_yaml
from tests.checklist.readability import reading, sentences_of, syllables, words_of
from tests.checklist.study import RUN, STUDY, WINDOW, fingerprints, kept_fingerprints, shared_runs
from tests.checklist.texts import KINDS, every_text_of, raw_texts_of, texts_of, without_names

CHECKLISTS = shipped_catalogue().all()
CHECKS = [check for checklist in CHECKLISTS for check in checklist.checks]
FILES = [SHIPPED_GLOSSARY, *sorted(path for one in SHIPPED_FOLDERS for path in (SHIPPED / one).rglob("*.yaml"))]
TOLD = [one for folder in SHIPPED_FOLDERS for one in load_precedents(SHIPPED / folder)]
MEANINGS = [term.means for term in shipped_glossary().terms]
every_check = pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)

# Words that say little, sound like something else to a learner, or leave open which party is meant.
UNWANTED = re.compile(
    r"\b(like|accord(?:s|ed)?|deliver\w*|ripe|object-oriented|capacity|stakeholders?|leverage|"
    r"(?<!third )(?<!third-)part(?:y|ies)(?! to the conflict))\b",
    re.IGNORECASE,
)
IDIOMS = re.compile(
    r"clear(?:s|ing)? the air|at stake|on board|on the table|on a shelf|holds? the pen|draws? the line|"
    r"strings attached|listening post|the converted|think(?:s|ing)? through|comes? to light|shows? up|"
    r"has the ear|at the end of the day|bear in mind|in each other's way|pave[sd]? the way|square peg",
    re.IGNORECASE,
)
BLAME = re.compile(
    r"\b(your fault|you failed|forgot|neglect(?:ed)? to|careless(?:ly)?|badly|wrongly|mistakes?|lazy|naive)\b",
    re.IGNORECASE,
)
ASKS = re.compile(r"(?:^|, )(?:is|are|do|does|did|has|have|can|could|may|will|would)\b", re.IGNORECASE)
SOMEBODY = re.compile(
    r"\b(you|your|people|person|participants?|sides?|women|anybody|somebody|everyone|nobody|funders?|officials?|"
    r"facilitator|sponsor|third party|those|one body|purpose|draft|talks|money|sources|place|hospitality|name)\b",
    re.IGNORECASE,
)
# The least reading ease of all texts of a kind together and of any text alone, and the most words in a sentence.
# Kinds whose texts are a few words long are measured together only: one long word decides over a short text.
EASE = {"question": 70, "statements": 75, "rationale": 60, "advice": 65, "limits": 70, "reasons": 60}
EASE_OF_ONE = {"question": 40, "rationale": 40, "advice": 40}
MOST_WORDS = {"question": 21, "statements": 28, "rationale": 31, "advice": 28, "limits": 24, "reasons": 26}
LONG = 4
# Words of four syllables and more that need no line in the glossary.
KNOWN_TO_ALL = frozenset(
    """
    academic academics acceptable activities afterwards american anybody application authorities carefully comfortable
    comparison compensation composition conditions conferences conversation coordinated credibility criticises criticism
    decision-making definition definitions delegations differently difficulty discussions documents economic evaluation
    everybody everything expectations experience experienced governments hospitality hostility independent informally
    information interpreters interprets intervention invitation invitations jerusalem nationality nations negotiate
    negotiation negotiations negotiators non-officials objections obligations observation organisation organisations
    political position positions publicity recommendation relative resolution security separately simulated societies
    somebody superior superiors undecided understanding unforeseen university unlikely unofficial unrealistic
    unsuccessful yugoslavia
    """.split()
)
A_COPY = "and so the seven wells of the valley were shared by both towns for ever"


@every_check
def test_a_question_is_one_question_that_can_be_answered_with_yes(check: Check) -> None:
    assert check.question.endswith("?")
    assert check.question.count("?") == 1
    assert ASKS.search(check.question), "no verb that asks"
    assert SOMEBODY.search(check.question), "nobody who acts"


@every_check
def test_no_unwanted_word_no_idiom_and_no_blame(check: Check) -> None:
    for text in every_text_of(check):
        plain = without_names(text)
        found = [found[0] for rule in (UNWANTED, IDIOMS, BLAME) for found in rule.finditer(plain)]
        assert not found, text


@pytest.mark.parametrize("text", [*(f"{one.done} {one.followed}" for one in TOLD), *MEANINGS])
def test_a_precedent_and_the_meaning_of_a_term_are_said_plainly_too(text: str) -> None:
    assert not UNWANTED.search(without_names(text))
    assert not IDIOMS.search(text)
    assert max(len(words_of(sentence)) for sentence in sentences_of(text)) <= MOST_WORDS["rationale"]


@every_check
def test_a_check_that_only_sees_a_text_says_that_it_did_not_judge_it(check: Check) -> None:
    if not check.definition.concern:
        assert "not judged" in check.definition.say.met


@every_check
def test_texts_end_as_sentences_do(check: Check) -> None:
    for kind in KINDS:
        for text in raw_texts_of(check, kind):
            assert text[0].isupper() or text.startswith("{"), text
            assert text.endswith((".", "?", ".)", '."', "{reason}")), text


@every_check
def test_the_reasons_are_two_or_three_sentences_the_advice_says_who_acts_and_the_limits_what_cannot_be_seen(
    check: Check,
) -> None:
    assert 2 <= len(re.findall(r"[.?!](?=\s|$)", check.rationale)) <= 3, check.rationale
    assert re.search(r"\bas the (?:organiser|facilitator|funder)", check.advice, re.IGNORECASE), check.advice
    assert "cannot" in check.limits, check.limits


@every_check
def test_sources_name_pages_of_the_study_a_section_of_another_work_or_ourselves(check: Check) -> None:
    assert check.sources
    for source in check.sources:
        if source.work == "own":
            assert source.note
            assert not source.pages
        else:
            assert source.pages if source.work == "A09" else source.note, source.work


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("checklist", CHECKLISTS, ids=lambda checklist: checklist.reference)
def test_the_texts_of_a_kind_are_plain_english(checklist: object, kind: str) -> None:
    checks = [check for one in CHECKLISTS if one is checklist for check in one.checks]
    assert reading(*(text for check in checks for text in texts_of(check, kind))).ease >= EASE[kind]


@every_check
def test_no_text_alone_is_hard_to_read(check: Check) -> None:
    for kind, least in EASE_OF_ONE.items():
        for text in texts_of(check, kind):
            assert reading(text).ease >= least, (round(reading(text).ease), text)


@every_check
def test_no_sentence_is_long(check: Check) -> None:
    for kind, most in MOST_WORDS.items():
        for text in texts_of(check, kind):
            for sentence in sentences_of(text):
                assert len(words_of(sentence)) <= most, sentence


@every_check
def test_a_long_word_is_in_the_glossary_or_known_to_all(check: Check) -> None:
    assert long_words(check) <= KNOWN_TO_ALL


def test_each_word_that_is_said_to_be_known_to_all_is_used() -> None:
    assert frozenset().union(*(long_words(check) for check in CHECKS)) == KNOWN_TO_ALL


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_no_file_has_nine_words_in_a_row_from_the_study(file: Path) -> None:
    for text in strings_in(read_yaml(file.read_text(encoding="utf-8")).content):
        assert not shared_runs(text, kept_fingerprints()), text


def test_nine_words_in_a_row_are_found_wherever_they_stand() -> None:
    words = A_COPY.split()
    for start in range(len(words) - RUN - WINDOW + 2):
        copied = " ".join(words[start : start + RUN + WINDOW - 1])
        assert shared_runs(f"Before that, people say, {copied}; nobody knows.", fingerprints(A_COPY)), copied
    assert not shared_runs(f"Before that, {' '.join(words[: RUN - 1])}; nobody knows.", fingerprints(A_COPY))


def test_the_fingerprints_are_those_of_the_study() -> None:
    kept = kept_fingerprints()
    assert len(kept) > 6000
    if STUDY.is_file():
        assert kept == fingerprints(STUDY.read_text(encoding="utf-8"))


def long_words(check: Check) -> frozenset[str]:
    """The words of many syllables in a check's texts that no term of the glossary covers."""
    terms = shipped_glossary()
    texts = (" ".join(every_text_of(check))).lower()
    for term in sorted(terms.used_in(texts), key=lambda term: -len(term.term)):
        for form in sorted((term.term, *term.also), key=len, reverse=True):
            texts = re.sub(rf"\b{re.escape(form.lower())}\b", " ", texts)
    words = (word.removesuffix("'s") for word in words_of(texts))
    return frozenset(word for word in words if syllables(word) >= LONG)


def strings_in(content: object) -> list[str]:
    """Every text in the content of a file."""
    if isinstance(content, str):
        return [content]
    inner = content.values() if isinstance(content, dict) else content if isinstance(content, list) else ()
    return [text for entry in inner for text in strings_in(entry)]
