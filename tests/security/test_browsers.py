"""What a browser says of where a request comes from is believed only where it cannot be said by another site."""

import pytest

from app.security.browsers import COOKIE, Provenance, is_own, may_read, may_write, token_in

TOKEN = "gos_" + "a" * 43


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("https://talks.test", "talks.test"),
        ("https://talks.test:443", "talks.test"),
        ("https://talks.test", "talks.test:443"),
        ("https://TALKS.test", "talks.test"),
        ("http://127.0.0.1:8000", "127.0.0.1:8000"),
        ("http://[::1]:8000", "[::1]:8000"),
    ],
)
def test_a_page_of_the_host_is_own(origin: str, host: str) -> None:
    assert is_own(origin, host)


@pytest.mark.parametrize(
    "origin",
    [
        "",
        "null",
        "talks.test",
        "https://",
        "https://elsewhere.test",
        "https://talks.test.elsewhere.test",
        "https://talks.test@elsewhere.test",
        "https://elsewhere.test@talks.test",
        "https://talks.test:8443",
        "https://talks.test:x",
        "https://talks.test:99999",
        "https://talks.test/",
        "https://talks.test#",
        "https://talks.test?",
        "https://sub.talks.test",
        "http://talks.test:443x",
        "file://",
        "https://[talks.test",
    ],
)
def test_anything_else_is_not(origin: str) -> None:
    assert not is_own(origin, "talks.test")
    assert not may_write(Provenance("talks.test", [origin], ["same-origin"]))


def test_what_comes_twice_is_not_believed() -> None:
    own = "https://talks.test"
    assert may_write(Provenance("talks.test", [own], []))
    assert not may_write(Provenance("talks.test", [own, own], []))
    assert not may_write(Provenance("talks.test", [], ["same-origin"]))
    assert not may_write(Provenance("talks.test", [own], ["same-origin", "cross-site"]))
    assert not may_read(Provenance("talks.test", [], ["same-origin", "cross-site"]))
    assert not may_read(Provenance("talks.test", [], ["Same-Origin"]))


@pytest.mark.parametrize(
    ("cookies", "found"),
    [
        ([f"{COOKIE}={TOKEN}"], TOKEN),
        ([f"a=b; {COOKIE}={TOKEN};c"], TOKEN),
        (["a=b", f"{COOKIE}={TOKEN}"], TOKEN),
        ([], None),
        ([""], None),
        ([f"{COOKIE}={TOKEN}", f"{COOKIE}={TOKEN}"], None),
        ([f"{COOKIE}={TOKEN}\n"], TOKEN),
        ([f"{COOKIE}={TOKEN}b"], None),
        ([f"x{COOKIE}={TOKEN}"], None),
    ],
)
def test_a_token_is_whole_and_comes_once(cookies: list[str], found: str | None) -> None:
    assert token_in(cookies) == found
