"""Near misses: users whose name, email or phone is a typo or two away."""

from datetime import UTC, datetime
from functools import cache
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.services.directory.box import parse
from dashboard.services.directory.typos import count_typos, find_near
from dashboard.store.db.database import Database
from dashboard.store.directory import rows
from dashboard.store.directory.rows import SeenUser

START = datetime(2026, 1, 1, tzinfo=UTC)
WORD = st.text("abc", max_size=7)
PEOPLE = (
    ("ximena.rojas@example.com", "Ximena Rojas", "+573005550142"),
    ("mateo@example.com", "Mateo González", "+56955550118"),
    ("paula@example.org", "Paula Fuentes", "+525555501180"),
)


def plain_typos(one: str, other: str) -> int:
    """Return the distance by its definition (optimal string alignment)."""

    @cache
    def distance(i: int, j: int) -> int:
        if not i or not j:
            return i + j
        ways = [
            distance(i - 1, j) + 1,
            distance(i, j - 1) + 1,
            distance(i - 1, j - 1) + (one[i - 1] != other[j - 1]),
        ]
        if i > 1 and j > 1 and one[i - 2 : i] == other[j - 1] + other[j - 2]:
            ways.append(distance(i - 2, j - 2) + 1)
        return min(ways)

    return distance(len(one), len(other))


@given(one=WORD, other=WORD, most=st.integers(1, 2))
def test_typos_are_counted_as_their_definition_says(one: str, other: str, most: int) -> None:
    assert count_typos(one, other, most) == min(plain_typos(one, other), most + 1)


@pytest.fixture
def filled(database: Database) -> Database:
    with database.write() as connection:
        for email, name, phone in PEOPLE:
            user = SeenUser(uuid4(), email, "active", "CO", None, START, phone=phone, name=name)
            rows.record(connection, [user], START)
    return database


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("ximena.roajs@example.com", 0),
        ("ximena.rojas@exmple.con", 0),
        ("gonzales", 1),
        ("gnozalez", 1),
        ("mateo gonsalez", 1),
        ("matteo", 1),
        ("ximema", 0),
        ("300 555 01 43", 0),
        ("+57 300 555 0124", 0),
        ("+56 9 5555 0119", 1),
        ("fuentez", 2),
    ],
)
def test_a_typo_finds_who_is_meant(filled: Database, typed: str, found: int) -> None:
    with filled.read() as connection:
        near = find_near(connection, parse(typed))
    assert [entry.email for entry in near][:1] == [PEOPLE[found][0]]


@pytest.mark.parametrize("typed", ["zzzz", "jorge.perez@example.net", "+1 202 555 0199", "", "an"])
def test_what_is_no_typo_finds_no_one(filled: Database, typed: str) -> None:
    with filled.read() as connection:
        assert find_near(connection, parse(typed)) == ()
