"""What is shipped beside our own code and under which licence, as a page; reads the lock and what is installed."""

import re
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

LOCK = Path(__file__).parents[1] / "requirements" / "runtime.lock"
PINNED = re.compile(r"^([A-Za-z0-9_.-]+)==([^ ;\\]+)", re.MULTILINE)
LONGEST_NAME = 40  # some packages put the whole text where its name belongs

# On other systems or other versions of Python than the one that writes this page; looked up by hand.
ELSEWHERE = {"colorama": "BSD-3-Clause", "tzdata": "Apache-2.0"}
# Kept in this repository, with their licence beside them.
VENDORED = (("swagger-ui-dist", "Apache-2.0", "app/web/static/swagger-ui"),)

HEAD = """# Licences of what is shipped

Good Offices itself is under the [Apache License 2.0](../LICENSE). Beside it, an installed service holds these packages.
`make generate` writes this page from `requirements/runtime.lock` and from what each package says of itself.

| package | version | licence |
|---|---|---|
"""
FOOT = """
psycopg, which speaks to PostgreSQL, is under the LGPL: it is used as it is published, as a package of its own that can
be exchanged, and nothing of it is part of our code.

Files of others that are kept in this repository:

| what | licence | where |
|---|---|---|
"""


def licences_page() -> bytes:
    """The page."""
    packages = "".join(f"| {name} | {version} | {licence} |\n" for name, version, licence in shipped())
    vendored = "".join(f"| {name} | {licence} | `{place}` |\n" for name, licence, place in VENDORED)
    return (HEAD + packages + FOOT + vendored).encode()


def shipped() -> Iterator[tuple[str, str, str]]:
    """Each package of the lock with version and licence.

    Raises:
        LookupError: a package does not say its licence; look it up before it is shipped.
    """
    for name, version in PINNED.findall(LOCK.read_text(encoding="utf-8")):
        yield name, version, _licence(name)


def _licence(name: str) -> str:
    if name in ELSEWHERE:
        return ELSEWHERE[name]
    said = metadata.metadata(name).json
    classified = [text.rpartition(" :: ")[2] for text in said.get("classifier", []) if text.startswith("License")]
    short = (str(said.get("license", ""))).strip()
    found = said.get("license_expression") or (short if 0 < len(short) <= LONGEST_NAME else " or ".join(classified))
    if not found:
        raise LookupError(f"{name} does not say its licence")
    return str(found)
