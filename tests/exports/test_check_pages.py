"""The pages about the checks are those of the files, links lead somewhere, and no page of the study is left out."""

import re
from pathlib import Path

import pytest

from app.checklist.catalogue import SHIPPED, SHIPPED_FOLDERS
from app.checklist.glossary import shipped_glossary
from app.checklist.loader import load_checklist
from app.checklist.precedents import load_precedents
from app.checklist.uncited import FIRST_PAGE, LAST_PAGE, load_uncited
from app.domain.errors import ChecklistBroken
from app.exports.check_indexes import check_documents, cited_pages
from app.exports.check_pages import Documented, check_page

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "checks"


def documented(folder: str) -> Documented:
    """What the pages about a shipped checklist are written from."""
    place = SHIPPED / folder
    files = place.relative_to(ROOT).as_posix()
    return Documented(load_checklist(place), load_precedents(place), load_uncited(place), files)


SHIPPED_ONES = [documented(folder) for folder in SHIPPED_FOLDERS]
TRACK_TWO = SHIPPED_ONES[0]
PAGES = dict(check_documents(SHIPPED_ONES, shipped_glossary()))


def page(path: str) -> str:
    return PAGES[path].decode()


def test_the_committed_pages_are_those_that_the_files_give_and_no_others() -> None:
    committed = {path.relative_to(FOLDER).as_posix(): path.read_bytes() for path in FOLDER.rglob("*.md")}
    assert sorted(committed) == sorted(PAGES)
    assert [path for path in PAGES if committed[path] != PAGES[path]] == [], "run: make generate"


def test_every_check_has_a_page_that_the_index_names() -> None:
    for one in SHIPPED_ONES:
        for check in one.checklist.checks:
            assert f"({one.checklist.name}/{check.id.replace('.', '/')}.md)" in page("README.md")


@pytest.mark.parametrize("path", PAGES)
def test_every_link_leads_to_a_page_and_to_a_place_on_it(path: str) -> None:
    for target, _, place in re.findall(r"\]\(([^)#]*)(#([^)]+))?\)", page(path)):
        there = (FOLDER / path).parent / target if target else FOLDER / path
        assert there.is_file(), target
        if place:
            assert place in places_of(there.read_text(encoding="utf-8")), f"{target}#{place}"


def test_a_page_tells_the_question_why_what_next_the_limits_and_where_it_comes_from() -> None:
    text = page("track-two/purpose/stated.md")
    assert text.startswith("# Have you written in a sentence or two what the talks are for?\n")
    headings = re.findall(r"^## (.+)$", text, flags=re.MULTILINE)
    assert headings == [
        "Why it matters",
        "What to do next",
        "What this check cannot see",
        "What the report says",
        "Thresholds, which an organisation may set for itself",
        "Where it comes from",
        "Who learned it",
        "Examples",
    ]


def test_a_threshold_stands_in_the_statement_and_other_figures_are_left_open() -> None:
    assert "(words: …; at least 4 are expected)" in page("track-two/purpose/stated.md")


def test_an_example_shows_what_the_report_says_of_it() -> None:
    row = next(line for line in page("track-two/purpose/stated.md").splitlines() if line.startswith("| three words"))
    assert "| Concern | The purpose is very short (words: 3; at least 4 are expected)." in row


def test_a_check_without_thresholds_and_precedents_has_no_empty_headings() -> None:
    text = check_page(SHIPPED_ONES[1].checklist.check("interests.asked"), SHIPPED_ONES[1])
    assert "## Thresholds" not in text
    assert "## Who learned it" not in text


@pytest.mark.parametrize("number", range(FIRST_PAGE, LAST_PAGE + 1))
def test_each_page_of_the_study_is_cited_by_a_check_or_has_a_reason_why_not(number: int) -> None:
    cited = any(number in cited_pages(check) for check in TRACK_TWO.checklist.checks)
    excused = str(number) in {uncited.page for uncited in TRACK_TWO.uncited}
    assert cited is not excused
    assert f"## Page {number}\n" in page("track-two/pages.md")


def test_a_folder_without_uncited_pages_gives_none_and_a_misspelt_key_is_told(tmp_path: Path) -> None:
    assert load_uncited(tmp_path) == ()
    (tmp_path / "uncited.yaml").write_text("pages:\n  - {page: '7', why: History.}\n", encoding="utf-8")
    with pytest.raises(ChecklistBroken):
        load_uncited(tmp_path)


def places_of(text: str) -> set[str]:
    """The names under which the places of a page can be linked."""
    headings = re.findall(r"^#+ (.+)$", text, flags=re.MULTILINE)
    named = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
    return named | set(re.findall(r'<a id="([^"]+)">', text))
