"""Runs every measurement, prints a line each, and writes them with machine, versions and commit to `bench/results/`."""

from __future__ import annotations

import json
import platform
import subprocess
import sys
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

from bench import again, growing, judging, listing, mixed, page, portfolio, posting, starting

RESULTS = Path(__file__).parent / "results"
PARTS = {
    "judging": judging,
    "posting": posting,
    "mixed": mixed,
    "starting": starting,
    "again": again,
    "growing": growing,
    "listing": listing,
    "portfolio": portfolio,
}
NAMED_VERSIONS = ("fastapi", "pydantic", "sqlalchemy", "sqlmodel", "uvicorn")


def main(names: list[str]) -> None:
    """Measures the named parts, or all."""
    ratios = []
    for name in names or PARTS:
        for ratio in PARTS[name].ratios():
            print(ratio.line(), flush=True)
            ratios.append(
                {
                    "part": name,
                    "name": ratio.name,
                    "ours": float(f"{ratio.ours:.4g}"),
                    "base": float(f"{ratio.base:.4g}"),
                    "unit": ratio.unit,
                    "ratio": round(ratio.value, 3),
                    "target": ratio.target,
                    "reached": ratio.reached,
                }
            )
    RESULTS.mkdir(exist_ok=True)
    record = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": _commit(),
        "machine": _machine(),
        "ratios": ratios,
    }
    (RESULTS / f"{'-'.join(names) or 'all'}.json").write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
    page.write(RESULTS)


def _commit() -> str:
    answer = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    return answer.stdout.strip() or "unknown"


def _machine() -> dict[str, str]:
    versions = {name: metadata.version(name) for name in NAMED_VERSIONS}
    return {
        "python": platform.python_version(),
        "system": platform.system(),
        "processor": platform.machine(),
        **versions,
    }


if __name__ == "__main__":
    main(sys.argv[1:])
