from pathlib import Path
from typing import Any

import pytest

from tests.contract.simulated import APPLICANT, NEW_USER, UNKNOWN_ID, Simulated, simulated
from tests.support.sampling import all_of

FIRST_FAMILY = {"total": 200, "pages": 10, "page": 2, "limit": 20}
SECOND_FAMILY = {"totalItems": 200, "totalPages": 10, "currentPage": 2, "itemsPerPage": 20}


@pytest.fixture
def server(tmp_path: Path) -> Simulated:
    return simulated(tmp_path)


def nested(dotted: str, value: object) -> dict[str, Any]:
    """Return `{"a": {"b": value}}` of `a.b`, beside `success`."""
    for name in reversed(dotted.split(".")):
        value = {name: value}
    assert isinstance(value, dict)
    return {"success": True, **value}


def merged(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    both = {**one, **other}
    for name in one.keys() & other.keys() - {"success"}:
        both[name] = {**one[name], **other[name]}
    return both


ITEMS = ["data.users", "data.items", "users", "items", "data"]


@pytest.mark.parametrize("items", ITEMS)
@pytest.mark.parametrize("counters", ["beside", "top", "pagination", "meta", "none"])
@pytest.mark.parametrize("names", ["total", "totalItems"])
def test_a_list_takes_the_chosen_shape(
    server: Simulated, items: str, counters: str, names: str
) -> None:
    rows = server.get("/users", page=2).get_json()["data"]["users"]
    server.choose(list_items=items, list_counters=counters, list_names=names)
    expected = nested(items, rows)
    family = FIRST_FAMILY if names == "total" else SECOND_FAMILY
    inside = "data." if items.startswith("data.") else ""
    if counters == "top":
        expected |= family
    elif counters == "beside":
        place = nested("data", family) if inside else {"success": True, **family}
        expected = merged(expected, place)
    elif counters != "none":
        expected = merged(expected, nested(inside + counters, family))
    assert server.get("/users", page=2).get_json() == expected


def test_a_list_may_be_the_whole_body(server: Simulated) -> None:
    rows = server.get("/users", page=2).get_json()["data"]["users"]
    server.choose(list_items="body")
    assert server.get("/users", page=2).get_json() == rows


@pytest.mark.parametrize("counters", ["beside", "none"])
def test_a_cursor_leads_through_everybody_once(server: Simulated, counters: str) -> None:
    server.choose(list_paging="cursor", list_counters=counters)
    listed: list[str] = []
    query: dict[str, str] = {"limit": "60"}
    while True:
        data = server.get("/users", **query).get_json()["data"]  # type: ignore[arg-type]  # strings
        assert data.keys() == {"users", "nextCursor"}
        assert len(data["users"]) <= 60
        listed += [user["id"] for user in data["users"]]
        if data["nextCursor"] is None:
            break
        query["cursor"] = data["nextCursor"]
    assert listed == [user["id"] for user in server.users()]


def test_the_last_full_page_of_a_cursor_is_the_end(server: Simulated) -> None:
    server.choose(list_paging="cursor")
    data = server.get("/users", by=2, limit=25).get_json()["data"]
    assert (len(data["users"]), data["nextCursor"]) == (25, None)


@pytest.mark.parametrize("counters", ["top", "pagination", "meta"])
def test_a_cursor_stands_where_counters_would(server: Simulated, counters: str) -> None:
    server.choose(list_paging="cursor", list_counters=counters)
    body = server.get("/users").get_json()
    place = body if counters == "top" else body["data"][counters]
    assert isinstance(place["nextCursor"], str)


@pytest.mark.parametrize("cursor", ["x", "!!", "WzEsMl0=", "bnVsbA==", "eyJhIjoxLCJiIjoyfQ=="])
def test_a_cursor_nobody_gave_is_400(server: Simulated, cursor: str) -> None:
    server.choose(list_paging="cursor")
    assert server.get("/users", cursor=cursor).status_code == 400


def test_an_unrecognised_list_has_its_items_elsewhere(server: Simulated) -> None:
    server.choose(list_unknown="yes")
    data = server.get("/users").get_json()["data"]
    assert len(data["records"]) == 20
    assert "users" not in data


NOT_FOUND = "User not found"


@all_of(
    "shape,body",
    [
        ("success_error", {"success": False, "error": NOT_FOUND}),
        ("nest", {"statusCode": 404, "message": NOT_FOUND, "error": "Not Found"}),
        ("nest_list", {"statusCode": 404, "message": [NOT_FOUND], "error": "Not Found"}),
        ("message", {"message": NOT_FOUND}),
        ("errors", {"errors": [NOT_FOUND]}),
    ],
)
def test_an_error_takes_the_chosen_shape(server: Simulated, shape: str, body: object) -> None:
    server.choose(error_body=shape)
    answer = server.get(f"/users/{UNKNOWN_ID}")
    assert (answer.status_code, answer.get_json()) == (404, body)


def test_an_error_may_be_a_page_or_nothing(server: Simulated) -> None:
    server.choose(error_body="html")
    page = server.get(f"/users/{UNKNOWN_ID}")
    assert (page.status_code, page.mimetype) == (404, "text/html")
    assert NOT_FOUND in page.text
    server.choose(error_body="empty")
    empty = server.get(f"/users/{UNKNOWN_ID}")
    assert (empty.status_code, empty.data) == (404, b"")


def test_statuses_are_as_chosen(server: Simulated) -> None:
    server.choose(created_status=200, duplicate_status=400, kyc_status=201, bad_uuid_status=404)
    created = server.post("/users", NEW_USER)
    start = {**APPLICANT, "userId": created.get_json()["data"]["user"]["id"]}
    assert created.status_code == 200
    assert server.post("/users", NEW_USER).status_code == 400
    assert server.post("/kyc", start).status_code == 201
    assert server.post("/kyc", start).status_code == 409
    malformed = server.get("/users/17")
    assert (malformed.status_code, malformed.get_json()["error"]) == (404, NOT_FOUND)


@pytest.mark.parametrize("name", ["status", "countryCode", "userType", "search"])
def test_an_ignored_filter_leaves_everybody(server: Simulated, name: str) -> None:
    path = f"/users?{name}=nothing-has-this"
    assert server.get(path).get_json()["data"]["total"] == 0
    server.choose(ignored_filters=[name])
    assert server.get(path).get_json()["data"]["total"] == 200


def test_choices_add_up_until_they_are_withdrawn(server: Simulated) -> None:
    server.choose(list_items="items")
    server.choose(list_counters="top")
    chosen = server.control("GET", "rivals").get_json()["chosen"]
    assert (chosen["list_items"], chosen["list_counters"]) == ("items", "top")
    chosen = server.control("DELETE", "rivals").get_json()["chosen"]
    assert (chosen["list_items"], chosen["list_counters"]) == ("data.users", "beside")


def test_the_first_of_each_choice_is_the_default(server: Simulated) -> None:
    rivals = server.control("GET", "rivals").get_json()
    chosen = rivals["chosen"]
    assert (chosen.pop("ignored_filters"), chosen.pop("broken")) == ([], [])
    assert chosen == {
        name: values[0]
        for name, values in rivals["choices"].items()
        if name not in {"ignored_filters", "broken"}
    }


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({"list_item": "data"}, "list_item"),
        ({"list_items": "rows"}, "list_items"),
        ({"created_status": 202}, "created_status"),
        ({"created_status": True}, "created_status"),
        ({"ignored_filters": "status"}, "ignored_filters"),
        ({"ignored_filters": ""}, "ignored_filters"),
        ({"ignored_filters": ["page"]}, "ignored_filters"),
    ],
)
def test_an_unknown_rival_is_400_and_named(
    server: Simulated, body: dict[str, object], named: str
) -> None:
    before = server.control("GET", "rivals").get_json()["chosen"]
    answer = server.control("PUT", "rivals", {"list_counters": "meta", **body})
    assert answer.status_code == 400
    assert named in answer.get_json()["error"]
    assert server.control("GET", "rivals").get_json()["chosen"] == before
