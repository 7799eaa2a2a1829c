from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from tests.contract.simulated import NEW_USER, UNKNOWN_ID, Simulated, error_of, simulated
from tests.support.sampling import all_of

DETAIL = ["id", "email", "status", "countryCode", "phone", "preferredLanguage", "createdAt"]


@pytest.fixture
def server(tmp_path: Path) -> Simulated:
    return simulated(tmp_path)


def test_a_registration_answers_with_four_fields_of_a_pending_user(server: Simulated) -> None:
    answer = server.post("/users", NEW_USER)
    body = answer.get_json()
    user = body["data"]["user"]
    assert answer.status_code == 201
    assert [*body] == ["success", "data", "message"]
    assert (body["success"], body["message"]) == (True, "User created successfully")
    assert [*user] == ["id", "email", "status", "createdAt"]
    assert (user["email"], user["status"]) == ("ana@example.com", "pending")
    assert str(UUID(user["id"])) == user["id"]
    age = datetime.now(UTC) - datetime.fromisoformat(user["createdAt"])
    assert timedelta(seconds=-1) < age < timedelta(minutes=1)
    assert len(user["createdAt"]) == len("2026-05-27T10:00:00.000Z")
    assert user["createdAt"].endswith("Z")


def test_the_detail_has_the_seven_documented_fields(server: Simulated) -> None:
    sent = {**NEW_USER, "countryCode": "co", "phone": " +12025550123\t", "preferredLanguage": "pt"}
    created = server.post("/users", sent).get_json()["data"]["user"]
    body = server.get(f"/users/{created['id']}").get_json()
    user = body["data"]["user"]
    assert [*body] == ["success", "data"]
    assert [*user] == DETAIL
    assert user["phone"] == "+12025550123"
    assert (user["countryCode"], user["preferredLanguage"]) == ("CO", "pt")
    assert {name: user[name] for name in created} == created


def test_what_is_optional_may_be_left_out_or_null(server: Simulated) -> None:
    sent = {**NEW_USER, "phone": None, "preferredLanguage": None}
    created = server.post("/users", sent).get_json()["data"]["user"]
    user = server.get(f"/users/{created['id']}").get_json()["data"]["user"]
    assert "phone" not in user
    assert user["preferredLanguage"] == "en"


@all_of(
    "changes,text",
    [
        ({"userType": None}, "userType is required"),
        ({"userType": "robot"}, "userType must be one of: personal, business"),
        ({"userType": ["personal"]}, "userType must be a string"),
        ({"email": None}, "email is required"),
        ({"email": ""}, "email is required"),
        ({"email": "ana"}, "email must be an email"),
        ({"email": "ana@example"}, "email must be an email"),
        ({"email": "a na@example.com"}, "email must be an email"),
        ({"email": f"{'a' * 60}@{'b' * 200}.com"}, "email must be an email"),
        ({"countryCode": None}, "countryCode is required"),
        ({"countryCode": "COL"}, "countryCode must be an ISO 3166-1 alpha-2 code"),
        ({"countryCode": "C1"}, "countryCode must be an ISO 3166-1 alpha-2 code"),
        ({"phone": "3001234567"}, "phone must be in international format"),
        ({"phone": "+57 300 123"}, "phone must be in international format"),
        ({"phone": "+1234567890123456"}, "phone must be in international format"),
        ({"phone": 573001234567}, "phone must be a string"),
        ({"preferredLanguage": "Spanish!"}, "preferredLanguage must be a language code"),
    ],
)
def test_a_bad_field_is_400_and_stores_nobody(
    server: Simulated, changes: dict[str, object], text: str
) -> None:
    assert error_of(server.post("/users", {**NEW_USER, **changes})) == (400, text)
    assert len(server.users()) == 200


@pytest.mark.parametrize("body", [[], "text", 5, None])
@pytest.mark.parametrize("path", ["/users", "/kyc", "/auth/token"])
def test_a_body_that_is_no_object_is_400(server: Simulated, path: str, body: object) -> None:
    assert error_of(server.post(path, body)) == (400, "Request body must be a JSON object")


@pytest.mark.parametrize("by", [1, 2])
@pytest.mark.parametrize("email", ["ana@example.com", "ANA@Example.com"])
def test_an_email_is_unique_across_partners_and_case(
    server: Simulated, by: int, email: str
) -> None:
    assert server.post("/users", NEW_USER).status_code == 201
    again = server.post("/users", {**NEW_USER, "email": email}, by=by)
    assert error_of(again) == (409, "A user with this email already exists")


def test_a_seeded_email_is_taken_too(server: Simulated) -> None:
    taken = server.users()[7]["email"]
    assert server.post("/users", {**NEW_USER, "email": taken}, by=2).status_code == 409


def test_an_unknown_user_is_404_and_a_malformed_id_400(server: Simulated) -> None:
    assert error_of(server.get(f"/users/{UNKNOWN_ID}")) == (404, "User not found")
    assert error_of(server.get("/users/17")) == (400, "userId must be a UUID")


def test_a_uuid_in_capitals_finds_the_user(server: Simulated) -> None:
    known = server.users()[0]
    found = server.get(f"/users/{known['id'].upper()}").get_json()["data"]["user"]
    assert found["id"] == known["id"]


def test_a_list_has_twenty_of_the_newest_and_its_counters(server: Simulated) -> None:
    body = server.get("/users").get_json()
    data = body["data"]
    assert [*body] == ["success", "data"]
    assert [*data] == ["users", "total", "pages", "page", "limit"]
    assert [data[name] for name in ("total", "pages", "page", "limit")] == [200, 10, 1, 20]
    assert [user["id"] for user in data["users"]] == [user["id"] for user in server.users()[:20]]
    assert not any("userType" in user for user in data["users"])


def test_pages_put_together_are_everybody_newest_first(server: Simulated) -> None:
    listed: list[dict[str, Any]] = []
    for page in range(1, 8):
        data = server.get("/users", page=page, limit=30).get_json()["data"]
        assert data["pages"] == 7
        listed += data["users"]
    assert [user["id"] for user in listed] == [user["id"] for user in server.users()]
    times = [user["createdAt"] for user in listed]
    assert times == sorted(times, reverse=True)


def test_a_page_past_the_end_is_empty(server: Simulated) -> None:
    data = server.get("/users", page=999_999_999).get_json()["data"]
    assert (data["users"], data["total"]) == ([], 200)


def test_a_registered_user_is_at_the_top(server: Simulated) -> None:
    for number in range(3):
        server.post("/users", {**NEW_USER, "email": f"ana{number}@example.com"})
    data = server.get("/users", limit=3).get_json()["data"]
    assert [user["email"] for user in data["users"]] == [
        "ana2@example.com",
        "ana1@example.com",
        "ana0@example.com",
    ]


@pytest.mark.parametrize("query", ["page=0", "page=x", "page=-1", "limit=101", "limit=0"])
def test_a_page_or_limit_out_of_bounds_is_400(server: Simulated, query: str) -> None:
    status, text = error_of(server.get(f"/users?{query}"))
    assert status == 400
    assert text.startswith(query.partition("=")[0])


@pytest.mark.parametrize(
    ("name", "value"),
    [("status", "pending"), ("countryCode", "CO"), ("userType", "business")],
)
def test_a_filter_leaves_those_who_match(server: Simulated, name: str, value: str) -> None:
    expected = [user["id"] for user in server.users() if user[name] == value]
    data = server.get(f"/users?limit=100&{name}={value}").get_json()["data"]
    assert 0 < len(expected) < 100
    assert [user["id"] for user in data["users"]] == expected
    assert data["total"] == len(expected)


def test_filters_and_search_narrow_each_other(server: Simulated) -> None:
    wanted = server.one("pending")
    search = wanted["email"].upper()
    data = server.get("/users", status="pending", search=search).get_json()["data"]
    assert [user["id"] for user in data["users"]] == [wanted["id"]]
    data = server.get("/users", status="active", search=search).get_json()["data"]
    assert data["users"] == []


def test_a_search_finds_part_of_an_email_or_phone_and_no_wildcards(server: Simulated) -> None:
    server.post("/users", {**NEW_USER, "email": "zoe.x@example.com", "phone": "+442079460123"})

    def found(search: str) -> int:
        total: int = server.get("/users", search=search).get_json()["data"]["total"]
        return total

    assert found("OE.X@exa") == 1
    assert found("2079460123") == 1
    assert found("@example.com") == 201
    assert found("%") == found("_") == found("nobody") == 0
