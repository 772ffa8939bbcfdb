"""A plain check does without pydantic, says the same as with it, and takes it where what is packed is out of date."""

import json
import shutil
import subprocess
import sys
from itertools import chain
from pathlib import Path

import pytest

from app.cli.exit_codes import ExitCode
from app.domain.strict_yaml import read_yaml
from tests.cli.conftest import ROOT, Command

EXAMPLES = sorted((ROOT / "examples").glob("*.yaml"))
WITH_OPTIONS = ("--format", "text")  # whoever gives options has them read, and gets the models of pydantic
PROGRAM = (
    "import sys; from app.cli.main import main; sys.argv = ['goodoffices', 'check', {name!r}]\n"
    "try: main()\n"
    "except SystemExit as ended: print(ended.code, *sys.modules, file=sys.stderr)"
)
NOT_NEEDED = (
    *("pydantic", "pydantic_settings", "typer", "click", "importlib.metadata", "logging", "asyncio", "ssl"),
    *("app.checklist.loader", "app.checklist.glossary", "app.domain.review", "app.settings", "app.storage", "app.api"),
)

EVERY = 9  # of the designs of the contract, so many times two processes take long

SPOILT = {
    "a misspelt field": "title: T\npurpuse: {}\n",
    "no title": "summary: S\n",
    "a choice that there is not": "title: T\nstage: sometime\n",
    "a number that is none": "title: T\nfunding: {budget: {amount: much}}\n",
    "a currency that there is not": "title: T\nfunding: {budget: {amount: 5, currency: EURO}}\n",
    "a party that is nowhere": "title: T\nparticipation: {participants: [{party: north}]}\n",
    "a title of nothing": "title: '...'\n",
    "no mapping": "- title\n",
    "two texts that are no YAML": "title: 'T\n",
    "JSON with a repeated key": '{"title": "T", "title": "U"}',
    "JSON that breaks rules": '{"title": "T", "conflict": {"parties": [{"id": 5}]}}',
}
READ = {
    "placeholders": "title: T\nstage: TBD\nconflict: {parties: [{id: n, name: tbc}, TBD]}\nfunding: {budget: '...'}\n",
    "spaces around a text": "title: '  T  '\npurpose: {statement: '  '}\n",
    "dates and numbers as texts": "title: T\nprocess: {meetings: [{starts: '2027-03-01', place: Oslo}]}\n",
    "JSON": '{"title": "T", "funding": {"budget": {"amount": 12.5, "currency": "EUR"}}}',
}


def modules_after_check(of: Path, root: Path = ROOT) -> list[str]:
    program = PROGRAM.format(name=str(of))
    ended = subprocess.run([sys.executable, "-c", program], cwd=root, capture_output=True, check=True)
    code, *modules = ended.stderr.decode().split()
    assert int(code) == ExitCode.FINDINGS
    return modules


def test_a_plain_check_does_without_what_it_does_not_use(a_design: Path) -> None:
    assert set(NOT_NEEDED).intersection(modules_after_check(a_design)) == set()


def test_it_says_of_every_example_what_pydantic_says(process: Command) -> None:
    plain = process("check", *EXAMPLES)

    assert plain.code == ExitCode.FINDINGS
    assert plain == process("check", *EXAMPLES, *WITH_OPTIONS)


@pytest.mark.parametrize(("contents", "code"), [(SPOILT, ExitCode.WRONG_USE), (READ, ExitCode.FINDINGS)])
def test_it_reads_and_refuses_what_pydantic_does(
    process: Command, tmp_path: Path, contents: dict[str, str], code: ExitCode
) -> None:
    files = [tmp_path / f"{name}.yaml" for name in contents]
    for file, content in zip(files, contents.values(), strict=True):
        file.write_text(content)

    plain = process("check", *files)

    assert plain == process("check", *files, *WITH_OPTIONS)
    assert plain.code == code
    assert [name for name in contents if name in plain.err] == (list(contents) if contents is SPOILT else [])


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("domain/fields.py", "LONGEST_LABEL = 200", "LONGEST_LABEL = 100"),
        ("checklist/track_two/v1/purpose/stated.yaml", "id:", "# A note\nid:"),
    ],
)
def test_what_was_changed_since_it_was_packed_is_read_by_pydantic(
    tmp_path: Path, a_design: Path, file: str, old: str, new: str
) -> None:
    shutil.copytree(ROOT / "app", tmp_path / "app", ignore=shutil.ignore_patterns("__pycache__"))
    assert "pydantic" not in modules_after_check(a_design, tmp_path)

    changed = tmp_path / "app" / file
    changed.write_text(changed.read_text().replace(old, new, 1))

    assert "pydantic" in modules_after_check(a_design, tmp_path)


def test_it_says_of_designs_of_the_contract_what_pydantic_says(process: Command, tmp_path: Path) -> None:
    rows = read_yaml((ROOT / "tests" / "checklist" / "contract_rows.yaml").read_text(encoding="utf-8")).content
    some = list(chain.from_iterable(rows.values()))[::EVERY]
    files = [tmp_path / f"{number}.json" for number in range(len(some))]
    for file, (_, design) in zip(files, some, strict=True):
        file.write_text(json.dumps({"title": "A small design", **design}))

    assert process("check", *files) == process("check", *files, *WITH_OPTIONS)


@pytest.mark.parametrize(
    ("pack", "left"),
    [("domain/packed_design.json", 0), ("domain/packed_design.json", 5_000), ("checklist/packs/track-two-1.json", 50)],
)
def test_a_pack_of_which_a_part_is_gone_is_not_read(tmp_path: Path, a_design: Path, pack: str, left: int) -> None:
    shutil.copytree(ROOT / "app", tmp_path / "app", ignore=shutil.ignore_patterns("__pycache__"))
    file = tmp_path / "app" / pack
    file.write_bytes(file.read_bytes()[:left])

    assert "pydantic" in modules_after_check(a_design, tmp_path)


def test_a_folder_of_the_user_that_bears_the_name_is_read_by_pydantic(
    tmp_path: Path, nothing_left: Path, a_design: Path
) -> None:
    nothing_left.rename(tmp_path / "track-two")
    shutil.copytree(ROOT / "app", tmp_path / "app", ignore=shutil.ignore_patterns("__pycache__"))

    ended = subprocess.run(
        [sys.executable, "-m", "app", "check", str(a_design)], cwd=tmp_path, capture_output=True, check=False
    )

    assert ended.returncode == ExitCode.NOTHING_TO_ATTEND_TO
    assert b"Judged by the checklist one-question@1" in ended.stdout
