"""The shape of the code: what a newcomer meets, counted.

Functions behind a page are the distinct functions of `dashboard/` that one request calls.
"""

import secrets
import sys
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import CodeType, FrameType

import grimp

from dashboard.app import create_app
from dashboard.config.settings import load_config
from dashboard.crypto.keyring import KeyPurpose
from dashboard.services.permissions import Role
from dashboard.services.staff.manage import Staff
from dashboard.store.audit.chain import Chain
from dashboard.store.db.database import Database
from dashboard.wiring import now
from tests.bench.bench import Bench
from tests.bench.figures import ROOT, Figure
from tests.support.browsing import Visitor
from tests.support.pages.forms import KYC, TOKEN, intent_of
from tests.support.servers.simulator_process import RunningSimulator, start_simulator

SOURCES = ROOT / "dashboard"
GOALS: Mapping[str, int] = {
    "modules in one folder": 20,
    "floors of the services": 8,
    "longest import chain": 24,
    "lines of a file": 250,
    "characters of a template's line": 160,
}
FUNCTIONS: Mapping[str, int] = {
    "list": 160,
    "user": 160,
    "start KYC": 150,
    "issue a token": 180,
}


def measure(bench: Bench) -> Iterator[Figure]:
    """Count."""
    counted = {
        "modules in one folder": _largest_folder(),
        "floors of the services": _floors(),
        "longest import chain": longest_chain(),
        "lines of a file": max(_lines(path) for path in _modules()),
        "characters of a template's line": _longest_template_line(),
    }
    for what, goal in GOALS.items():
        yield _figure(what, counted[what], goal)
    bench.folder.mkdir(parents=True)
    for what, functions in _functions_behind_pages(bench.folder).items():
        yield _figure(f"functions behind: {what}", functions, FUNCTIONS[what])


def _figure(what: str, counted: int, goal: int) -> Figure:
    return Figure("shape", what, str(counted), goal=f"≤ {goal}", holds=counted <= goal)


def _modules() -> list[Path]:
    return [path for path in SOURCES.rglob("*.py") if "migrations" not in path.parts]


def _largest_folder() -> int:
    folders = Counter(path.parent for path in _modules() if path.name != "__init__.py")
    return max(folders.values())


def _floors() -> int:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    floors = [each for each in contracts["contracts"] if each["id"] == "areas-of-services"]
    return len(floors[0]["layers"])


def longest_chain() -> int:
    """Return how many modules the longest chain of imports has; a circle counts as one."""
    graph = grimp.build_graph("dashboard", cache_dir=None)
    lengths: dict[str, int] = {}

    def length(module: str, above: frozenset[str] = frozenset()) -> int:
        if module not in lengths:
            below = graph.find_modules_directly_imported_by(module) - above - {module}
            lengths[module] = 1 + max((length(each, above | {module}) for each in below), default=0)
        return lengths[module]

    return max(map(length, graph.modules))


def _lines(path: Path) -> int:
    return len(path.read_text().splitlines())


def _longest_template_line() -> int:
    files = (path for path in (ROOT / "templates").rglob("*") if path.is_file())
    return max(len(line) for path in files for line in path.read_text().splitlines())


def _functions_behind_pages(folder: Path) -> dict[str, int]:
    with start_simulator(folder, users=120) as simulator:
        visitor = _log_in(folder, simulator)
        people = simulator.users()
        active = next(each["id"] for each in people if each["status"] == "active")
        waiting = [each["id"] for each in people if each["status"] == "pending"]
        kyc, tokens = [f"/users/{each}/kyc" for each in waiting[:2]], f"/users/{active}/tokens"
        _submit(visitor, kyc[0], KYC)()  # what is only done once in a process is not counted
        _submit(visitor, tokens, TOKEN, 200)()
        visitor.get("/users")
        visitor.get(f"/users/{active}")
        return {
            "list": _distinct_functions(lambda: visitor.get("/users")),
            "user": _distinct_functions(lambda: visitor.get(f"/users/{active}")),
            "start KYC": _distinct_functions(_submit(visitor, kyc[1], KYC)),
            "issue a token": _distinct_functions(_submit(visitor, tokens, TOKEN, 200)),
        }


def _submit(
    visitor: Visitor, path: str, fields: dict[str, str], status: int = 303
) -> Callable[[], object]:
    """Open a form, and return what sends it."""
    intent = intent_of(visitor.get(path))
    return lambda: visitor.post(path, {**fields, "intent": intent}, status=status)


def _distinct_functions(request: Callable[[], object]) -> int:
    """Return how many functions of ours one request calls, each counted once."""
    called: set[CodeType] = set()

    def note(frame: FrameType, event: str, _argument: object) -> None:
        if event == "call" and frame.f_code.co_filename.startswith(str(SOURCES)):
            called.add(frame.f_code)

    sys.setprofile(note)
    try:
        request()
    finally:
        sys.setprofile(None)
    return len({(code.co_filename, code.co_qualname) for code in called if _has_name(code)})


def _has_name(code: CodeType) -> bool:
    """Return whether this is a function: comprehensions and lambdas are part of one."""
    return not code.co_name.startswith("<")


def _log_in(folder: Path, simulator: RunningSimulator) -> Visitor:
    settings = {
        "DASHBOARD_ENVIRONMENT": "local",
        "DASHBOARD_SECRET_KEY": secrets.token_urlsafe(48),
        "DATABASE_URL": f"sqlite:///{folder / 'dashboard.sqlite3'}",
        "PARTNER_API_URL": simulator.base_url,
        "PARTNER_API_KEY": simulator.first.api_key,
        "PARTNER_API_SECRET": simulator.first.api_secret,
    }
    config = load_config(None, **settings)
    database = Database(config.database_url)
    database.upgrade()
    chain = Chain(config.keyring.keys(KeyPurpose.CHAIN), config.environment)
    email, password = "shape@example.com", secrets.token_urlsafe(16)
    Staff(database, chain, now).add(email, "Shape", password, [Role.ADMIN])
    visitor = Visitor(create_app(config))
    visitor.log_in(email, password)
    return visitor
