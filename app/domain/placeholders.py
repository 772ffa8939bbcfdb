"""Which texts are no answer: blank ones and mere placeholders; knows no field."""

import unicodedata
from functools import lru_cache

NO_ANSWER = frozenset(
    {
        "tbd",
        "tbc",
        "todo",
        "to do",
        "to be decided",
        "to be confirmed",
        "to be determined",
        "will be done",
        "later",
        "see above",
        "as above",
        "same",
        "unknown",
        "not applicable",
        "n/a",
        "x",
    }
)
NONE_AS_NO_ANSWER = frozenset({"none", "no"})
LONGEST_PLACEHOLDER = 40
LONGEST_NAME = 200


@lru_cache(maxsize=4096)
def matching_form(text: str) -> str:
    """A name as it is compared with others: NFKC, trimmed, single spaces, case folded."""
    return _matching_form_of_name(text) if len(text) <= LONGEST_NAME else _matching_form(text)


def _matching_form(text: str) -> str:
    plain = text if text.isascii() else unicodedata.normalize("NFKC", text)
    return " ".join(plain.casefold().split())


_matching_form_of_name = lru_cache(maxsize=1024)(_matching_form)


@lru_cache(maxsize=4096)
def is_placeholder(text: str) -> bool:
    """Whether a text says nothing: blank, punctuation only, or one of the usual placeholders in any case."""
    return (len(text) <= LONGEST_PLACEHOLDER and _bare(text) in _SILENT) or not text.strip()


@lru_cache(maxsize=4096)
def says_nothing(text: str) -> bool:
    """Whether a text is a placeholder, or only "none" or "no", which is no answer to a question that asks for words."""
    return is_placeholder(text) or (len(text) <= LONGEST_PLACEHOLDER and _bare(text) in NONE_AS_NO_ANSWER)


_SILENT = NO_ANSWER | {""}


def _bare(text: str) -> str:
    """The matching form without punctuation and symbols around it: `[TBD]` and `tbd.` are `tbd`, `…` is nothing."""
    form = matching_form(text)
    start, end = 0, len(form)
    while start < end and not _carries_meaning(form[start]):
        start += 1
    while end > start and not _carries_meaning(form[end - 1]):
        end -= 1
    return form[start:end]


def _carries_meaning(character: str) -> bool:
    """Letters, marks, numbers and symbols such as emoji and currency signs; not punctuation, not space."""
    return unicodedata.category(character)[0] in "LMNS"
