"""Emails are compared in one form, `dashboard.text.emails.comparable`, and nowhere otherwise."""

import ast
from pathlib import Path

import pytest

SOURCES = Path(__file__).parents[2] / "dashboard"
FOLDS = {"casefold", "lower", "upper", "swapcase"}
# The stand-in API compares as a foreign server may; `text.emails` is the rule itself.
ELSEWHERE = {"simulator", "text"}


def folded_emails(source: str) -> list[str]:
    """Return each expression that changes the case of something that is named an email."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        if node.func.attr not in FOLDS:
            continue
        text = ast.unparse(node).lower()
        if any(word in text for word in ("email", "address", "found", "sent", "q.", "who")):
            found.append(ast.unparse(node))
    return found


@pytest.mark.parametrize(
    "source",
    ["user.email.casefold()", "func.lower(table.c.email)", "filters.q.casefold()", "sent.lower()"],
)
def test_a_comparison_of_its_own_is_found(source: str) -> None:
    assert folded_emails(source)


def test_no_module_folds_an_email_itself() -> None:
    own = {
        path.relative_to(SOURCES).as_posix(): found
        for path in sorted(SOURCES.rglob("*.py"))
        if path.relative_to(SOURCES).parts[0] not in ELSEWHERE
        and (found := folded_emails(path.read_text()))
    }
    # Whether the email as a whole may be compared, not with what.
    assert own == {"partner/list_filters.py": ["user.email.lower()"]}
