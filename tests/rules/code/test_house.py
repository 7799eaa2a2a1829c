"""The shape of the repository: its top level, its dependencies and its documents."""

import ast
import re
import subprocess
import tomllib
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from dashboard.config.settings import Config
from tests.bench.lines.shape import GOALS, longest_chain

ROOT = Path(__file__).parents[3]
FOLDERS = {"dashboard", "templates", "static", "tests", "docs"}
FILES = {
    "pyproject.toml",
    "Procfile",
    "Makefile",
    "README.md",
    "CHANGELOG.md",
    "LICENSE",
    "requirements.txt",
    "requirements-dev.txt",
    "requirements-postgres.txt",
    "requirements-redis.txt",
    "requirements-sso.txt",
}
EXTRAS = ("requirements-postgres.txt", "requirements-redis.txt", "requirements-sso.txt")
GIVEN = {"flask", "flask_htmx", "requests", "flask_login", "wtforms"}


def tracked() -> list[Path]:
    """Return the files of the project, as git sees them."""
    asked = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(asked, cwd=ROOT, check=True, capture_output=True, text=True)  # noqa: S603  ours
    return [ROOT / line for line in listed.stdout.splitlines() if (ROOT / line).exists()]


def sources(*folders: str) -> list[Path]:
    return [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]


@cache
def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


def test_the_top_level_holds_what_was_agreed_and_nothing_else() -> None:
    tops = {path.relative_to(ROOT).parts[0] for path in tracked()}
    assert {name for name in tops if not name.startswith(".")} == FOLDERS | FILES


def test_the_five_given_packages_are_declared_and_used() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    names = {line.split("==")[0].replace("-", "_").lower() for line in declared}
    used = {name.split(".")[0] for path in sources("dashboard") for name in imports(path)}
    assert names >= GIVEN
    assert used >= GIVEN


def test_flask_htmx_and_requests_are_imported_in_one_place() -> None:
    users_of_htmx = [path for path in sources("dashboard") if "flask_htmx" in imports(path)]
    assert users_of_htmx == [ROOT / "dashboard/web/htmx.py"]
    users_of_requests = [
        path
        for path in sources("dashboard")
        if any(name.split(".")[0] == "requests" for name in imports(path))
    ]
    assert {path.parent.name for path in users_of_requests} == {"http"}


def test_every_dependency_is_pinned_with_a_hash() -> None:
    for name in ("requirements.txt", "requirements-dev.txt", *EXTRAS):
        text = (ROOT / name).read_text()
        pinned = re.findall(r"^([\w.\-\[\]]+)==\S+", text, re.MULTILINE)
        assert len(pinned) > 15, name
        assert text.count("--hash=sha256:") >= len(pinned)
        assert "://" not in text


@pytest.mark.parametrize("name", ["utils", "helpers", "common", "misc", "manager", "base"])
def test_no_module_has_a_name_that_says_nothing(name: str) -> None:
    assert not [path for path in sources("dashboard") if path.stem == name]


def test_no_chain_of_imports_is_longer_than_its_goal() -> None:
    assert longest_chain() <= GOALS["longest import chain"]


def test_a_file_that_grew_past_its_bounds_is_two() -> None:
    long = {
        path.relative_to(ROOT).as_posix(): lines
        for path in sources("dashboard", "tests")
        if (lines := len(path.read_text().splitlines())) > 250 and "migrations" not in path.parts
    }
    assert not long


def test_a_line_of_a_template_fits_on_a_screen() -> None:
    files = [path for path in (ROOT / "templates").rglob("*") if path.is_file()]
    lines = [(path.name, line) for path in files for line in path.read_text().splitlines()]
    assert not [(name, line) for name, line in lines if len(line) > 160]


def test_a_folder_with_more_than_twenty_modules_is_two() -> None:
    modules = [path for path in sources("dashboard", "tests") if "migrations" not in path.parts]
    folders = Counter(path.parent for path in modules if path.name != "__init__.py")
    assert not {str(folder): count for folder, count in folders.items() if count > 20}


def test_every_module_that_the_docs_name_exists() -> None:
    """A path is from the root or from `dashboard/`; a name without a folder is one somewhere."""
    named = re.compile(r"`([\w/]+\.py)(?:::\w+)?`")
    files = {path.name for folder in ("dashboard", "tests") for path in sources(folder)}
    for page in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]:
        for path in named.findall(page.read_text()):
            known = any((folder / path).exists() for folder in (ROOT, ROOT / "dashboard"))
            assert known or path in files, (page.name, path)


def test_every_folder_and_function_that_the_docs_name_exists() -> None:
    folder, function = re.compile(r"`((?:\w+/)+)`"), re.compile(r"`((?:\w+/)+\w+)\.(\w+)\(\)`")
    tops = ("dashboard", "docs", "static", "templates", "tests")
    folders = [f"{path}/" for top in tops for path in (ROOT / top, *(ROOT / top).rglob("*/"))]
    for page in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]:
        text = page.read_text()
        for path in {*folder.findall(text)} - {"instance/"}:  # made by the first start
            assert any(each.endswith(f"/{path}") for each in folders), (page.name, path)
        for path, name in function.findall(text):
            assert f"def {name}(" in (ROOT / f"dashboard/{path}.py").read_text(), (page.name, name)


def test_every_setting_is_documented() -> None:
    page = (ROOT / "docs/settings.md").read_text()
    for field in Config.model_fields.values():
        assert f"**`{field.validation_alias}`**" in page, field.validation_alias


def test_tests_put_nothing_in_the_place_of_our_own_code() -> None:
    forbidden = re.compile(
        r"unittest\.mock|\bmock\.|mocker|monkeypatch\.setattr\(\W*dashboard|\bresponses\b\."
    )
    this = Path(__file__)
    assert not [p for p in sources("tests") if p != this and forbidden.search(p.read_text())]


def test_the_simulator_is_not_excused_from_the_rules_of_the_house() -> None:
    for path in sources("dashboard/simulator"):
        ours = [name for name in imports(path) if name.startswith("dashboard.")]
        assert all(name.startswith("dashboard.simulator") for name in ours), path


def test_every_local_link_of_the_docs_leads_somewhere() -> None:
    for page in [ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text()):
            if "://" not in target:
                assert (page.parent / target).exists(), (page.name, target)


def test_vendored_files_are_what_their_notice_says() -> None:
    import hashlib  # noqa: PLC0415  used only here

    notice = (ROOT / "static/vendor/htmx/README.md").read_text()
    digest = hashlib.sha256((ROOT / "static/vendor/htmx/htmx.min.js").read_bytes()).hexdigest()
    assert digest in notice


def test_no_two_classes_have_the_same_name() -> None:
    found: dict[str, list[Path]] = {}
    for path in sources("dashboard"):
        if not {"migrations", "simulator"} & set(path.parts):
            for node in ast.parse(path.read_text()).body:
                if isinstance(node, ast.ClassDef):
                    found.setdefault(node.name, []).append(path)
    assert not {name: paths for name, paths in found.items() if len(paths) > 1}
