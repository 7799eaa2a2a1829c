"""Prose is plain English: documents, docstrings, comments and plain strings of the code.

Texts that people read on pages have a rule of their own (`tests/rules/test_words.py`).
"""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.rules.code.test_house import ROOT, sources, tracked

INSTEAD = {
    r"alone": "only",
    r"anew": "again",
    r"(some|no|every|any)body": "someone, no one, everyone, anyone, or a noun",
    r"who(m|so)?ever": "a noun",
    r"(of|with|about|on|from) whom|whom we": "a shorter sentence",
    r"say whether": "return whether",
    r"(says?|tells?) of": "describes, reports",
    r"stands?(?!-)": "is",
    r"by (itself|themselves)": "automatically, on its own",
    r"mend(s|ed)?": "fix",
    r"at once": "immediately, or: at the same time",
    r"wants(?! to)": "needs",
    r"cures?": "fix",
    r"thaw(s|ed)?": "resume",
    r"(come|comes|came|coming) in (by|with|here|there)": "log in",
}
AVOIDED = re.compile(rf"(?<![-\w])(?:{'|'.join(INSTEAD)})(?!\w)", re.IGNORECASE)
# Phrases in which such a word is right.
RIGHT = re.compile(
    r"stands? (for|on its own)|nobody has this password|leaves? alone", re.IGNORECASE
)
STORED = {"somebody else", "not anew"}  # values of the audit log, which stay as they are
TRANSLATED = {"_", "_l", "gettext", "lazy_gettext", "ngettext", "lazy_ngettext"}
THIS = Path(__file__)
WIDTH = 120


def avoided(text: str) -> list[str]:
    """Return the words of a text that have a plainer one."""
    return [found[0] for found in AVOIDED.finditer(RIGHT.sub("", text))]


def prose(page: str) -> str:
    """Return a page without code, names in backticks and targets of links."""
    page = re.sub(r"^( *)```.*?^\1```", "", page, flags=re.MULTILINE | re.DOTALL)
    return re.sub(r"`[^`]*`|\]\([^)]*\)", "", page)


def documents() -> list[Path]:
    return [path for path in tracked() if path.suffix == ".md" and "vendor" not in path.parts]


def docstrings(tree: ast.Module) -> Iterator[ast.Constant]:
    kinds = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    for node in ast.walk(tree):
        if isinstance(node, kinds) and ast.get_docstring(node) is not None:
            first = node.body[0]
            assert isinstance(first, ast.Expr)
            assert isinstance(first.value, ast.Constant)
            yield first.value


def strings(tree: ast.Module) -> Iterator[ast.Constant]:
    """Yield the sentences of the code that are neither docstrings nor translated."""
    left_out = {id(each) for each in docstrings(tree)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in TRANSLATED:
            left_out |= {id(argument) for argument in node.args}
        if not isinstance(node, ast.Constant) or id(node) in left_out:
            continue
        if isinstance(node.value, str) and " " in node.value and node.value not in STORED:
            yield node


def comments(source: str) -> Iterator[tuple[int, str]]:
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


def test_documents_are_in_plain_words() -> None:
    found = [(path.name, word) for path in documents() for word in avoided(prose(path.read_text()))]
    assert not found


def test_lines_of_documents_fit_on_a_screen() -> None:
    long = [
        (path.name, number)
        for path in documents()
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if len(line) > WIDTH
    ]
    assert not long


def test_docstrings_are_in_plain_words() -> None:
    found = [
        (path.relative_to(ROOT).as_posix(), text.lineno, word)
        for path in sources("dashboard", "tests")
        if path != THIS
        for text in docstrings(ast.parse(path.read_text()))
        for word in avoided(str(text.value))
    ]
    assert not found


def test_comments_and_strings_of_the_product_are_in_plain_words() -> None:
    found = []
    for path in sources("dashboard"):
        source = path.read_text()
        texts = [(text.lineno, str(text.value)) for text in strings(ast.parse(source))]
        for line, text in [*comments(source), *texts]:
            found += [(path.relative_to(ROOT).as_posix(), line, word) for word in avoided(text)]
    assert not found


# How a comment looks where it is not Python. Units of systemd have words of their own: `Wants=`.
COMMENTS = {
    ".html": re.compile(r"\{#.*?#\}", re.DOTALL),
    ".js": re.compile(r"(?:^|\s)//.*"),
    ".css": re.compile(r"/\*.*?\*/", re.DOTALL),
}
WITH_HASHES = re.compile(r"(?:^|\s)#.*")
BESIDE_THE_CODE = ("Makefile", "pyproject.toml", "Procfile", ".ci/run")


def test_comments_of_templates_static_files_and_settings_of_tools_are_in_plain_words() -> None:
    found = []
    for path in tracked():
        name = path.relative_to(ROOT).as_posix()
        pattern = COMMENTS.get(path.suffix)
        if name in BESIDE_THE_CODE or (name.startswith("docs/deploy") and path.suffix != ".md"):
            pattern = WITH_HASHES
        if pattern and "vendor" not in path.parts:
            for comment in pattern.findall(path.read_text()):
                found += [(name, word) for word in avoided(comment)]
    assert not found


@pytest.mark.parametrize(
    "text",
    [
        "Nobody asks again.",
        "It stands in the audit log.",
        "for its owner alone",
        "Say whether it is there.",
        "It wants a key.",
        "whoever asks",
        "names the cure",
    ],
)
def test_the_rule_finds_such_words(text: str) -> None:
    assert avoided(text)


@pytest.mark.parametrize(
    "text",
    ["a stand-alone server", "a stand-in", "it stands for the user", "who wants to", "secure"],
)
def test_the_rule_leaves_other_words(text: str) -> None:
    assert not avoided(text)
