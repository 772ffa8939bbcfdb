"""The image and its composition keep their rules; this reads their text and runs small commands, and builds nothing."""

import http.server
import json
import os
import re
import shlex
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePath
from typing import Any

import pytest
import yaml
from sqlalchemy import create_engine, make_url

from app.settings import Settings
from app.storage.addresses import same_place
from app.storage.migrations import is_at_head
from tests.test_architecture import pins

ROOT = Path(__file__).parents[1]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
COMPOSE = (ROOT / "compose.yaml").read_text(encoding="utf-8")

SETTINGS = {f"GOODOFFICES_{name.upper()}" for name in Settings.model_fields}
EXACT_VERSION = re.compile(r":\d+(\.\d+)+(-[a-z]+)+(@sha256:[0-9a-f]{64})?$|@sha256:[0-9a-f]{64}$")
SECRET = re.compile(r"password|secret|token|(?<!public_)key\b|credential", re.IGNORECASE)
KEY_FILE = "GOODOFFICES_KEY_FILE"
INSTALLERS = re.compile(r"\b(apt|apt-get|apk|dnf|curl|wget|gcc|make|uv|pip3?) (?!\*)")


class Stages:
    """A Dockerfile, a stage at a time: (instruction, the rest of its line) with continued lines joined."""

    def __init__(self, text: str) -> None:
        joined = re.sub(r"^\s*#.*\n", "", text, flags=re.MULTILINE).replace("\\\n", " ")
        self.lines = [(word, rest.strip()) for word, _, rest in (line.partition(" ") for line in joined.splitlines())]
        starts = [number for number, (word, _) in enumerate(self.lines) if word == "FROM"]
        self.before = self.lines[: starts[0]]
        self.build = self.lines[starts[0] : starts[1]]
        self.final = self.lines[starts[1] :]

    def all(self, instruction: str) -> list[str]:
        return [rest for word, rest in self.lines if word == instruction]

    def last(self, instruction: str) -> str:
        return next((rest for word, rest in reversed(self.final) if word == instruction), "")

    @property
    def environment(self) -> dict[str, str]:
        pairs = [pair for word, rest in self.final if word == "ENV" for pair in shlex.split(rest)]
        return dict(pair.split("=", 1) for pair in pairs)

    @property
    def copied(self) -> list[str]:
        """What is taken from the work tree."""
        copies = [shlex.split(rest)[:-1] for rest in self.all("COPY") if not rest.startswith("--from")]
        return [source for sources in copies for source in sources]

    @property
    def installations(self) -> list[str]:
        commands = [part for rest in self.all("RUN") for part in rest.split("&&")]
        return [command for command in commands if re.search(r"\bpip\b.* (install|wheel) ", command)]


RULES: dict[str, Callable[[Stages], bool]] = {
    "the base is a version, not whatever is newest": lambda it: bool(EXACT_VERSION.search(it.before[0][1])),
    "every package has a known hash": lambda it: all(
        "--require-hashes" in command or "--no-index" in command for command in it.installations
    ),
    "nothing is compiled from source": lambda it: all(
        "--only-binary :all:" in command or "--no-index" in command for command in it.installations
    ),
    "it runs as a numbered user without rights": lambda it: bool(re.fullmatch(r"[1-9]\d*:[1-9]\d*", it.last("USER"))),
    "nobody becomes root again": lambda it: len(it.all("USER")) == 1,
    "the last stage installs nothing": lambda it: (
        not any(INSTALLERS.search(rest) for word, rest in it.final if word == "RUN")
    ),
    "the last stage takes no arguments of the builder": lambda it: "ARG" not in [word for word, _ in it.final],
    "no secret is set": lambda it: not any(SECRET.search(rest) for word, rest in it.lines if word in ("ARG", "ENV")),
    "nothing is fetched by an address": lambda it: not any(word == "ADD" or "://" in rest for word, rest in it.lines),
    "it is asked whether it lives": lambda it: "/livez" in it.last("HEALTHCHECK"),
    "the question needs no shell": lambda it: '["python", "-c"' in it.last("HEALTHCHECK"),
    "signals reach the service": lambda it: (
        it.last("ENTRYPOINT").startswith("[") and it.last("CMD").startswith("[") and it.last("STOPSIGNAL") == "SIGTERM"
    ),
    "two places can be written, where the data lie and, apart from them, the keys": lambda it: (
        it.all("VOLUME") == [f"{it.environment['GOODOFFICES_DATA_DIR']} {PurePath(it.environment[KEY_FILE]).parent}"]
    ),
    "its settings are settings": lambda it: (
        {name for name in it.environment if name.startswith("GOODOFFICES_")} <= SETTINGS
    ),
    "it listens to others than itself": lambda it: it.environment.get("GOODOFFICES_HOST") == "0.0.0.0",
    "compiled modules outlive a copy": lambda it: "unchecked-hash" in " ".join(rest for _, rest in it.build),
}

# A change that somebody might make, and the rule that must notice.
MUTANTS = {
    "the base is a version, not whatever is newest": ("python:3.11.14-slim-bookworm", "python:3-slim"),
    "every package has a known hash": ("--require-hashes", ""),
    "nothing is compiled from source": ("--only-binary :all:", ""),
    "it runs as a numbered user without rights": ("USER 10001:10001", "USER goodoffices"),
    "nobody becomes root again": ("STOPSIGNAL", "USER root\nUSER 10001:10001\nSTOPSIGNAL"),
    "the last stage installs nothing": ("RUN rm -rf", "RUN apt-get install curl && rm -rf"),
    "the last stage takes no arguments of the builder": ("LABEL", "ARG PIP_INDEX_URL\nLABEL"),
    "no secret is set": ("USER 10001", "ENV GOODOFFICES_PASSWORD=letmein\nUSER 10001"),
    "nothing is fetched by an address": ("LICENSE ./", "LICENSE ./\nADD LICENSE ./"),
    "it is asked whether it lives": ("/livez", "/docs"),
    "the question needs no shell": ('CMD ["python", "-c", ', "CMD python -c "),
    "signals reach the service": ('ENTRYPOINT ["goodoffices"]', "ENTRYPOINT goodoffices"),
    "two places can be written, where the data lie and, apart from them, the keys": ("/keys/master", "/data/master"),
    "its settings are settings": ("GOODOFFICES_PORT=", "GOODOFFICES_LISTEN="),
    "it listens to others than itself": ("0.0.0.0", "127.0.0.1"),
    "compiled modules outlive a copy": ("--invalidation-mode unchecked-hash", ""),
}


@pytest.mark.parametrize("rule", RULES)
def test_the_image_keeps_its_rule(rule: str) -> None:
    assert RULES[rule](Stages(DOCKERFILE))


@pytest.mark.parametrize("rule", RULES)
def test_the_rule_notices_when_it_is_broken(rule: str) -> None:
    old, new = MUTANTS[rule]
    assert old in DOCKERFILE

    assert not RULES[rule](Stages(DOCKERFILE.replace(old, new)))


def test_the_builder_is_given_what_it_copies_and_nothing_else() -> None:
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]

    assert rules[0] == "*"
    assert {rule.removeprefix("!") for rule in rules if rule.startswith("!")} == set(Stages(DOCKERFILE).copied)
    assert [source for source in Stages(DOCKERFILE).copied if not (ROOT / source).exists()] == []


def test_what_builds_the_image_has_the_versions_and_the_hashes_that_were_tested() -> None:
    text = (ROOT / "requirements" / "build.lock").read_text(encoding="utf-8")
    entries = re.split(r"^(?=\S)", text, flags=re.MULTILINE)[1:]

    assert "hatchling" in pins("build")
    assert {name: pins("dev").get(name) for name in pins("build")} == pins("build")
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []
    assert "://" not in text


@pytest.mark.parametrize(("status", "code"), [(200, 0), (503, 1)])
def test_the_health_check_says_what_the_service_says(status: int, code: int) -> None:
    with answering(status) as port:
        assert health_check(port) == code


def test_the_health_check_fails_when_nobody_answers() -> None:
    with answering(200) as port:
        pass

    assert health_check(port) != 0


def test_the_composition_starts_the_service_after_its_tables_are_there() -> None:
    waits = services()["service"]["depends_on"]

    assert waits["migrate"]["condition"] == "service_completed_successfully"
    assert services()["migrate"]["depends_on"]["database"]["condition"] == "service_healthy"
    assert services()["database"]["healthcheck"]["test"][1] == "pg_isready"


def test_its_step_for_the_tables_makes_them(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path / 'goodoffices.db'}"
    command = [sys.executable, "-m", "app", *services()["migrate"]["command"]]
    environment = {**os.environ, "GOODOFFICES_DATABASE_URL": database, "PYTHONPATH": str(ROOT)}
    subprocess.run(command, check=True, env=environment, cwd=tmp_path)
    engine = create_engine(database)

    with engine.connect() as connection:
        assert is_at_head(connection)
    engine.dispose()


@pytest.mark.parametrize("name", ["service", "migrate"])
def test_what_is_ours_in_the_composition_can_write_nothing_and_gain_nothing(name: str) -> None:
    ours = services()[name]

    assert ours["read_only"] is True
    assert ours["cap_drop"] == ["ALL"]
    assert ours["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in ours
    assert {key for key in ours["environment"] if key.startswith("GOODOFFICES_")} <= SETTINGS


def test_a_password_is_asked_for_and_stands_nowhere() -> None:
    settings = {key: value for it in services().values() for key, value in it.get("environment", {}).items()}
    passwords = [value for key, value in settings.items() if "PASSWORD" in key]

    assert len(passwords) == 3
    assert all(re.match(r"\$\{GOODOFFICES_(DATABASE|APPLICATION)_PASSWORD:\?", value) for value in passwords)
    assert not re.search(r"//[^@\s/]+:[^@\s]+@", COMPOSE)


def test_the_composition_is_reached_from_this_machine_only_and_its_database_from_nowhere() -> None:
    published = {name: it["ports"] for name, it in services().items() if "ports" in it}

    assert list(published) == ["service"]
    assert all(port.startswith("127.0.0.1:") for port in published["service"])
    assert services()["database"]["networks"] == ["inside"]
    assert yaml.safe_load(COMPOSE)["networks"]["inside"] == {"internal": True}


def test_the_database_is_a_version_and_its_data_outlive_it() -> None:
    database = services()["database"]

    assert EXACT_VERSION.search(database["image"])
    assert [volume.split(":")[0] for volume in database["volumes"]] == ["database"]
    assert set(yaml.safe_load(COMPOSE)["volumes"]) == {"database", "keys"}


def test_the_service_is_not_the_owner_of_its_tables_and_keeps_keys_apart() -> None:
    owner, ours = (services()[name]["environment"] for name in ("migrate", "service"))

    role = make_url(ours["GOODOFFICES_DATABASE_URL"]).username
    assert role == owner["GOODOFFICES_APPLICATION_ROLE"] != make_url(owner["GOODOFFICES_DATABASE_URL"]).username
    assert ours["PGPASSWORD"] != owner["PGPASSWORD"]
    assert not same_place(ours["GOODOFFICES_DATABASE_URL"], ours["GOODOFFICES_KEY_STORE_URL"])


def services() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(COMPOSE)["services"]
    return found


def health_check(port: int) -> int:
    """The exit code of the image's own health check, asked of a port of this machine."""
    command = json.loads(Stages(DOCKERFILE).last("HEALTHCHECK").partition("CMD ")[2])
    environment = {**os.environ, "GOODOFFICES_PORT": str(port)}
    done = subprocess.run([sys.executable, *command[1:]], env=environment, stderr=subprocess.DEVNULL, check=False)
    return done.returncode


@contextmanager
def answering(status: int) -> Iterator[int]:
    """The port of something that answers everything with one status, for a while."""

    class Answer(http.server.BaseHTTPRequestHandler):
        """Always the same."""

        def do_GET(self) -> None:
            self.send_response(status)
            self.end_headers()

        def log_message(self, *arguments: object) -> None:
            """Not a word."""

    with http.server.HTTPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()
