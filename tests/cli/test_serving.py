"""`goodoffices serve` takes options, then the environment; `export-openapi` writes what is committed."""

from pathlib import Path

import pytest

from app.cli.exit_codes import ExitCode
from app.settings import Settings
from tests.cli.conftest import ROOT, Command


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[Settings]:
    """The settings that a server would have been run with; none is run."""
    settings: list[Settings] = []
    monkeypatch.setattr("app.server.run", settings.append)
    return settings


def test_options_win_over_the_environment_and_that_over_the_defaults(
    goodoffices: Command, served: list[Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOODOFFICES_PORT", "9000")
    monkeypatch.setenv("GOODOFFICES_HOST", "127.0.0.2")

    ended = goodoffices("serve", "--port", "9001", "--data-dir", "elsewhere")

    assert ended.code == ExitCode.NOTHING_TO_ATTEND_TO
    (settings,) = served
    assert (settings.host, settings.port, settings.data_dir) == ("127.0.0.2", 9001, Path("elsewhere"))
    assert settings.store == "sqlite:///elsewhere/goodoffices.db"


@pytest.mark.parametrize("more", [(), ("--data-dir", "data")], ids=["plain", "with an option that is read"])
def test_a_host_and_a_port_are_the_same_with_and_without_other_options(
    goodoffices: Command, served: list[Settings], more: tuple[str, ...]
) -> None:
    ended = goodoffices("serve", "--host", "::1", "--port", "9001", *more)

    assert ended.code == ExitCode.NOTHING_TO_ATTEND_TO
    assert served == [Settings(host="::1", port=9001, data_dir=Path("data"))]


@pytest.mark.parametrize("port", ["65536", "-1", "many", "9" * 5_000])
def test_a_port_that_there_is_not_is_refused(goodoffices: Command, served: list[Settings], port: str) -> None:
    ended = goodoffices("serve", "--port", port)

    assert (ended.code, served) == (ExitCode.WRONG_USE, [])
    assert "Invalid value for '--port'" in ended.err


def test_a_database_of_ones_own_can_be_named(goodoffices: Command, served: list[Settings]) -> None:
    goodoffices("serve", "--database-url", "postgresql+psycopg://db/goodoffices")

    assert served[0].store == "postgresql+psycopg://db/goodoffices"


def test_a_setting_that_cannot_be_used_is_named(
    goodoffices: Command, served: list[Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOODOFFICES_PORT", "many")
    ended = goodoffices("serve")

    assert (ended.code, served) == (ExitCode.WRONG_USE, [])
    assert "port: Input should be a valid integer" in ended.err
    assert "many" not in ended.err


def test_the_openapi_document_is_the_one_that_is_committed(goodoffices: Command) -> None:
    ended = goodoffices("export-openapi")

    assert ended.code == ExitCode.NOTHING_TO_ATTEND_TO
    assert ended.out == (ROOT / "openapi" / "openapi.json").read_text(encoding="utf-8")
