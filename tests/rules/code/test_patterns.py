"""Every pattern of the code base takes time proportional to the text, whatever the text is.

Each is fed 100 kB of what it is made of: of each of its own characters, classes and words, of pairs
of characters, with an end that fits and with one that does not.
"""

import ast
import importlib
import pkgutil
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

import dashboard
from tests.rules.test_fields import FIELDS, filled
from tests.support.clock import cpu_s

LENGTH, SHORTER, SLOWEST_S = 100_000, 10_000, 0.05
LINEAR = 30  # times as long for ten times the text: between 10 and the 100 of a square
ROOT = Path(dashboard.__path__[0])
STARTS_SOMETHING = ("__main__", "wsgi", "gunicorn")
COMPILES = {"compile", "match", "fullmatch", "search", "sub", "split", "findall", "finditer"}
SLOW = (
    r"[^\s@<>()\[\],;:\"'“”]+(?:@|%40)[^\s@<>()\[\],;:\"'“”]+",
    r"(^|[;\t\r\n])(?=[\"\s\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]*[=+\-@'])",
    r"(a|a)*b",
    r"inq_|://[^\s?]*+\?",
)
Pattern = re.Pattern[str]
PARSER: Any = re._parser  # type: ignore[attr-defined]  # noqa: SLF001  what a pattern is made of
OF_CATEGORY = {
    "CATEGORY_SPACE": " \n",
    "CATEGORY_DIGIT": "0",
    "CATEGORY_WORD": "a0",
    "CATEGORY_NOT_SPACE": "a@",
    "CATEGORY_NOT_DIGIT": "a ",
    "CATEGORY_NOT_WORD": "-. ",
}


def modules() -> Iterator[str]:
    for found in pkgutil.walk_packages(dashboard.__path__, "dashboard."):
        if not found.name.endswith(STARTS_SOMETHING) and "migrations" not in found.name:
            yield found.name


def compiled_in(value: object) -> Iterator[Pattern]:
    """Return the patterns of a value: itself, or those that it holds."""
    if isinstance(value, re.Pattern):
        if isinstance(value.pattern, str):
            yield value
    elif isinstance(value, Mapping):
        yield from compiled_in(tuple(value.values()))
    elif isinstance(value, tuple | list | frozenset | set):
        for each in value:
            yield from compiled_in(each)


def module_patterns() -> Iterator[tuple[str, Pattern]]:
    for name in modules():
        module = importlib.import_module(name)
        for key, value in vars(module).items():
            is_ours = isinstance(value, type) and value.__module__ == name
            inside = vars(value) if is_ours else {key: value}
            for each in inside.values():
                for pattern in compiled_in(each):
                    yield f"{name}.{key}", pattern


def literal_patterns() -> Iterator[tuple[str, Pattern | None]]:
    """Return what is written as a text where it is used; None for what is put together there."""
    for path in sorted(ROOT.rglob("*.py")):
        source = path.read_text()
        if "import re\n" not in source and "Regexp" not in source:
            continue
        for node in ast.walk(ast.parse(source)):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            called = ast.unparse(node.func)
            if called == "Regexp" or called in {f"re.{name}" for name in COMPILES - {"compile"}}:
                text = node.args[0]
                where = f"{path.relative_to(ROOT)}:{node.lineno}"
                known = isinstance(text, ast.Constant) and isinstance(text.value, str)
                yield where, re.compile(text.value) if known else None  # type: ignore[attr-defined]


def page_patterns() -> Iterator[tuple[str, Pattern]]:
    for form, name in FIELDS:
        pattern = filled(form, {})[name].flags.pattern
        if pattern:
            yield f"{form.__name__}.{name} on the page", re.compile(f"^(?:{pattern})$")


@cache
def every_pattern() -> dict[str, Pattern]:
    found = [*module_patterns(), *literal_patterns(), *page_patterns()]
    return {pattern.pattern: pattern for _, pattern in found if pattern}


def characters_of(parsed: Any) -> Iterator[str]:  # noqa: ANN401  the parser's own tree
    """Return a character of each literal and class in a parsed pattern."""
    for op, argument in parsed:
        yield from characters_of_one(str(op), argument)


def characters_of_one(op: str, argument: Any) -> Iterator[str]:  # noqa: ANN401  as above
    match op:
        case "LITERAL":
            yield chr(argument)
        case "RANGE":
            yield from (chr(argument[0]), chr(argument[1]))
        case "CATEGORY":
            yield from OF_CATEGORY[str(argument)]
        case "ANY" | "NOT_LITERAL" | "NEGATE":
            yield from "a0 ~"
        case "IN":
            yield from characters_of(argument)
        case "BRANCH":
            for branch in argument[1]:
                yield from characters_of(branch)
        case _:
            parts = argument if isinstance(argument, tuple) else (argument,)
            for part in parts:
                if isinstance(part, PARSER.SubPattern):
                    yield from characters_of(part)


def words_of(parsed: Any) -> Iterator[str]:  # noqa: ANN401  as above
    """Return the words in a parsed pattern, such as `://`: characters that follow each other."""
    word = ""
    for op, argument in parsed:
        if str(op) == "LITERAL":
            word += chr(argument)
            continue
        yield word
        word = ""
        parts = argument if isinstance(argument, tuple) else (argument,)
        branches = argument[1] if str(op) == "BRANCH" else parts
        for part in branches:
            if isinstance(part, PARSER.SubPattern):
                yield from words_of(part)
    yield word


def texts_for(pattern: Pattern, length: int) -> Iterator[str]:
    parsed = PARSER.parse(pattern.pattern, pattern.flags)
    made_of = list(dict.fromkeys(characters_of(parsed)))
    for word in dict.fromkeys(words_of(parsed)):
        if len(word) > 1:
            yield word * (length // len(word)) + "\x00"
    for char in made_of:
        yield char * length
        yield "\x00" + char * length + "\x00"
        yield "".join(made_of[:3]) + char * length + "\x00"
    # Letters of one literal behave alike: pairs of a few show what pairs of all would.
    few = [*[c for c in made_of if not c.isalnum()][:4], *[c for c in made_of if c.isalnum()][:2]]
    for one, other in permutations(few, 2):
        yield (one + other) * (length // 2) + "\x00"
        yield one + other * length + "\x00"
        yield one * (length // 2) + other * (length // 2) + "\x00"


def uses(pattern: Pattern) -> tuple[Callable[[str], object], ...]:
    """Return the two uses that look the longest: a match may end anywhere, a search too."""
    return pattern.fullmatch, lambda text: pattern.sub("", text)


def slow_text(pattern: Pattern, length: int = LENGTH) -> str | None:
    """Return the start of a text for which the pattern takes too long.

    A busy machine may be slow as well: such a text takes more than its share of a tenth of it, too.
    """
    for text, tenth in zip(
        texts_for(pattern, length), texts_for(pattern, length // 10), strict=True
    ):
        for use in uses(pattern):
            took = cpu_s(partial(use, text), SLOWEST_S)
            if took >= SLOWEST_S and took > LINEAR * cpu_s(partial(use, tenth), 0):
                return text[:20]
    return None


@pytest.mark.parametrize(
    "pattern",
    [
        r"^[\s\u200b\ufeff]+|[\s\u200b\ufeff]+$",
        *(pytest.param(slow, marks=pytest.mark.long) for slow in SLOW),
    ],
)
def test_a_pattern_that_is_slower_than_its_text_is_long_is_found(pattern: str) -> None:
    # Each long enough, and no longer.
    length = 22 if "(a" in pattern else 4 * SHORTER if "://" in pattern else SHORTER // 2
    assert slow_text(re.compile(pattern), length)


def test_there_are_patterns_to_look_at_and_none_is_put_together_where_it_is_used() -> None:
    assert len(every_pattern()) > 25
    assert [where for where, pattern in literal_patterns() if pattern is None] == []


# The shorter text shows a square as well: the patterns above are found with it.
@pytest.mark.parametrize("length", [SHORTER, pytest.param(LENGTH, marks=pytest.mark.weekly)])
@pytest.mark.parametrize("text", every_pattern())
def test_no_pattern_is_slower_than_its_text_is_long(text: str, length: int) -> None:
    assert slow_text(every_pattern()[text], length) is None
