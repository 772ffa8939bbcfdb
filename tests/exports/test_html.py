"""The HTML report is whole in itself: it loads nothing, runs nothing, and no text of a design becomes markup."""

import base64
import hashlib
import itertools
import re
from html.parser import HTMLParser
from typing import Any

from app.exports.html import content_policy, explained, feedback_html, isolated
from tests.exports.builders import HEBREW, HOSTILE, a_draft, hostile, judged

ALONE = {"meta", "link", "br", "hr", "img", "input"}


class Page(HTMLParser):
    """The elements of a page in order, its ids and links, and the text of each element by name."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {}
        self.open: list[str] = []
        self.feed(page.decode())
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, Any]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in ALONE:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open:
            self.texts.setdefault(self.open[-1], []).append(data)

    def names(self) -> set[str]:
        return {tag for tag, _ in self.elements}

    def values(self, attribute: str) -> list[str]:
        return [str(attributes[attribute]) for _, attributes in self.elements if attribute in attributes]


def a_page(*waived: str, **parts: object) -> Page:
    return Page(feedback_html(judged(a_draft(**parts), *waived), "River dialogue"))


def test_the_page_is_well_formed_and_says_its_language() -> None:
    page = a_page("purpose.stated")

    assert page.open == []
    assert page.elements[0] == ("html", {"lang": "en", "dir": "ltr"})
    assert page.texts["title"] == ["River dialogue · Good Offices"]


def test_nothing_is_loaded_and_nothing_runs() -> None:
    page = a_page()
    attributes = {name for _, given in page.elements for name in given}

    assert page.names().isdisjoint({"script", "link", "img", "iframe", "object", "form", "base"})
    assert attributes.isdisjoint({"style", "src", "action"})
    assert not [name for name in attributes if name.startswith("on")]
    assert [link for link in page.values("href") if not link.startswith("#")] == []


def test_the_policy_allows_exactly_the_style_that_stands_in_the_page() -> None:
    page = a_page()
    style = "".join(page.texts["style"])
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()

    assert f"style-src 'sha256-{digest}'" in content_policy()
    assert content_policy() in page.values("content")
    assert "url(" not in style


def test_every_link_leads_to_a_place_and_no_place_stands_twice() -> None:
    page = a_page()
    ids = page.values("id")

    assert len(ids) == len(set(ids))
    assert {link.removeprefix("#") for link in page.values("href")} <= set(ids)
    assert set(page.values("aria-labelledby")) <= set(ids)


def test_headings_go_down_one_step_at_a_time() -> None:
    levels = [int(tag[1]) for tag, _ in a_page().elements if re.fullmatch(r"h[1-6]", tag)]

    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))


def test_a_table_says_what_its_columns_and_rows_are() -> None:
    page = a_page()
    scopes = [attributes.get("scope") for tag, attributes in page.elements if tag == "th"]

    assert scopes.count("col") == 8
    assert scopes.count("row") == 4
    assert "caption" in page.names()


def test_no_text_of_a_design_becomes_markup() -> None:
    evaluation, title = hostile()
    page = Page(feedback_html(evaluation, title))

    assert page.names() == a_page("purpose.stated").names() | {"bdi"}
    assert not [link for link in page.values("href") if "evil" in link]


def test_no_control_character_and_no_override_reaches_the_page() -> None:
    page = feedback_html(*hostile()).decode()

    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", page)


def test_right_to_left_words_cannot_reorder_what_stands_beside_them() -> None:
    assert isolated(f"{HEBREW} 3 of 5, {HEBREW} {HEBREW}: 0 of 5") == (
        f"<bdi>{HEBREW}</bdi> 3 of 5, <bdi>{HEBREW} {HEBREW}</bdi>: 0 of 5"
    )
    assert isolated("<b>North</b>") == "&lt;b&gt;North&lt;/b&gt;"


def test_the_title_is_isolated_whatever_its_script() -> None:
    page = Page(feedback_html(judged(a_draft()), HEBREW))

    assert ("bdi", {"dir": "auto"}) in page.elements
    assert HEBREW in page.texts["bdi"]


def test_the_same_evaluation_gives_the_same_bytes() -> None:
    once, again = (feedback_html(judged(a_draft()), HOSTILE) for _ in range(2))

    assert once == again


def test_a_waiver_is_shown_where_its_finding_is() -> None:
    assert any("Waived by Rana, 01 March 2027" in text for text in a_page("purpose.stated").texts["p"])


def test_the_first_section_says_what_to_do_first_and_leads_to_the_findings() -> None:
    evaluation = judged(a_draft())
    page = Page(feedback_html(evaluation, "River dialogue"))

    assert next(text for text in page.texts["h2"] if text.strip()) == "Next steps"
    assert page.values("href").count("#purpose.stated") > 0
    assert [name for name, given in page.elements if given.get("class") == "steps"] == ["ol"]


def test_a_term_of_art_is_linked_where_a_check_uses_it_first_and_explained_once() -> None:
    assert explained("The facilitator and its facilitation") == (
        'The <a class="term" href="#term-facilitator">facilitator</a> and its facilitation'
    )
    assert a_page().values("id").count("term-facilitator") == 1
