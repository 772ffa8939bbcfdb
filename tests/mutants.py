"""A copy of the product with one fault planted in it, and a module of the tests that runs on that copy alone."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def planted(folder: Path, file: str, sound: str, faulty: str) -> Path:
    """Copies the product into the folder and puts the fault in the place of what is sound, which must be there once."""
    copy = folder / "mutant"
    shutil.copytree(ROOT / "app", copy / "app")
    shutil.copytree(ROOT / "migrations", copy / "migrations")
    source = copy / file
    text = source.read_text(encoding="utf-8")
    assert text.count(sound) == 1, f"{file} has changed: plant this fault otherwise"
    source.write_text(text.replace(sound, faulty), encoding="utf-8")
    return copy


def run_on(copy: Path, module: str, *arguments: str) -> str:
    """What a module of the tests prints that has the copy for the product; it must end well."""
    environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    # The folder that it runs in is where Python looks first, so the copy goes before the product itself.
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments], cwd=copy, env=environment, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()
