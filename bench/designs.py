"""Designs to measure with: a full one of a chosen size, made the same way every time."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from app.domain.strict_yaml import read_yaml

EXAMPLES = Path(__file__).parent.parent / "examples"
FULL_EXAMPLE = EXAMPLES / "three-party-track-1-5.yaml"
BACKGROUNDS = ("academic", "former_official", "civil_society", "journalist", "business", "expert")
PROXIMITIES = ("none", "past", "advisory", "none", "serving")


def full_design(people: int, title: str = "A measured design") -> dict[str, Any]:
    """The full example with so many participants, shared out evenly among its sides."""
    design: dict[str, Any] = dict(read_yaml(FULL_EXAMPLE.read_text(encoding="utf-8")).content)
    sides = [party["id"] for party in design["conflict"]["parties"] if not party.get("within")]
    participation = dict(design["participation"])
    participation["participants"] = [_person(index, sides[index % len(sides)]) for index in range(people)]
    return {**design, "title": title, "participation": participation}


def full_design_json(people: int, title: str = "A measured design") -> bytes:
    """The same as JSON, with numbers as texts as a YAML file gives them."""
    return json.dumps(full_design(people, title), ensure_ascii=False, separators=(",", ":")).encode()


def _person(index: int, side: str) -> dict[str, Any]:
    return {
        "code": f"P{index}",
        "party": side,
        "background": BACKGROUNDS[index % len(BACKGROUNDS)],
        "official_proximity": PROXIMITIES[index % len(PROXIMITIES)],
        "capacity": "personal",
        "gender": "woman" if index % 2 else "man",
        "age_group": "30_44" if index % 3 else "under_30",
        "political_position": f"position {index % 4}",
        "relevance": f"Knows how water is shared in district {index} and is heard by its farmers.",
        "track_two_experience": "1_5",
        "selected_by": "jointly",
        "status": "accepted",
    }
