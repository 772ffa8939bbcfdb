"""Writes what was measured last into `docs/performance.md`, between two marks; knows no measurement."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

PAGE = Path(__file__).parents[1] / "docs" / "performance.md"
BEGIN, END = "<!-- measured -->", "<!-- end of what was measured -->"


def write(results: Path) -> None:
    """Puts the newest figure of each row into the table of the page."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text(f"{before}{BEGIN}\n{table(results)}{END}{after}", encoding="utf-8")


def table(results: Path) -> str:
    """The rows as Markdown, those of a part together, in the order in which they were measured."""
    newest: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {}
    for record in sorted(map(_read, results.glob("*.json")), key=lambda each: str(each["at"])):
        for row in record["ratios"]:
            newest[row["name"]] = (row, record)
    lines = ["| | ratio | target | | at commit |", "|---|---|---|---|---|"]
    for row, record in sorted(newest.values(), key=lambda pair: str(pair[0]["part"])):
        reached = "reached" if row["reached"] else "**missed**"
        figures = f" ({row['ours']:g} against {row['base']:g} {row['unit']})" if "ours" in row else ""
        lines.append(
            f"| {row['name']}{figures} | {row['ratio']:g} | {row['target']} | {reached} | {record['commit']} |"
        )
    return "\n".join(lines) + "\n"


def _read(file: Path) -> dict[str, Any]:
    record: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return record
