"""Whether a text has nine words in a row from the study, told without the study: by fingerprints that are committed.

The study may not lie beside this repository, and its text may not lie in it. So it is winnowed: of each three runs of
seven words that follow one another, the one with the smallest hash is kept. Two texts that share nine words in a row
share such a triple, and so its fingerprint; a fingerprint in common without that is a run of seven words, which is
near enough to say it otherwise. Made anew with `python -m tests.checklist.study` where the study is at hand.
"""

import hashlib
import re
from functools import cache
from pathlib import Path

RUN, WINDOW, BYTES = 7, 3, 4
STUDY = Path(__file__).parents[3] / "shared" / "source" / "anderson-2009.txt"
KEPT = Path(__file__).with_name("study.fingerprints")


@cache
def kept_fingerprints() -> frozenset[bytes]:
    """The fingerprints of the study that are committed."""
    content = KEPT.read_bytes()
    return frozenset(content[start : start + BYTES] for start in range(0, len(content), BYTES))


def shared_runs(text: str, with_prints: frozenset[bytes]) -> list[str]:
    """The runs of words of a text whose fingerprints are among those given."""
    return [run for run, fingerprint in winnowed(text) if fingerprint in with_prints]


def fingerprints(text: str) -> frozenset[bytes]:
    """The fingerprints of a text; none if it has fewer than nine words."""
    return frozenset(fingerprint for _, fingerprint in winnowed(text))


def winnowed(text: str) -> list[tuple[str, bytes]]:
    """The runs of seven words that are kept, each with its fingerprint, in their order and once."""
    words = re.findall(r"[a-z0-9]+", text.lower())
    runs = [" ".join(words[start : start + RUN]) for start in range(len(words) - RUN + 1)]
    hashed = [(hashlib.blake2b(run.encode(), digest_size=BYTES).digest(), run) for run in runs]
    smallest = (min(hashed[start : start + WINDOW]) for start in range(len(hashed) - WINDOW + 1))
    return [(run, fingerprint) for fingerprint, run in dict.fromkeys(smallest)]


if __name__ == "__main__":
    KEPT.write_bytes(b"".join(sorted(fingerprints(STUDY.read_text(encoding="utf-8")))))
