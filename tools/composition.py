"""Reads compose.yaml as Docker Compose would: variables put in, dollars unescaped; starts nothing."""

import os
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

COMPOSE: Final = Path(__file__).parents[1] / "compose.yaml"
VARIABLE: Final = re.compile(r"\$(?:(?P<dollar>\$)|\{(?P<name>\w+)(?:(?P<how>:[-?])(?P<rest>[^}]*))?\})")


@dataclass(frozen=True)
class Composition:
    """The services of a composition and what they are given."""

    whole: dict[str, Any]

    def settings(self, service: str) -> dict[str, str]:
        """The variables that a service is given."""
        return {name: str(value) for name, value in self.whole["services"][service]["environment"].items()}

    def command(self, service: str) -> list[str]:
        """The arguments that it is given instead of the image's own."""
        return list(self.whole["services"][service].get("command") or [])

    def health_check(self, service: str) -> list[str]:
        """The command that tells whether it is well."""
        kind, *command = self.whole["services"][service]["healthcheck"]["test"]
        if kind != "CMD":
            message = f"the health check of {service} needs a shell"
            raise ValueError(message)
        return [str(word) for word in command]

    def scripts(self, service: str) -> list[str]:
        """The texts that are laid into its folder for the first start."""
        given = self.whole["services"][service].get("configs", [])
        first = [each for each in given if each["target"].startswith("/docker-entrypoint-initdb.d/")]
        return [
            str(self.whole["configs"][each["source"]]["content"]) for each in sorted(first, key=lambda it: it["target"])
        ]

    def waits_for(self, service: str) -> dict[str, str]:
        """The services that must be there before, each with what must be true of it."""
        waits = self.whole["services"][service].get("depends_on", {})
        return {name: each["condition"] for name, each in waits.items()}

    def said(self) -> dict[tuple[str, str], object]:
        """All of the above, to compare what two readers have understood."""
        looks = (self.settings, self.command, self.scripts, self.waits_for)
        found = {(name, look.__name__): look(name) for name in self.whole["services"] for look in looks}
        return {**found, ("database", "health_check"): self.health_check("database")}


def composition(given: Mapping[str, str], text: str | None = None) -> Composition:
    """The composition with these variables.

    Raises:
        ValueError: one that it asks for is missing; the message is the composition's own.
    """
    return Composition(_filled(yaml.safe_load(text or COMPOSE.read_text(encoding="utf-8")), given))


def _filled(value: Any, given: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return VARIABLE.sub(lambda found: _put_in(found, given), value)
    if isinstance(value, dict):
        return {name: _filled(each, given) for name, each in value.items()}
    return [_filled(each, given) for each in value] if isinstance(value, list) else value


def _put_in(found: re.Match[str], given: Mapping[str, str]) -> str:
    if found["dollar"]:
        return "$"
    if known := given.get(found["name"]):
        return known
    if found["how"] == ":?":
        message = f"{found['name']}: {found['rest']}"
        raise ValueError(message)
    return found["rest"] or ""


def main() -> int:
    """Compares it with what Docker Compose has read, as its `config` writes it: 0 if that is the same, else 1."""
    theirs = composition({}, Path(sys.argv[1]).read_text(encoding="utf-8")).said()
    different = [name for name, ours in composition(os.environ).said().items() if theirs[name] != ours]
    for service, what in different:
        print(f"Docker Compose reads otherwise: {what} of {service}", file=sys.stderr)
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
