"""The help page: statuses, roles, the glossary, and the contact at Qash."""

import re
from pathlib import Path

import pytest

from dashboard.services.permissions import Role
from tests.support.people import LogIn

GLOSSARY = Path(__file__).parents[3] / "docs/glossary.md"


@pytest.mark.parametrize("role", list(Role))
def test_every_role_can_open_help_from_the_navigation(log_in: LogIn, role: Role) -> None:
    visitor = log_in(role)
    assert 'href="/help"' in visitor.get("/account").text
    visitor.get("/help")


def test_help_explains_every_term_of_the_glossary_in_the_same_words(log_in: LogIn) -> None:
    words = log_in(Role.VIEWER).get("/help").words
    terms = re.findall(r"^## (.+)\n\n((?:.+\n?)+)", GLOSSARY.read_text(), re.MULTILINE)
    assert len(terms) >= 14
    for term, meaning in terms:
        assert f"{term} {' '.join(meaning.split())}" in words


@pytest.mark.parametrize("role", list(Role))
def test_help_shows_every_role_the_table_of_the_staff_page(log_in: LogIn, role: Role) -> None:
    heading = "What each role can do"
    table = log_in(Role.ADMIN).get("/staff").words.partition(heading)[2]
    assert "Issue tokens" in table
    assert table.partition("A staff member can")[0] in log_in(role).get("/help").words


def test_without_a_contact_help_names_the_setting(log_in: LogIn) -> None:
    assert "SUPPORT_CONTACT" in log_in(Role.VIEWER).get("/help").words
