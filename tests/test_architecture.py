"""The house keeps its own rules; this module reads source text and import graphs, and runs nothing of the product."""

import ast
import re
import statistics
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

ROOT = Path(__file__).parents[1]
CODE_FOLDERS = ("app", "tests", "bench", "tools", "migrations")
LOCKS = ("runtime", "dev")

FORBIDDEN_MODULE_NAMES = re.compile(r"(^|_)(utils?|common|helpers?|services?|managers?|misc)$")
# Each is spelt with a bracket or two, so that this file does not find itself.
MACHINE_PATH = re.compile(r"(?<![\w.~<*-])/(root|work|opt)/\w")
REGISTRY_HOST = re.compile(r"\bpypi[.]org|python[h]osted|registry[.]npmjs|deb[.]debian[.]org")
POSTPONED_WORK = re.compile(r"\b(TOD[O]|FIXM[E]|XX[X])\b|pytest[.](skip|xfail|importorskip)|mark[.](skip|xfail)")


def files_of_the_project() -> Iterator[Path]:
    """Every text file that belongs to the project: not the tools' caches, not what is built."""
    for path in sorted(ROOT.rglob("*")):
        parts = path.relative_to(ROOT).parts
        hidden = parts[0].startswith(".") and parts[0] != ".ci"
        built = parts[0] in {"build", "dist", "data", "htmlcov"} or "__pycache__" in parts
        if path.is_file() and not hidden and not built:
            yield path


def modules_in(*folders: str) -> list[Path]:
    return [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]


def lines_with(pattern: re.Pattern[str], paths: Iterator[Path] | list[Path]) -> list[str]:
    """`file:line` of every match; files that are no text are passed over."""
    found = []
    for path in paths:
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        numbered = enumerate(text.splitlines(), start=1)
        found += [f"{path.relative_to(ROOT)}:{number}" for number, line in numbered if pattern.search(line)]
    return found


def lengths_of_functions() -> dict[str, int]:
    """How many lines each function in app/ spans from `def` to its end, its docstring not counted."""
    lengths = {}
    for path in modules_in("app"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                name = f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
                lengths[name] = (node.end_lineno or node.lineno) - node.lineno + 1 - lines_of_docstring(node)
    return lengths


def lines_of_docstring(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    if ast.get_docstring(node) is None:
        return 0
    first = node.body[0]
    return (first.end_lineno or first.lineno) - first.lineno + 1


def pins(lock: str) -> dict[str, str]:
    """Name to version of everything that a lock names."""
    text = (ROOT / "requirements" / f"{lock}.lock").read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z0-9.-]+)==([^\s;]+)", text, flags=re.MULTILINE))


def declared_dependencies() -> dict[str, str]:
    """Name to exact version of what pyproject.toml says that the product needs; the version is empty where none is."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    pattern = re.compile(r"^([a-z0-9-]+)(?:\[.*\])?(?:==([^;\s]+))?", flags=re.MULTILINE)
    return dict(pattern.findall("\n".join(project["dependencies"])))


def test_imports_only_point_down_and_no_layer_knows_what_it_must_not(capsys: pytest.CaptureFixture[str]) -> None:
    status = lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True)

    assert status == 0, capsys.readouterr().out


def test_no_file_is_longer_than_four_hundred_lines() -> None:
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in modules_in(*CODE_FOLDERS)}

    assert {str(path): length for path, length in lengths.items() if length > 400} == {}


def test_no_function_is_longer_than_forty_lines() -> None:
    assert {name: length for name, length in lengths_of_functions().items() if length > 40} == {}


def test_half_of_the_functions_are_ten_lines_or_less() -> None:
    assert statistics.median(lengths_of_functions().values()) <= 10


def test_every_module_says_in_a_docstring_what_it_knows() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in modules_in(*CODE_FOLDERS)
        if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]

    assert silent == []


def test_no_module_is_named_for_a_drawer_that_takes_anything() -> None:
    parts = {part for path in modules_in(*CODE_FOLDERS) for part in path.relative_to(ROOT).with_suffix("").parts}

    assert [part for part in sorted(parts) if FORBIDDEN_MODULE_NAMES.search(part)] == []


def test_no_file_names_a_path_of_the_machine_it_was_written_on() -> None:
    assert lines_with(MACHINE_PATH, files_of_the_project()) == []


def test_no_file_names_the_host_of_a_package_registry() -> None:
    assert lines_with(REGISTRY_HOST, files_of_the_project()) == []


def test_nothing_is_left_for_later_and_no_test_is_passed_over() -> None:
    assert lines_with(POSTPONED_WORK, modules_in(*CODE_FOLDERS)) == []


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_leaves_open_where_packages_come_from(lock: str) -> None:
    text = (ROOT / "requirements" / f"{lock}.lock").read_text(encoding="utf-8")

    assert "://" not in text
    assert not re.search(r"^\s*-(?!-hash=)", text, flags=re.MULTILINE)


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_gives_a_hash_for_everything_it_names(lock: str) -> None:
    text = (ROOT / "requirements" / f"{lock}.lock").read_text(encoding="utf-8")
    entries = re.split(r"^(?=\S)", text, flags=re.MULTILINE)[1:]

    assert entries
    assert [entry for entry in entries if "==" not in entry or "--hash=sha256:" not in entry] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_what_the_project_declares(lock: str) -> None:
    declared = declared_dependencies()

    assert {name: pins(lock).get(name) for name in declared} == declared


def test_what_runs_is_what_was_tested() -> None:
    tested = pins("dev")

    assert {name: tested.get(name) for name in pins("runtime")} == pins("runtime")


def test_what_storage_asks_for_is_fetched_whole() -> None:
    """A work that fails between two rows would leave its statement open, and SQLite in the past: nobody could write."""
    found = []
    for path in modules_in("app/storage"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            held = (
                node.iter
                if isinstance(node, ast.For | ast.comprehension)
                else node.value
                if isinstance(node, ast.Assign)
                else None
            )
            if isinstance(held, ast.Call) and isinstance(held.func, ast.Attribute) and held.func.attr == "execute":
                found.append(f"{path.name}:{held.lineno}")
    assert found == []
