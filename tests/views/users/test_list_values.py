"""Values that the API does not document: users who have them can be filtered by them."""

import html
import re
from dataclasses import replace
from urllib.parse import parse_qs, quote, urlsplit
from uuid import uuid4

import pytest

from dashboard.store.db.database import Database
from dashboard.store.directory.facets import VALUES_MAX
from dashboard.store.directory.rows import SeenUser
from tests.support.browsing import Visitor
from tests.support.clock import TestClock
from tests.support.directory import fill, someone
from tests.support.pages.user_list import shown
from tests.support.sampling import all_of

pytestmark = pytest.mark.on_postgres
ODD = "<b>Fro\u00a0zen' \" %"
IGNORED = "We can’t use these parts of the address: {}."


def odd(number: int, **facts: str) -> SeenUser:
    known = replace(someone(number), status="active", email=f"odd{number}@x.co")
    return replace(known, **facts)  # type: ignore[arg-type]  # by name


USERS = [
    *(someone(number) for number in range(1, 13)),
    odd(20, status="frozen"),
    odd(21, status="frozen", country_code="xk"),
    odd(22, status=ODD, country_code="ZZZ", user_type="trust", preferred_language="tlh"),
    odd(23, status="f", user_type="a"),
]


@pytest.fixture
def reader(database: Database, support: Visitor, clock: TestClock) -> Visitor:
    fill(database, USERS, clock())
    return support


@all_of(
    "name,column,value",
    [
        ("status", "status", "frozen"),
        ("status", "status", ODD),
        ("status", "status", "f"),
        ("country", "country_code", "xk"),
        ("country", "country_code", "ZZZ"),
        ("user_type", "user_type", "trust"),
        ("user_type", "user_type", "a"),
        ("language", "preferred_language", "tlh"),
    ],
)
def test_any_value_that_a_user_has_is_a_filter_with_its_count(
    reader: Visitor, name: str, column: str, value: str
) -> None:
    expected = {str(user.user_id) for user in USERS if getattr(user, column) == value}
    for more in ("", "&q=odd"):
        page = reader.get(f"/users?{name}={quote(value)}{more}&limit=100")
        assert set(shown(page)) == expected
        assert f"1–{len(expected)} of {len(expected)}" in page.words
        assert "We can’t use" not in page.words


def test_each_status_that_users_have_is_a_chip_and_each_other_value_an_option(
    reader: Visitor,
) -> None:
    page = reader.get("/users?limit=100")
    chips = re.findall(
        r'<a class="\w*" href="(/users[^"]*)".*?<span class="count">(\d+)', page.text, re.DOTALL
    )
    by_status = {
        parse_qs(urlsplit(html.unescape(address)).query).get("status", [""])[0]: (address, count)
        for address, count in chips
    }
    for status, users in {"frozen": 2, ODD: 1, "f": 1, "on_hold": 2}.items():
        address, count = by_status[status]
        assert int(count) == users == len(shown(reader.get(html.unescape(address))))
    for value, count in (("xk", 1), ("ZZZ", 1), ("trust", 1), ("a", 1), ("tlh", 1)):
        assert re.search(rf'<option value="{value}"[^>]*>[^<]*\({count}\)', page.text), value


@pytest.mark.parametrize("value", ["never", "x" * 65, "a\u202eb", "Frozen"])
@pytest.mark.parametrize("name", ["status", "country", "user_type", "language"])
def test_a_value_that_no_user_has_is_named_and_not_used(
    reader: Visitor, name: str, value: str
) -> None:
    page = reader.get(f"/users?{name}={quote(value)}&limit=100")
    assert IGNORED.format(name) in page.words
    assert len(shown(page)) == len(USERS)


def test_a_documented_value_without_users_is_an_empty_list(reader: Visitor) -> None:
    for query in ("country=JP", "status=banned&country=JP"):
        page = reader.get(f"/users?{query}")
        assert "We can’t use" not in page.words
        assert shown(page) == []


def test_where_every_user_has_their_own_values_few_are_offered_and_the_chosen_one_is(
    database: Database, support: Visitor, clock: TestClock
) -> None:
    own = [
        replace(
            someone(number),
            status="pending",
            country_code=f"c{number}",
            preferred_language=f"l{number}",
            user_type=f"t{number}",
        )
        for number in range(4 * VALUES_MAX)
    ]
    often = [replace(each, user_id=uuid4(), email=f"b{each.email}") for each in own[-2:]]
    fill(database, [*own, *often], clock())
    last = len(own) - 1
    chosen = {"country": "c7", "language": "l7", "user_type": "t7"}
    for path, names in (("/users", chosen), ("/kyc", ("language",))):
        page = support.get(path)
        assert page.text.count("<option") < 4 * VALUES_MAX
        assert f"l{last} (2)" in page.text  # what most users have
        for name in names:
            value = chosen[name]
            page = support.get(f"{path}?{name}={value}")
            assert re.search(rf'<option[^>]* value="{value}" selected>{value} \(1\)', page.text)


def test_a_value_that_is_no_country_s_is_in_the_title_as_text(reader: Visitor) -> None:
    page = reader.get("/users?country=ZZZ")
    assert "<title>Users · ZZZ · " in page.text
