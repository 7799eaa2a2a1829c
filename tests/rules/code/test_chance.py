"""No test fails by chance: what a page or a log may hold by chance is not looked up in it."""

import ast
import re
from collections.abc import Iterator

from tests.rules.code.test_house import ROOT, sources

# Tokens are letters of base64, ids and times are hexadecimal or digits.
BY_CHANCE = re.compile(r"[\w-]{1,3}|[0-9a-f]{1,7}")
FULL_OF_TOKENS = {"text", "words", "timeless", "markup", "stdout", "stderr", "headers", "data"}
FULL_OF_TIMES = re.compile(r"\b(log|logged|err|out)\b")


def looked_up(source: str) -> Iterator[str]:
    """Return each `"text" not in page.text` with a text that may be there by chance."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Compare) or not isinstance(node.ops[0], ast.NotIn):
            continue
        looked_for, where = node.left, node.comparators[0]
        if not isinstance(looked_for, ast.Constant) or not isinstance(looked_for.value, str):
            continue
        attributes = {each.attr for each in ast.walk(where) if isinstance(each, ast.Attribute)}
        is_long = attributes & FULL_OF_TOKENS or FULL_OF_TIMES.search(ast.unparse(where))
        if is_long and BY_CHANCE.fullmatch(looked_for.value):
            yield ast.unparse(node)


def test_nothing_that_may_be_there_by_chance_is_looked_up() -> None:
    found = {
        path.relative_to(ROOT).as_posix(): texts
        for path in sources("tests")
        if (texts := list(looked_up(path.read_text())))
    }
    assert not found


def test_what_may_be_there_by_chance_is_found() -> None:
    source = """
assert "4711" not in page.text
assert "eyJ" not in page.text
assert "ab12" not in logged
assert "eyJhbGciOi" not in page.text
assert "evil.example" not in answer.text
assert "4711" not in numbers
"""
    assert list(looked_up(source)) == [
        "'4711' not in page.text",
        "'eyJ' not in page.text",
        "'ab12' not in logged",
    ]


def test_ports_are_picked_in_one_place() -> None:
    """That place takes no port that the system gives to another process meanwhile."""
    picked = [
        path.relative_to(ROOT).as_posix()
        for path in sources("tests")
        if re.search(r"^ *def free_port\b", path.read_text(), re.MULTILINE)
    ]
    assert len(picked) == 1, picked
