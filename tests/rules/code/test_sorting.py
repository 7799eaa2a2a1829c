"""Lists that people read are sorted by `web/rendering/collation.py`."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.rules.code.test_house import ROOT, sources

OWNER = ROOT / "dashboard/web/rendering/collation.py"
NOT_FOR_READING = {  # numbers, dates, paths and identifiers
    "filters.py": "sorted((number for number in near if 1 <= number <= pages))",
    "assets.py": "sorted((path for path in folder.rglob('*') if path.is_file()))",
    "assets.py, parts": "sorted(folder.glob('*-*.js'))",
    "relative_times.py": "sorted((_date(then, zone), _date(now, zone)))",
    "address.py": "sorted({*self.errors, *self._unusable, *others})",
    "account.py": "sorted(_places)",
}
OF_A_FORM = "sorted(person.member.roles)"
NAMES = re.compile(r"\b(?:name|email|label|title|country|language)\b|\.(?:lower|casefold)\(")
# As the database keeps them, for a page to sort; and the very spelling before others.
STABLE = (".order_by(staff.c.email)", ".order_by(staff.c.email != email)")


def sorts(path: Path) -> Iterator[ast.Call]:
    """Yield each `sorted()`, `.sort()` and `.order_by()` of a file."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call):
            called = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if called in {"sorted", "sort", "order_by"}:
                yield node


def keys_of(node: ast.Call) -> str:
    """Return what a call sorts by."""
    is_query = getattr(node.func, "attr", "") == "order_by"
    keys = node.args if is_query else [word.value for word in node.keywords if word.arg == "key"]
    return " ".join(map(ast.unparse, keys))


def test_only_the_collation_sorts_what_pages_show() -> None:
    excused = {*NOT_FOR_READING.values(), OF_A_FORM}
    own = [
        f"{path.name}: {call}"
        for path in sources("dashboard/views", "dashboard/web", "dashboard/forms")
        for call in map(ast.unparse, sorts(path))
        if path != OWNER and call not in excused
    ]
    assert not own


def test_no_template_sorts_by_code_point() -> None:
    by_code_point = re.compile(r"\|\s*(?:sort|dictsort|groupby)\b")
    templates = [path for path in (ROOT / "templates").rglob("*") if path.is_file()]
    assert not [path for path in templates if by_code_point.search(path.read_text())]


def test_no_service_and_no_query_sorts_by_a_name() -> None:
    by_name = [
        f"{path.name}: {ast.unparse(node)}"
        for path in sources("dashboard/services", "dashboard/store")
        if "migrations" not in path.parts
        for node in sorts(path)
        if NAMES.search(keys_of(node))
    ]
    assert not [call for call in by_name if not call.endswith(STABLE)]
