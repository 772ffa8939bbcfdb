"""Markdown shows what the design says and obeys none of it."""

import re

import pytest
from markdown_it import MarkdownIt

from app.exports.markdown import escaped, feedback_markdown
from tests.exports.builders import HOSTILE, a_draft, hostile, judged

READER = MarkdownIt("gfm-like", {"html": True, "linkify": False})


def rendered(text: str) -> str:
    return str(READER.render(text))


def text_of(html: str) -> str:
    bare = re.sub(r"<[^>]*>", "", html)
    for entity, character in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&amp;", "&")):
        bare = bare.replace(entity, character)
    return bare.strip()


@pytest.mark.parametrize(
    "text",
    [
        "<b>bold</b>",
        "**bold** and _lean_ and ~~gone~~",
        "[a](https://evil.example)",
        "![a](x)",
        "<https://evil.example>",
        "`code`",
        "# heading",
        "- item",
        "+ item",
        "1. item",
        "12) item",
        "> quote",
        "| a | b |",
        "&lt;script&gt;",
        "a\\*b",
        "===",
        "--- ",
        ":--",
        "~~~",
        "[a]: https://evil.example",
        "$x$",
        "3.5 of 7.",
    ],
)
def test_every_text_is_shown_as_it_is(text: str) -> None:
    html = rendered(escaped(text))

    assert text_of(html) == text.strip()
    assert set(re.findall(r"<(\w+)", html)) <= {"p"}


@pytest.mark.parametrize("text", ["https://evil.example", "www.evil.example", "WWW.evil.example", "a@evil.example"])
def test_no_text_is_left_in_a_form_that_readers_turn_into_a_link(text: str) -> None:
    assert not re.search(r"(?<!\\)://|www\.|@", escaped(text), flags=re.IGNORECASE)
    assert text_of(rendered(escaped(text))) == text


def test_a_hostile_design_adds_no_element_to_the_report() -> None:
    evaluation, title = hostile()
    html = rendered(feedback_markdown(evaluation, title).decode())

    links = re.findall(r'href="([^"]*)"', html)
    assert links
    assert [link for link in links if not link.startswith("#")] == []
    assert not re.search(r"<(script|img|iframe|b|i|svg)\b", html)
    assert "\x1b" not in html
    assert "\u202e" not in html


def test_the_title_stays_on_its_line() -> None:
    first, second, *_ = feedback_markdown(judged(a_draft()), HOSTILE).decode().splitlines()

    assert first.startswith("# &lt;script&gt;")
    assert second == ""


def test_a_finding_is_told_in_full() -> None:
    evaluation = judged(a_draft())
    report = feedback_markdown(evaluation, "River dialogue").decode()

    assert "### Have you written in a sentence or two what the talks are for?" in report
    assert f"**Concern.** {escaped(evaluation.finding('purpose.stated').message)}\n" in report
    assert "- *Where:* `/purpose/statement`" in report
    assert "- *Sources:* A09, p. 18, reporting Agha et al.; A09, pp. 17, 27" in report
    assert "- *Check:* `purpose.stated`, essential, for the organiser" in report


def test_every_link_leads_to_a_heading() -> None:
    report = feedback_markdown(judged(a_draft()), "River dialogue").decode()

    headings = re.findall(r"^##+ (.*)$", report, flags=re.MULTILINE)
    anchors = {re.sub(r"[^a-z0-9 -]", "", heading.lower()).replace(" ", "-") for heading in headings}
    links = set(re.findall(r"(?<!\\)\]\(#([^)]*)\)", report))
    assert {"next-steps", "for-later", "facilitator"} - anchors == set()
    assert links - anchors == set()
    assert {"for-later", "facilitator"} - links == set()


def test_it_begins_with_what_to_do_first() -> None:
    evaluation = judged(a_draft())
    report = feedback_markdown(evaluation, "River dialogue").decode()
    step = evaluation.finding("purpose.stated")
    first = f"1. **{escaped(step.check.advice)}** (`purpose.stated`)\n   - *Concern:* {escaped(step.message)}\n"

    assert first.replace("\\", "") in re.sub(r"\[([^]]*)\]\(#[^)]*\)", r"\1", report).replace("\\", "")
    assert report.index("## Next steps") < report.index("## Findings in each category") < report.index("## Contents")


def test_a_waiver_is_told_with_who_gave_it_and_when() -> None:
    report = feedback_markdown(judged(a_draft(), "purpose.stated"), "River dialogue").decode()

    assert "Waived by Rana, 01 March 2027: The group decided so." in report
