"""The one list adapter: every rival of the contract, and nothing else, is a page."""

from typing import Any

import pytest

from dashboard.partner.assumptions import list_params, read_user_page
from dashboard.partner.json_shape import ShapeError, describe
from dashboard.partner.list_filters import LIST_PARAMS, UserQuery
from dashboard.partner.responses import WHOLE_BODY, BadRow, ListShape, User, UserPage
from tests.support.sampling import all_of
from tests.unit.partner.test_wire_users import USER

ROWS = [USER, {**USER, "id": "00000000-0000-4000-8000-000000000000"}]
FAMILIES: list[dict[str, object]] = [
    {"total": 137, "pages": 7, "page": 3, "limit": 20},
    {"totalItems": 137, "totalPages": 7, "currentPage": 3, "itemsPerPage": 20},
]
ITEMS: dict[str, Any] = {
    "data.users": lambda items, beside: {"data": {"users": items, **beside}},
    "data.items": lambda items, beside: {"data": {"items": items, **beside}},
    "users": lambda items, beside: {"users": items, **beside},
    "items": lambda items, beside: {"items": items, **beside},
    "data": lambda items, beside: {"data": items, **beside},
}
PLACES: dict[str, Any] = {
    "beside": lambda shape, counters: shape(ROWS, counters),
    "top": lambda shape, counters: {**shape(ROWS, {}), **counters},
    "pagination": lambda shape, counters: shape(ROWS, {"pagination": counters}),
    "meta": lambda shape, counters: shape(ROWS, {"meta": counters}),
    "pagination on top": lambda shape, counters: {**shape(ROWS, {}), "pagination": counters},
    "meta on top": lambda shape, counters: {**shape(ROWS, {}), "meta": counters},
}


def counters_of(page: UserPage) -> tuple[int | None, ...]:
    return page.total, page.pages, page.page, page.limit


@all_of("items", ITEMS)
@all_of("place", PLACES)
@all_of("family", FAMILIES)
def test_every_rival_of_the_list_is_the_same_page(
    items: str, place: str, family: dict[str, object]
) -> None:
    page = read_user_page({"success": True, **PLACES[place](ITEMS[items], family)})
    assert [type(each) for each in page.rows] == [User, User]
    assert counters_of(page) == (137, 7, 3, 20)
    assert page.next_cursor is None


@pytest.mark.parametrize("items", ITEMS)
def test_a_list_without_counters_is_a_page_without_counters(items: str) -> None:
    page = read_user_page(ITEMS[items](ROWS, {}))
    assert len(page.rows) == 2
    assert counters_of(page) == (None, None, None, None)


def test_the_whole_body_may_be_the_list() -> None:
    page = read_user_page(ROWS)
    assert [type(each) for each in page.rows] == [User, User]
    assert counters_of(page) == (None, None, None, None)
    assert page.shape == ListShape(WHOLE_BODY)
    assert read_user_page([]).rows == ()


@pytest.mark.parametrize("items", ITEMS)
def test_an_empty_list_of_a_known_shape_is_an_empty_page(items: str) -> None:
    page = read_user_page(ITEMS[items]([], {"total": 0}))
    assert page == UserPage(rows=(), total=0, shape=page.shape)
    assert page.shape.items == items


@all_of("items", ITEMS)
@all_of("place", PLACES)
def test_a_cursor_is_found_wherever_counters_are(items: str, place: str) -> None:
    page = read_user_page(PLACES[place](ITEMS[items], {"nextCursor": "abc"}))
    assert page.next_cursor == "abc"
    last = read_user_page(PLACES[place](ITEMS[items], {"nextCursor": None}))
    assert last.next_cursor is None


@pytest.mark.parametrize("wrong", ["137", 1.5, True, None, [137], {"n": 1}, -1, 10**30])
def test_a_counter_of_another_type_is_absent(wrong: object) -> None:
    body = {"data": {"users": ROWS, "total": wrong, "page": 1, "nextCursor": wrong}}
    page = read_user_page(body)
    assert counters_of(page) == (None, None, 1, None)
    assert page.next_cursor in {None, "137"}


def test_one_bad_row_leaves_the_others_readable() -> None:
    page = read_user_page({"data": {"users": [USER, {"id": 1}, None, USER]}})
    assert [type(each) for each in page.rows] == [User, BadRow, BadRow, User]
    assert [each.position for each in page.rows if isinstance(each, BadRow)] == [2, 3]


@all_of(
    "body,found",
    [
        (
            {"success": True, "data": {"records": ROWS, "total": 2}},
            "object with success: boolean, data: object (records: list, total: number)",
        ),
        ({"data": {"users": {"0": USER}}}, "object with data: object (users: object)"),
        ({"users": None}, "object with users: null"),
        ({"success": False, "data": []}, "object with success: boolean, data: list"),
        ({"ana@example.com": USER, "users": 1}, "object with users: number, 1 more"),
        (dict.fromkeys("abcdefghijkl", 1), "object with " + "a: number, b: number, c: number, "
         "d: number, e: number, f: number, g: number, h: number, 4 more"),
        ({}, "empty object"),
        ("ana@example.com", "text"),
        (None, "null"),
    ],
)  # fmt: skip
def test_an_unknown_shape_is_an_error_that_says_what_came(body: object, found: str) -> None:
    with pytest.raises(ShapeError) as caught:
        read_user_page(body)
    assert str(caught.value) == found == describe(body)


def test_a_query_is_written_under_the_assumed_names() -> None:
    query = UserQuery(
        page=2, limit=50, status="pending", country_code="CO", user_type="personal", search="ana"
    )
    assert query.params(LIST_PARAMS) == {
        "page": "2",
        "limit": "50",
        "status": "pending",
        "countryCode": "CO",
        "userType": "personal",
        "search": "ana",
    }
    assert UserQuery().params(LIST_PARAMS) == {"page": "1", "limit": "20"}


def test_a_cursor_takes_the_place_of_the_page() -> None:
    params = UserQuery(page=7, cursor="abc", status="active").params(LIST_PARAMS)
    assert params == {"limit": "20", "status": "active", "cursor": "abc"}


def test_settings_rename_a_parameter() -> None:
    names = list_params({"search": "q", "limit": "per_page"})
    assert UserQuery(search="ana").params(names) == {"page": "1", "per_page": "20", "q": "ana"}


@pytest.mark.parametrize("overrides", [{"sort": "sortBy"}, {"search": ""}])
def test_a_rename_of_nothing_or_to_nothing_is_refused(overrides: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="PARTNER_LIST_PARAMS"):
        list_params(overrides)
