"""Looks for secrets in every layer of an image, also in what a later layer deletes; knows the OCI layout only."""

import json
import re
import tarfile
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePath
from typing import Any, Final

SECRETS: Final = {
    "a master key": re.compile(rb"gokey1:[0-9a-f]{8}:[\w-]{20}"),
    "an API key": re.compile(rb"\bgo_[0-9A-Za-z]{49}\b"),
    "a private key": re.compile(rb"-----BEGIN [A-Z ]*PRIVATE KEY-----\s+[\w+/=]{20}"),
}
# The library tries itself with a key that everybody knows.
KNOWN: Final = ("libgnutls.so", "a private key")
NAMES: Final = re.compile(
    r"pip\.conf|\.netrc|\.pypirc|\.git-credentials|\.env(\..*)?|id_(rsa|ed25519|ecdsa)|master\.keys?|.*\.(db|sqlite3)"
)


def secrets_in(layout: Path, planted: Sequence[str] = ()) -> list[str]:
    """What is in an image, as it is laid out in a folder, and must not be: where it is and what it looks like.

    Args:
        layout: the folder of the image.
        planted: words that the builder was given, to see whether they came through.
    """
    patterns = {
        **SECRETS,
        **{
            f"word {number} of the builder's": re.compile(re.escape(word.encode()))
            for number, word in enumerate(planted)
        },
    }
    found = []
    for place, content in contents(layout):
        if NAMES.fullmatch(PurePath(place).name):
            found.append(f"{place}: its name")
        here = [what for what, pattern in patterns.items() if pattern.search(content)]
        found += [f"{place}: {what}" for what in here if not (KNOWN[0] in place and what == KNOWN[1])]
    return found


def contents(layout: Path) -> Iterator[tuple[str, bytes]]:
    """Every file of every layer with its content, and what the image says of itself."""
    for number, (digest, media_type) in enumerate(_blobs(layout)):
        blob = layout / "blobs" / digest.replace(":", "/")
        if "layer" not in media_type:
            yield f"description {number}", blob.read_bytes()
            continue
        with tarfile.open(blob) as layer:
            for member in layer:
                opened = layer.extractfile(member) if member.isfile() else None
                yield f"layer {number}, {member.name}", opened.read() if opened else b""


def layers_of(layout: Path) -> int:
    """How many layers it has."""
    return sum("layer" in media_type for _, media_type in _blobs(layout))


def _blobs(layout: Path) -> Iterator[tuple[str, str]]:
    for entry in _read(layout / "index.json")["manifests"]:
        yield entry["digest"], entry["mediaType"]
        manifest = _read(layout / "blobs" / entry["digest"].replace(":", "/"))
        for part in (manifest["config"], *manifest["layers"]):
            yield part["digest"], part["mediaType"]


def _read(file: Path) -> Any:
    return json.loads(file.read_bytes())
