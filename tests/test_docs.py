"""What the documents say is true: the README's commands are run and its answers compared; links lead somewhere."""

import json
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest

from app.checklist.released import LOCK
from app.cli.checklists import newest_shipped_folder
from app.domain.design import design_from
from app.domain.strict_yaml import read_yaml
from app.settings import names
from app.usecases.start_rules import RULES

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
CONTRIBUTING = ROOT / "CONTRIBUTING.md"
EXAMPLES = sorted((ROOT / "examples").glob("*.yaml"))
DOCUMENTS = [README, CONTRIBUTING, ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("*.md"))
WRITTEN_ADDRESS = "http://127.0.0.1:8000"
GOODOFFICES = [sys.executable, "-m", "app"]
LEFT_OUT = "…"
PATIENCE_SECONDS = 60

# As much of curl as the documents use, for a machine without it: --silent, --header NAME:VALUE, --data TEXT|@FILE, URL.
CURL = """#!{python}
import sys, httpx
words, headers, data, url = sys.argv[1:], dict(), None, None
while words:
    word = words.pop(0)
    if word == "--header":
        name, _, value = words.pop(0).partition(": ")
        headers[name] = value
    elif word == "--data":
        given = words.pop(0)
        data = open(given[1:], "rb").read() if given.startswith("@") else given.encode()
    elif word != "--silent":
        url = word.replace("{written}", "{address}")
answer = httpx.request("GET" if data is None else "POST", url, headers=headers, content=data)
sys.stdout.write(answer.text)
"""


class Serving(NamedTuple):
    """A real `goodoffices serve` that starts for the first time, and what it told its operator."""

    address: str
    told: str

    @property
    def export(self) -> str:
        """The command that the first start gives for the README's."""
        return next(line.strip() for line in self.told.splitlines() if line.startswith("  export "))


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    port, folder = free_port(), tmp_path_factory.mktemp("user")
    environment = environment_with(GOODOFFICES_DATA_DIR=str(folder / "data"), XDG_CONFIG_HOME=str(folder / "settings"))
    command = [*GOODOFFICES, "serve", "--port", str(port)]
    with (
        (folder / "terminal").open("w") as terminal,
        subprocess.Popen(command, cwd=ROOT, env=environment, stdout=terminal, stderr=subprocess.DEVNULL) as server,
    ):
        try:
            wait_until_ready(f"http://127.0.0.1:{port}", server)
            yield Serving(f"http://127.0.0.1:{port}", (folder / "terminal").read_text())
        finally:
            server.terminate()


def in_a_shell(text: str, service: Serving, folder: Path) -> list[Any]:
    """Every JSON answer that the commands of a document print, run as they are written but for address and key."""
    curl = folder / "curl"
    curl.write_text(CURL.format(python=sys.executable, written=WRITTEN_ADDRESS, address=service.address))
    curl.chmod(0o700)
    script = text.replace("export GOODOFFICES_KEY=go_…", service.export)
    environment = environment_with(PATH=f"{folder}{os.pathsep}{os.environ['PATH']}")
    done = subprocess.run(["sh", "-eu", "-c", script], cwd=ROOT, env=environment, capture_output=True, check=True)
    return list(json_values(done.stdout.decode()))


def json_values(text: str) -> Iterator[Any]:
    while text.strip():
        value, end = json.JSONDecoder().raw_decode(text.lstrip())
        yield value
        text = text.lstrip()[end:]


def test_a_design_posted_with_curl_gets_the_answer_shown(service: Serving, tmp_path: Path) -> None:
    (answer,) = in_a_shell(block_with("sh", "curl"), service, tmp_path)
    shown = json.loads(block_after("curl", language="json"))
    assert is_shortened(shown, answer), json.dumps(answer, indent=2, ensure_ascii=False)


def test_a_design_that_is_kept_is_in_the_list_that_is_shown(service: Serving, tmp_path: Path) -> None:
    made, listed = in_a_shell(block_with("sh", "export GOODOFFICES_KEY"), service, tmp_path)
    shown = json.loads(block_after("export GOODOFFICES_KEY", language="json"))
    assert made["revision"] == 1
    assert is_shortened(shown, listed), json.dumps(listed, indent=2, ensure_ascii=False)


def test_the_first_start_says_what_the_readme_says_of_it(service: Serving) -> None:
    assert re.fullmatch(r"export GOODOFFICES_KEY=go_\w{49}", service.export)
    assert "shown this once" in " ".join(service.told.split())
    assert "master keys" in service.told


def test_the_rules_of_the_start_are_those_that_the_operator_reads() -> None:
    text = (ROOT / "docs" / "operation.md").read_text(encoding="utf-8")
    rows = [
        f"| `{rule.name}`{' *' if rule.acceptable else ''} | {rule.reason} | {rule.mend} |" for rule in RULES.values()
    ]
    assert re.findall(r"^\| `[a-z0-9-]+`.*\|$", text.partition("## Under what")[2], flags=re.MULTILINE) == rows


def test_every_setting_that_a_document_names_is_one() -> None:
    for document in DOCUMENTS:
        named = set(re.findall(r"GOODOFFICES_[A-Z_]*[A-Z]", document.read_text(encoding="utf-8")))
        assert named <= names(), document.name


def test_the_same_from_python_prints_what_is_shown(service: Serving) -> None:
    program = block_with("python", "httpx.post").replace(WRITTEN_ADDRESS, service.address)
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert is_shortened_text(block_after("httpx.post", language="text"), done.stdout), done.stdout


def test_the_same_on_the_command_line_prints_what_is_shown() -> None:
    command, *arguments = shlex.split(block_with("sh", "goodoffices check"))
    assert command == ".venv/bin/goodoffices"
    done = run(*arguments)
    assert done.returncode == 1, done.stderr
    assert is_shortened_text(block_after("goodoffices check", language="text"), done.stdout), done.stdout


def test_the_commands_of_the_readme_are_targets_of_the_makefile() -> None:
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE)
    for document in DOCUMENTS:
        named = re.findall(r"(?:^|`)make ([a-z-]+)", document.read_text(encoding="utf-8"), flags=re.MULTILINE)
        assert set(named) <= set(targets), document.name


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_between_documents_lead_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", document.read_text(encoding="utf-8")):
        if not target.startswith("https://"):
            assert (document.parent / target).exists(), target


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_is_a_design(example: Path) -> None:
    assert design_from(read_yaml(example.read_text(encoding="utf-8")).content).title


def test_the_example_in_json_is_the_one_in_yaml() -> None:
    written = read_yaml((ROOT / "examples" / "thin-first-draft.yaml").read_text(encoding="utf-8"))
    assert json.loads((ROOT / "examples" / "thin-first-draft.json").read_bytes()) == written.content


def test_decisions_are_numbered_without_a_gap() -> None:
    assert [int(path.name[:4]) for path in DECISIONS] == list(range(1, len(DECISIONS) + 1))


@pytest.mark.parametrize("decision", DECISIONS, ids=lambda path: path.stem)
def test_a_decision_says_why_what_and_what_enforces_it(decision: Path) -> None:
    headings = re.findall(r"^## (.+)$", decision.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert headings == ["Context", "Decision", "Consequences", "What enforces it"]


def test_the_check_that_contributing_shows_can_be_added_to_the_letter(tmp_path: Path) -> None:
    text = CONTRIBUTING.read_text(encoding="utf-8")
    file, line = re.findall(r"^   ```yaml\n(.*?)^   ```$", text, re.MULTILINE | re.DOTALL)
    newest = newest_shipped_folder()
    folder = tmp_path / newest.name
    shutil.copytree(newest, folder)
    if (folder / LOCK).is_file():
        run("checks", "next-version", str(folder))
        folder = tmp_path / f"v{int(newest.name.removeprefix('v')) + 1}"
    run("checks", "new", "purpose.summarised", "--folder", str(folder))
    assert line.removeprefix("   ") in (folder / "checklist.yaml").read_text(encoding="utf-8")
    (folder / "purpose" / "summarised.yaml").write_text(textwrap.dedent(file), encoding="utf-8")
    tried = run("checks", "test", str(folder))
    assert tried.returncode == 0, tried.stdout + tried.stderr


def test_the_comparison_is_strict_where_nothing_is_marked_as_left_out() -> None:
    assert is_shortened({"a": [1, LEFT_OUT, 4], LEFT_OUT: LEFT_OUT}, {"a": [1, 2, 3, 4], "b": 0})
    assert not is_shortened({"a": 1}, {"a": 1, "b": 2})
    assert not is_shortened([1], [1, 2])
    assert not is_shortened([1, LEFT_OUT], [1])
    assert is_shortened_text("one\n…\nthree …\n", "one\ntwo\nthree and more\n")
    assert not is_shortened_text("one\n", "one\ntwo\n")


def is_shortened(shown: Any, real: Any) -> bool:
    """Whether what is shown is what is real, with nothing missing except where `…` stands."""
    if shown == LEFT_OUT:
        return True
    if isinstance(shown, dict) and isinstance(real, dict):
        named = {key: value for key, value in shown.items() if key != LEFT_OUT}
        whole = LEFT_OUT in shown or named.keys() == real.keys()
        return whole and all(key in real and is_shortened(value, real[key]) for key, value in named.items())
    if isinstance(shown, list) and isinstance(real, list):
        return is_shortened_list(shown, real)
    return bool(shown == real)


def is_shortened_list(shown: list[Any], real: list[Any]) -> bool:
    if not shown:
        return not real
    first, rest = shown[0], shown[1:]
    if first == LEFT_OUT:
        return any(is_shortened_list(rest, real[left_out:]) for left_out in range(1, len(real) + 1))
    return bool(real) and is_shortened(first, real[0]) and is_shortened_list(rest, real[1:])


def is_shortened_text(shown: str, real: str) -> bool:
    """The same for lines: a line of `…` stands for lines, `…` within a line for the rest of it."""
    patterns = []
    for line in shown.splitlines():
        pattern = re.escape(line.rstrip()).replace(LEFT_OUT, ".+")
        patterns.append(r"(?:.*\n)+?" if line.strip() == LEFT_OUT else rf"{pattern}\s*?\n")
    return re.fullmatch("".join(patterns), real) is not None


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """The command, as a user of this work tree runs it."""
    command, environment = [*GOODOFFICES, *arguments], environment_with()
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def blocks() -> list[tuple[str, str]]:
    """The README's fenced blocks: language and text."""
    return re.findall(r"^```(\w+)\n(.*?)^```$", README.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)


def block_with(language: str, words: str) -> str:
    return next(text for found, text in blocks() if found == language and words in text)


def block_after(words: str, *, language: str) -> str:
    """The first block of a language that follows a block with these words."""
    following = iter(blocks())
    next(text for _, text in following if words in text)
    return next(text for found, text in following if found == language)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def environment_with(**settings: str) -> dict[str, str]:
    """The environment of a user who set nothing but these."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GOODOFFICES_")}
    return {**kept, "PYTHONPATH": str(ROOT), **settings}


def wait_until_ready(address: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            if httpx.get(f"{address}/readyz").is_success:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError("the service did not become ready")
