"""Completes a bill of materials (CycloneDX) with licences, and with what lies in the repository; makes none itself."""

import json
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from tools.licences import VENDORED, shipped

ROOT = Path(__file__).parents[1]


def completed(bill: dict[str, Any]) -> dict[str, Any]:
    """The bill with a licence at each of its parts.

    Raises:
        LookupError: it names something that is not shipped.
    """
    licences = {(name, version): licence for name, version, licence in shipped()}
    parts = [{**part, "licenses": _said(licences[part["name"], part["version"]])} for part in bill["components"]]
    return {**bill, "components": [*parts, *(_kept(*vendored) for vendored in VENDORED)]}


def _kept(name: str, licence: str, place: str) -> dict[str, Any]:
    version = (ROOT / place / "VERSION.txt").read_text(encoding="utf-8").split()[1]
    purl = f"pkg:npm/{name}@{version}"
    return {
        "type": "library",
        "bom-ref": place,
        "name": name,
        "version": version,
        "purl": purl,
        "licenses": _said(licence),
    }


def _said(licence: str) -> list[dict[str, Any]]:
    return [{"license": {"name": licence}}]


if __name__ == "__main__":
    file = Path(sys.argv[1])
    file.write_text(json.dumps(completed(json.loads(file.read_bytes())), indent=2) + "\n", encoding="utf-8")
