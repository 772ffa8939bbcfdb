"""The precedents agree with the checks, name pages of the study, and tell file and line when one is wrong."""

from pathlib import Path

import pytest

from app.checklist.catalogue import SHIPPED, shipped_catalogue
from app.checklist.check import Check
from app.checklist.precedents import PrecedentFile, load_precedents
from app.domain.errors import ChecklistBroken

PRECEDENTS = load_precedents(SHIPPED / "track_two" / "v1")
CHECKLIST = shipped_catalogue().find("track-two@1")
NAMED_BY_THE_CONTRACT = (
    "aaas academic-conferences amirav-nusseibeh former-yugoslavia geneva hamas-moderation hammami-avneri "
    "handshakes inside-oslo-framework joci kelman-workshops oslo refugee-compensation roadmap-meetings sartawi-peled "
    "sharon-timing simulated-negotiations wye"
)
A_PRECEDENT = """\
id: river
name: The river talks
done: Two engineers met.
followed: They wrote a text.
pages: ["12"]
checks: [purpose.stated]
"""


def test_every_case_that_the_contract_names_is_there() -> None:
    assert [precedent.id for precedent in PRECEDENTS] == NAMED_BY_THE_CONTRACT.split()


@pytest.mark.parametrize("check", CHECKLIST.checks, ids=lambda check: check.id)
def test_every_precedent_that_a_check_names_exists(check: Check) -> None:
    assert set(check.precedents) <= {precedent.id for precedent in PRECEDENTS}


@pytest.mark.parametrize("precedent", PRECEDENTS, ids=lambda precedent: precedent.id)
def test_pages_lie_within_the_study(precedent: PrecedentFile) -> None:
    for pages in precedent.pages:
        first, _, last = pages.partition("-")
        assert 3 <= int(first) <= int(last or first) <= 56


@pytest.mark.parametrize("precedent", PRECEDENTS, ids=lambda precedent: precedent.id)
def test_a_precedent_speaks_to_checks_that_exist_and_names_each_once(precedent: PrecedentFile) -> None:
    assert set(precedent.checks) <= {check.id for check in CHECKLIST.checks}
    assert len(set(precedent.checks)) == len(precedent.checks)


@pytest.mark.parametrize("check", CHECKLIST.checks, ids=lambda check: check.id)
def test_a_check_and_a_precedent_name_each_other(check: Check) -> None:
    assert set(check.precedents) == {precedent.id for precedent in PRECEDENTS if check.id in precedent.checks}


def test_a_folder_without_precedents_gives_none(tmp_path: Path) -> None:
    assert load_precedents(tmp_path) == ()


def test_a_misspelt_key_is_told_with_file_and_line(tmp_path: Path) -> None:
    folder = write(tmp_path, "river.yaml", A_PRECEDENT.replace("followed", "folowed"))
    with pytest.raises(ChecklistBroken) as broken:
        load_precedents(folder)
    assert any(fault.pointer.endswith("precedents/river.yaml:4") for fault in broken.value.faults)


def test_the_id_is_the_name_of_the_file(tmp_path: Path) -> None:
    folder = write(tmp_path, "lake.yaml", A_PRECEDENT)
    with pytest.raises(ChecklistBroken) as broken:
        load_precedents(folder)
    assert [fault.detail for fault in broken.value.faults] == ["The id river belongs in river.yaml."]


def write(folder: Path, name: str, text: str) -> Path:
    """A checklist's folder with one precedent in it."""
    (folder / "precedents").mkdir()
    (folder / "precedents" / name).write_text(text, encoding="utf-8")
    return folder
