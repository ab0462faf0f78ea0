"""The house keeps its own rules: the same rooms in every flat, short functions, explained modules, declared requirements."""

import ast
import re
import subprocess
import sys
import sysconfig
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from shared.settings import LOCAL_PORTS

ROOT = Path(__file__).parent.parent
SERVICES = tuple(LOCAL_PORTS)
ROOMS = {"app", "worker", "handlers", "commands", "queries", "models", "rules", "api", "schemas", "errors", "settings"}
SOURCES = sorted(path for top in ("services", "shared", "gateway") for path in (ROOT / top).rglob("*.py"))
LINES_MAX = 40
POSITIONAL_MAX = 5
TEXT = {".py", ".md", ".toml", ".yml", ".yaml", ".html", ".css", ".js", ".sh", ".cfg", ".txt", ".conf", ".lock", ".json", ""}

OUR_PACKAGES = {"services", "shared", "gateway", "tests"}
# Paths that exist on one machine only, written so that the pattern does not find itself.
FOREIGN_PATH = re.compile(r"(?<![\w.~-])/(?:" + "|".join(("root", "work", "home/[a-z]+", "Users/[A-Za-z]+")) + r")/")

Function = ast.FunctionDef | ast.AsyncFunctionDef


@pytest.mark.parametrize("service", SERVICES)
def test_every_flat_has_the_same_rooms(service: str) -> None:
    flat = ROOT / "services" / service
    found = {path.stem for path in flat.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    assert found == ROOMS | {"__init__"}


@pytest.mark.parametrize("service", SERVICES)
def test_every_flat_says_what_it_owns_publishes_consumes_and_never_does(service: str) -> None:
    charter = (ast.get_docstring(_parsed(ROOT / "services" / service / "__init__.py")) or "").lower()
    for word in ("owns", "publishes", "consumes", "never"):
        assert word in charter


def test_the_import_contracts_are_kept() -> None:
    command = [Path(sysconfig.get_path("scripts"), "lint-imports"), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:]


def test_every_module_says_why_it_exists() -> None:
    assert [_place(path) for path in SOURCES if path.read_text().strip() and not ast.get_docstring(_parsed(path))] == []


def test_no_function_is_longer_than_a_page() -> None:
    long = [f"{place}: {lines} lines" for place, function in _functions() if (lines := _lines(function)) > LINES_MAX]
    assert long == []


def test_no_function_takes_more_positions_than_a_hand_has_fingers() -> None:
    assert [place for place, function in _functions() if _positions(function) > POSITIONAL_MAX] == []


def test_every_public_function_of_the_kit_and_of_the_rooms_explains_itself() -> None:
    assert [place for place, function in _open_functions() if not ast.get_docstring(function)] == []


def test_functions_are_short_by_habit() -> None:
    lengths = sorted(_lines(function) for _, function in _functions())
    assert lengths[len(lengths) // 2] <= 10


def test_every_library_that_the_house_imports_is_declared() -> None:
    assert _undeclared(SOURCES, _declared()) == set()


def test_every_library_that_the_tests_import_is_declared() -> None:
    assert _undeclared(sorted((ROOT / "tests").rglob("*.py")), _declared() | _declared("dev")) == set()


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_every_library_that_is_declared_is_locked(lock: str) -> None:
    locked = {_plain(name) for name in re.findall(r"^([A-Za-z0-9._-]+)==", (ROOT / lock).read_text(), re.MULTILINE)}
    assert _declared() - locked == set()


def test_nothing_points_at_the_machine_it_was_written_on() -> None:
    texts = {_place(path): path.read_text(errors="ignore") for path in _tracked()}
    assert [place for place, text in texts.items() if FOREIGN_PATH.search(text)] == []


def test_nothing_is_left_for_later() -> None:
    later = re.compile(r"\b(?:" + "|".join(("TO" + "DO", "FIX" + "ME", "X" + "XX", "coming " + "soon")) + r")\b")
    found = [_place(path) for path in _tracked() if path.suffix in {".py", ".html", ".sh"} and later.search(path.read_text())]
    assert found == []


def test_lock_files_carry_hashes_and_name_no_address() -> None:
    for lock in ROOT.glob("requirements*.lock"):
        text = lock.read_text()
        assert not re.search(r"https?://|file:|--(?:extra-)?index-url|--find-links", text)
        pinned = re.findall(r"^[a-z0-9].*==.*$", text, re.MULTILINE)
        assert [row for row in pinned if not row.endswith(" \\")] == []


def _parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def _place(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _functions() -> Iterator[tuple[str, Function]]:
    for path in SOURCES:
        for node in ast.walk(_parsed(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield f"{_place(path)}:{node.lineno} {node.name}", node


def _open_functions() -> Iterator[tuple[str, Function]]:
    """Functions that another room can call: of a module or of a public class, of more than one statement, not private."""
    for path in SOURCES:
        module = _parsed(path)
        classes = [node for node in module.body if isinstance(node, ast.ClassDef) and not node.name.startswith("_")]
        for node in [node for holder in (module, *classes) for node in holder.body]:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and len(node.body) > 1:
                yield f"{_place(path)}:{node.lineno} {node.name}", node


def _lines(function: Function) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def _positions(function: Function) -> int:
    names = [argument.arg for argument in (*function.args.posonlyargs, *function.args.args)]
    return len([name for name in names if name not in {"self", "cls"}])


def _imports(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(_parsed(path)):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.partition(".")[0])
    return names


def _undeclared(sources: list[Path], declared: set[str]) -> set[str]:
    providers = packages_distributions()
    imported = {name for path in sources for name in _imports(path)} - set(sys.stdlib_module_names) - OUR_PACKAGES
    return {name for name in imported if not {_plain(package) for package in providers.get(name, [name])} & declared}


def _declared(extra: str | None = None) -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    requirements = project["optional-dependencies"][extra] if extra else project["dependencies"]
    return {_plain(re.split(r"[\[<>=;!~ ]", requirement, maxsplit=1)[0]) for requirement in requirements}


def _plain(name: str) -> str:
    return name.lower().replace("_", "-")


def _tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    paths = [ROOT / name for name in listed.split("\0") if name]
    return [path for path in paths if path.suffix in TEXT and path.is_file()]
