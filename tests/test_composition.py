"""The composition of compose.yaml really runs: its own commands, scripts and health checks, on a real PostgreSQL."""

import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from tests.engines import quick_folder
from tools.composition import COMPOSE, Composition, composition
from tools.composition_trial import Composed, composed, lived_through

ROOT = Path(__file__).parents[1]
TEXT = COMPOSE.read_text(encoding="utf-8")
DESIGN = json.loads((ROOT / "examples" / "thin-first-draft.json").read_bytes())
# Whatever a generator of passwords may think of.
GIVEN = {
    "GOODOFFICES_DATABASE_PASSWORD": 'one\'s "own" $PATH/@:%2f \\ word',
    "GOODOFFICES_APPLICATION_PASSWORD": "another's $(id) `id` ;'@:/?#",
}
TERMINATED = -15  # the service is not the first process here, so the signal that it has passed on ends it


class Here:
    """Runs a command of the service as this Python does, with its places in a folder."""

    def __init__(self, folder: Path) -> None:
        own = {"GOODOFFICES_DATA_DIR": folder / "data", "GOODOFFICES_KEY_FILE": folder / "keys" / "master.keys"}
        self._own = {**{name: str(place) for name, place in own.items()}, "PYTHONPATH": str(ROOT)}

    def __call__(self, settings: Mapping[str, str], command: Sequence[str]) -> list[str]:
        variables = {"PATH": os.environ["PATH"], **self._own, **settings}
        pairs = [f"{name}={value}" for name, value in variables.items()]
        return ["env", "--ignore-environment", *pairs, sys.executable, "-m", "app", *command]


def composed_in(folder: Path, *changes: tuple[str, str]) -> Iterator[Composed]:
    """The composition, with some words changed for others."""
    text = TEXT
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    with composed(composition(GIVEN, text), Here(folder), quick_folder()) as it:
        yield it


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Composed]:
    """The composition with its tables made and its database running."""
    for it in composed_in(tmp_path_factory.mktemp("composed")):
        with it.database.running():
            assert it.run("migrate").returncode == 0
            yield it


def test_a_design_outlives_the_composition_and_two_services_share_it(tmp_path: Path) -> None:
    for it in composed_in(tmp_path):
        lived = lived_through(it, DESIGN)

    assert (lived.migrated, lived.founded, lived.posted) == (0, 0, 201)
    assert lived.read_at_the_other == lived.read_afterwards == DESIGN["title"]
    assert lived.ended == (TERMINATED,) * 3


# What somebody might change in the settings of the service, and what its start says to that.
UNSAFE = {
    "signs in as the owner": ("goodoffices_app@", "goodoffices@", "postgresql-role-superuser"),
    "keeps the keys beside the data": ("/goodoffices_keys", "/goodoffices", "key-store-in-database"),
    "accepts no risk": ("postgresql-without-tls", "public-address", "postgresql-without-tls"),
}


@pytest.mark.parametrize("change", UNSAFE)
def test_a_service_that_is_told_something_unsafe_does_not_start(migrated: Composed, change: str) -> None:
    old, new, rule = UNSAFE[change]
    settings = {name: value.replace(old, new) for name, value in migrated.composed.settings("service").items()}
    owner = {"PGPASSWORD": GIVEN["GOODOFFICES_DATABASE_PASSWORD"]} if "owner" in change else {}

    refused = migrated.run("service", "organisations", "list", **{**settings, **owner})

    assert refused.returncode == 2
    assert rule in refused.stderr


# What somebody might change in how the database is prepared.
ILL_PREPARED = {
    "the role passes by every rule": (" NOBYPASSRLS", " BYPASSRLS", "postgresql-role-bypasses-row-security"),
    "the role is let in nowhere": ("GOODOFFICES_APPLICATION_ROLE: goodoffices_app", "X: y", "not granted to the role"),
}


@pytest.mark.parametrize("change", ILL_PREPARED)
def test_a_database_that_is_prepared_otherwise_serves_nobody(tmp_path: Path, change: str) -> None:
    old, new, said = ILL_PREPARED[change]
    for it in composed_in(tmp_path, (old, new)):
        with it.database.running():
            it.run("migrate")

            refused = it.run("service", "organisations", "create", "Lake Centre", "--owner", "Ada")

    assert refused.returncode == 2
    assert said in refused.stderr


def test_a_wrong_password_lets_nobody_in(migrated: Composed) -> None:
    refused = migrated.run("service", "organisations", "list", PGPASSWORD=GIVEN["GOODOFFICES_DATABASE_PASSWORD"])

    assert refused.returncode == 2


def test_it_starts_in_its_order() -> None:
    read = composition(GIVEN)

    assert read.waits_for("migrate") == {"database": "service_healthy"}
    assert read.waits_for("service") == {
        "database": "service_healthy",
        "migrate": "service_completed_successfully",
    }


@pytest.mark.parametrize("missing", GIVEN)
def test_it_asks_for_each_password(missing: str) -> None:
    with pytest.raises(ValueError, match=missing):
        composition({name: value for name, value in GIVEN.items() if name != missing})


def test_variables_and_dollars_are_read_as_docker_compose_reads_them() -> None:
    read = composition({"SET": "a$b"}, "x: ['${SET}', '${UNSET:-8000}', '$${SET}', '$$SET', '${SET:?why}', '${UNSET}']")

    assert read == Composition({"x": ["a$b", "8000", "${SET}", "$SET", "a$b", ""]})
