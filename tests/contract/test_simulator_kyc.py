import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.contract.simulated import (
    APPLICANT,
    NEW_USER,
    UNKNOWN_ID,
    Simulated,
    error_of,
    simulated,
)


@pytest.fixture
def server(tmp_path: Path) -> Simulated:
    return simulated(tmp_path)


def test_a_start_answers_flat_with_a_link_to_the_inquiry(server: Simulated) -> None:
    answer = server.post("/kyc", {**APPLICANT, "userId": server.one("pending")["id"]})
    body = answer.get_json()
    assert answer.status_code == 200
    assert [*body] == ["success", "verificationUrl", "inquiryId"]
    assert re.fullmatch(r"inq_[A-Za-z0-9]{30}", body["inquiryId"])
    assert body["verificationUrl"].endswith(f"/_simulator/verify?inquiry-id={body['inquiryId']}")


def test_all_fields_and_names_of_any_language_are_taken(server: Simulated) -> None:
    start = {
        **APPLICANT,
        "userId": server.one("pending")["id"],
        "lastName": "Nguyễn",
        "phone": " +12025550123 ",
        "birthDate": "1990-02-28",
    }
    assert server.post("/kyc", start).status_code == 200


def test_a_second_start_is_409_whatever_it_says(server: Simulated) -> None:
    start = {**APPLICANT, "userId": server.one("pending")["id"]}
    assert server.post("/kyc", start).status_code == 200
    again = server.post("/kyc", {**start, "firstName": "Otra"})
    assert error_of(again) == (409, "KYC already in progress")


def test_of_many_starts_at_once_one_succeeds(server: Simulated) -> None:
    start = {**APPLICANT, "userId": server.one("pending")["id"]}
    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(lambda _: server.post("/kyc", start).status_code, range(16)))
    assert sorted(statuses) == [200] + [409] * 15


def test_of_many_registrations_at_once_one_succeeds(server: Simulated) -> None:
    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(lambda _: server.post("/users", NEW_USER).status_code, range(16)))
    assert sorted(statuses) == [201] + [409] * 15
    assert [user["email"] for user in server.users()].count("ana@example.com") == 1


@pytest.mark.parametrize("status", ["active", "suspended", "banned"])
def test_who_is_past_kyc_cannot_start_it(server: Simulated, status: str) -> None:
    start = {**APPLICANT, "userId": server.one(status)["id"]}
    assert error_of(server.post("/kyc", start)) == (409, "KYC already in progress")


def test_a_start_leaves_the_user_pending_until_the_status_is_set(server: Simulated) -> None:
    user = server.one("pending")["id"]
    server.post("/kyc", {**APPLICANT, "userId": user})
    assert server.get(f"/users/{user}").get_json()["data"]["user"]["status"] == "pending"
    server.control("PATCH", f"users/{user}", {"status": "active"})
    assert server.get(f"/users/{user}").get_json()["data"]["user"]["status"] == "active"


def test_an_unknown_user_is_404(server: Simulated) -> None:
    answer = server.post("/kyc", {**APPLICANT, "userId": UNKNOWN_ID})
    assert error_of(answer) == (404, "User not found")


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"userId": None}, "userId is required"),
        ({"userId": "17"}, "userId must be a UUID"),
        ({"firstName": None}, "firstName is required"),
        ({"firstName": "  "}, "firstName is required"),
        ({"lastName": None}, "lastName is required"),
        ({"lastName": 5}, "lastName must be a string"),
        ({"email": None}, "email is required"),
        ({"email": "ana"}, "email must be an email"),
        ({"phone": "300"}, "phone must be in international format"),
        ({"birthDate": "28/02/1990"}, "birthDate must be YYYY-MM-DD"),
        ({"birthDate": "1990-02-30"}, "birthDate must be YYYY-MM-DD"),
        ({"birthDate": "19900228"}, "birthDate must be YYYY-MM-DD"),
    ],
)
def test_a_bad_field_is_400_and_uses_up_no_start(
    server: Simulated, changes: dict[str, object], text: str
) -> None:
    start = {**APPLICANT, "userId": server.one("pending")["id"]}
    assert error_of(server.post("/kyc", {**start, **changes})) == (400, text)
    assert server.post("/kyc", start).status_code == 200
