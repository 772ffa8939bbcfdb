"""Writes every generated file, or with --check says which of them is out of date; knows what is generated from what."""

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from app.api.design_schema import design_schema
from app.checklist.catalogue import SHIPPED, SHIPPED_FOLDERS
from app.checklist.editor_schema import check_schema, overlay_schema
from app.checklist.glossary import shipped_glossary
from app.checklist.loader import load_checklist
from app.checklist.pack_files import pack_path
from app.checklist.packs import packed
from app.checklist.precedents import load_precedents
from app.checklist.uncited import load_uncited
from app.domain.design import Design
from app.domain.errors import ChecklistBroken
from app.domain.packed_models import PACK, packed_models
from app.exports.check_indexes import check_documents
from app.exports.check_pages import Documented
from app.main import create_app
from app.settings import Settings
from tools.licences import licences_page

ROOT = Path(__file__).parents[1]
MEND = "make generate"


def generated() -> Iterator[tuple[Path, bytes]]:
    """Each generated file with what it should hold."""
    folder = ROOT / "openapi"
    yield folder / "openapi.json", _json(create_app(Settings(access_log=False, checklists=None)).openapi())
    yield folder / "design.schema.json", design_schema()
    yield folder / "check.schema.json", _json(check_schema())
    yield folder / "overlay.schema.json", _json(overlay_schema())
    Design.model_rebuild(force=True)
    yield PACK, packed_models(Design.__pydantic_core_schema__)
    for checklist in SHIPPED_FOLDERS:
        yield pack_path(SHIPPED / checklist), packed(SHIPPED / checklist)
    yield ROOT / "docs" / "licences.md", licences_page()
    for path, page in check_documents([documented(checklist) for checklist in SHIPPED_FOLDERS], shipped_glossary()):
        yield ROOT / "docs" / "checks" / path, page


def documented(folder: str) -> Documented:
    """What the pages about a shipped checklist are written from."""
    place = SHIPPED / folder
    files = place.relative_to(ROOT).as_posix()
    return Documented(load_checklist(place), load_precedents(place), load_uncited(place), files)


def out_of_date() -> list[Path]:
    """The generated files that do not hold what they should."""
    return [path for path, content in generated() if not path.is_file() or path.read_bytes() != content]


def _json(document: object) -> bytes:
    return (json.dumps(document, indent=2, ensure_ascii=False) + "\n").encode()


def main() -> int:
    """Write the files, or compare them; 1 if any is out of date, or a checklist cannot be used."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare instead of writing")
    try:
        return run(compare=parser.parse_args().check)
    except ChecklistBroken as broken:
        for fault in broken.faults:
            print(f"{fault.pointer}: {fault.detail}", file=sys.stderr)
        return 1


def run(*, compare: bool) -> int:
    """Write the files, or only compare them."""
    if compare:
        stale = out_of_date()
        for path in stale:
            print(f"{path.relative_to(ROOT)} is out of date. Run: {MEND}", file=sys.stderr)
        return 1 if stale else 0
    for path, content in generated():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return 0


if __name__ == "__main__":
    sys.exit(main())
