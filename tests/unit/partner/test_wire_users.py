"""One user, one registration, one inquiry, one token: exact on what is documented."""

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

import pytest
from pydantic import ValidationError

from dashboard.partner.json_shape import ShapeError
from dashboard.partner.readers import (
    read_issued_token,
    read_kyc_started,
    read_registered,
    read_row,
    read_user,
)
from dashboard.partner.responses import BadRow, User, UserStatus
from tests.support.sampling import all_of

ID = "550e8400-e29b-41d4-a716-446655440000"
USER: dict[str, object] = {
    "id": ID,
    "email": "ana@example.com",
    "status": "active",
    "countryCode": "CO",
    "phone": "+573001234567",
    "preferredLanguage": "es",
    "createdAt": "2026-05-27T10:00:00.000Z",
}
CREATED_AT = datetime(2026, 5, 27, 10, tzinfo=UTC)


def row(**changes: object) -> User | BadRow:
    return read_row({**USER, **changes}, position=4)


def test_the_documented_user_is_read_field_by_field() -> None:
    assert read_user({"success": True, "data": {"user": USER}}) == User(
        id=UUID(ID),
        email="ana@example.com",
        status=UserStatus.ACTIVE,
        status_text="active",
        country_code="CO",
        phone="+573001234567",
        preferred_language="es",
        created_at=CREATED_AT,
    )


@pytest.mark.parametrize("status", ["pending", "active", "suspended", "banned"])
def test_a_documented_status_is_known(status: str) -> None:
    user = row(status=status)
    assert isinstance(user, User)
    assert (user.status.value, user.status_text) == (status, status)


@pytest.mark.parametrize("status", ["frozen", "Active", " active", "", "unknown", "ACTIVE"])
def test_any_other_status_is_unknown_and_its_text_kept(status: str) -> None:
    user = row(status=status)
    assert isinstance(user, User)
    assert (user.status, user.status_text) == (UserStatus.UNKNOWN, status)


def test_fields_nobody_documented_are_ignored_even_by_our_own_names() -> None:
    user = row(userType="personal", status_text="banned", country_code="XX", statusText="x")
    assert isinstance(user, User)
    assert (user.status_text, user.country_code) == ("active", "CO")


@pytest.mark.parametrize("name", ["countryCode", "phone", "preferredLanguage", "createdAt"])
def test_an_optional_field_may_be_null_or_absent(name: str) -> None:
    absent = read_row({key: value for key, value in USER.items() if key != name}, 1)
    assert isinstance(absent, User)
    assert row(**{name: None}) == absent


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-05-27T05:00:00-05:00", CREATED_AT),
        ("2026-05-27T10:00:00", CREATED_AT),
        ("2026-05-27T10:00:00.123456Z", CREATED_AT.replace(microsecond=123456)),
    ],
)
def test_a_time_is_utc_whatever_its_offset(text: str, expected: datetime) -> None:
    user = row(createdAt=text)
    assert isinstance(user, User)
    assert user.created_at == expected
    assert user.created_at.tzinfo is UTC


@all_of(
    "changes,problem",
    [
        ({"id": 7}, "id: number"),
        ({"id": "7"}, "id: not a UUID"),
        ({"id": None}, "id: null"),
        ({"email": 5}, "email: number"),
        ({"email": None}, "email: null"),
        ({"email": ["a"]}, "email: list"),
        ({"status": True}, "status: boolean"),
        ({"status": None}, "status: null"),
        ({"status": {}}, "status: object"),
        ({"countryCode": 57}, "countryCode: number"),
        ({"phone": 573001234567}, "phone: number"),
        ({"phone": False}, "phone: boolean"),
        ({"createdAt": 1748340000}, "createdAt: not a time"),
        ({"createdAt": True}, "createdAt: not a time"),
        ({"createdAt": "yesterday"}, "createdAt: not a time"),
        ({"createdAt": "0001-01-01T00:00:00+23:59"}, "createdAt: not a time"),
        ({"createdAt": "9999-12-31T23:59:59-23:59"}, "createdAt: not a time"),
        ({"createdAt": "0001-01-02T23:59:59Z"}, "createdAt: not a time"),
        ({"createdAt": "9999-12-30T00:00:00Z"}, "createdAt: not a time"),
    ],
)
def test_a_field_of_another_type_makes_a_bad_row(changes: dict[str, object], problem: str) -> None:
    bad = row(**changes)
    assert isinstance(bad, BadRow)
    assert (bad.position, [*map(str, bad.problems)]) == (4, [problem])
    assert bad.user_id == (None if "id" in changes else UUID(ID))


@pytest.mark.parametrize("name", ["id", "email", "status"])
def test_a_missing_required_field_makes_a_bad_row(name: str) -> None:
    bad = read_row({key: value for key, value in USER.items() if key != name}, 1)
    assert isinstance(bad, BadRow)
    assert [*map(str, bad.problems)] == [f"{name}: missing"]


@pytest.mark.parametrize("raw", [None, [], "ana@example.com", 5, True])
def test_a_row_that_is_no_object_is_a_bad_row(raw: object) -> None:
    bad = read_row(raw, 2)
    assert isinstance(bad, BadRow)
    assert bad.user_id is None
    assert "ana" not in repr(bad)


@pytest.mark.parametrize(
    "body",
    [None, [], {}, {"data": None}, {"data": {"user": []}}, {"data": USER}, USER,
     {"success": False, "data": {"user": USER}}],
)  # fmt: skip
def test_a_detail_outside_its_envelope_is_not_read(body: object) -> None:
    with pytest.raises(ShapeError):
        read_user(body)


@pytest.mark.parametrize("success", [False, None, "true", 1, {}])
def test_a_write_counts_only_with_success_true(success: object) -> None:
    bodies: dict[Callable[[object], object], dict[str, object]] = {
        read_registered: {"data": {"user": USER}},
        read_kyc_started: {"inquiryId": "inq_1", "verificationUrl": "https://x"},
        read_issued_token: {"accessToken": "t", "user": USER},
    }
    for read, body in bodies.items():
        read({"success": True, **body})
        with pytest.raises(ShapeError, match="success is"):
            read({"success": success, **body})
        with pytest.raises(ShapeError, match="success is"):
            read(body)


def test_a_registration_has_four_fields() -> None:
    registered = read_registered({"success": True, "data": {"user": USER}})
    assert registered.model_dump(exclude={"problems"}) == {
        "id": UUID(ID),
        "email": "ana@example.com",
        "status": UserStatus.ACTIVE,
        "status_text": "active",
        "created_at": CREATED_AT,
    }


def test_the_verification_url_is_kept_as_it_came() -> None:
    url = "javascript:alert(1)"
    started = read_kyc_started({"success": True, "inquiryId": "inq_1", "verificationUrl": url})
    assert started.verification_url == url


def test_a_token_without_its_user_is_not_read() -> None:
    users: list[object] = [None, [], {}, {"id": ID}]
    for user in users:
        with pytest.raises(ShapeError):
            read_issued_token({"success": True, "accessToken": "t", "user": user})


def test_the_refresh_token_has_no_field_and_the_access_token_no_repr() -> None:
    body = {"success": True, "accessToken": "AAA", "refreshToken": "RRR", "user": USER}
    issued = read_issued_token(body)
    assert "RRR" not in str(issued.model_dump())
    assert not [name for name in type(issued).model_fields if "refresh" in name]
    assert "AAA" not in repr(issued) + str(issued) + issued.model_dump_json()
    assert issued.access_token.get_secret_value() == "AAA"


def test_a_value_is_frozen_and_its_repr_holds_no_personal_data() -> None:
    user = row()
    assert isinstance(user, User)
    assert "ana@" not in repr(user) + str(user)
    assert "3001234567" not in repr(user)
    with pytest.raises(ValidationError):
        user.email = "other"  # type: ignore[misc]  # the point
