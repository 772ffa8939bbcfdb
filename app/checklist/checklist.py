"""A checklist ready to use: its categories, its checks in order, and the digest that names exactly this version."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from app.checklist.check import Check
from app.checklist.definition import CategoryFile, CheckFile, ChecklistFile, Contents, Origin
from app.checklist.judging import Judges
from app.checklist.outcome import STAGES
from app.domain.errors import UnknownChecklist


class Checklist:
    """A checklist: `name`, `version`, `title`, `about`, `categories` and `checks` in their order, and `digest`.

    `members` tells for each category, and for each check in order, whether the check is in the category. `judge` gives
    the judgements of its checks in their order.
    The digest is a SHA-256 in hexadecimal over all that the table of contents says, and every check's own digest.
    """

    def __init__(self, contents: ChecklistFile, checks: Iterable[Check], digest: str | None = None) -> None:
        self.contents = contents
        self.name, self.version = contents.name, contents.version
        self.title, self.about = contents.title, contents.about
        self.categories: tuple[CategoryFile, ...] = tuple(contents.categories)
        self.checks: tuple[Check, ...] = tuple(checks)
        self.digest = digest or digest_of(contents.model_dump(mode="json", exclude_defaults=True), self.checks)
        self._by_id = {check.id: check for check in self.checks}
        self.members = {one.id: tuple(check.category == one.id for check in self.checks) for one in self.categories}
        self.judge = Judges(self.checks)
        self._later = {stage: self._asked_later(stage) for stage in STAGES}

    @property
    def reference(self) -> str:
        """The name with its version: `track-two@1`."""
        return f"{self.name}@{self.version}"

    @property
    def origin(self) -> Origin | None:
        """What it was made from, if that is another checklist."""
        return self.contents.origin if isinstance(self.contents, Contents) else None

    def check(self, check_id: str) -> Check:
        """The check of that id.

        Raises:
            UnknownChecklist: there is none.
        """
        found = self._by_id.get(check_id)
        if found is None:
            raise UnknownChecklist("This checklist has no check of that id.")
        return found

    def number_of(self, check_id: str) -> int:
        """The place of the check of that id among the checks, from 0.

        Raises:
            UnknownChecklist: there is none.
        """
        return self.checks.index(self.check(check_id))

    def asked_later_than(self, stage: str) -> frozenset[str]:
        """The ids of the checks that are not yet worth asking at a stage."""
        return self._later[stage]

    def pack(self) -> dict[str, Any]:
        """Everything needed to build the checklist again, as plain objects."""
        return {
            "contents": self.contents.model_dump(mode="json", exclude_defaults=True),
            "checks": [
                check.definition.model_dump(mode="json", exclude_defaults=True, exclude_none=True)
                for check in self.checks
            ],
        }

    def _asked_later(self, stage: str) -> frozenset[str]:
        now = STAGES.index(stage)
        return frozenset(check.id for check in self.checks if STAGES.index(check.ask_from) > now)


def digest_of(contents: dict[str, Any], checks: Iterable[Check]) -> str:
    """The digest of a checklist with this table of contents, as plain objects, and these checks."""
    parts = [json.dumps(contents, sort_keys=True), *(f"{check.id}:{check.digest}" for check in checks)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def from_pack(pack: Any, digest: str | None = None) -> Checklist:
    """The checklist that `Checklist.pack` describes; under the digest that it had then, if that is known."""
    checks = [Check(CheckFile.model_validate(definition)) for definition in pack["checks"]]
    return Checklist(Contents.model_validate(pack["contents"]), checks, digest)
