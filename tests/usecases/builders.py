"""Designs and checklists with visible values for the tests of the use cases; knows no database."""

from copy import deepcopy
from typing import Any

from app.checklist.catalogue import Catalogue, shipped_catalogue
from app.checklist.checklist import Checklist, from_pack
from app.domain.design import Design
from tests.builders import design_of, document

OURS = "0b8d8d0a-6d1e-4b6f-9a55-0d6c2f1f0001"
THEIRS = "0b8d8d0a-6d1e-4b6f-9a55-0d6c2f1f0002"
NOBODYS = "00000000-0000-4000-8000-00000000dead"

VERSION_1 = shipped_catalogue().find("track-two@1")
SHIPPED = Catalogue([VERSION_1])


def design(statement: str | None = "Agree rules for wells", **parts: Any) -> Design:
    """The river dialogue between North and South with this purpose; three words or less are a concern."""
    purpose = {} if statement is None else {"purpose": {"statement": statement}}
    return design_of(document(**{**purpose, **parts}))


VAGUE = design("Talks about water")
CLEAR = design("Agree rules for wells")
SILENT = design(None)


def version_2(least_words: int = 6) -> Checklist:
    """A newer checklist that asks for this many words of purpose."""
    pack = deepcopy(VERSION_1.pack())
    pack["contents"]["version"] = 2
    stated = next(check for check in pack["checks"] if check["id"] == "purpose.stated")
    stated["parameters"]["least"]["value"] = str(least_words)
    return from_pack(pack)


def newer_catalogue(least_words: int = 6) -> Catalogue:
    """Both versions, as after an upgrade of the product."""
    return Catalogue([VERSION_1, version_2(least_words)])
