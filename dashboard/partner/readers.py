"""From parsed JSON to the values of responses.py, one function per endpoint (docs/partner-api.md).

Every `read_…` raises ShapeError, and nothing else, for JSON that does not fit. The list's reader
is `assumed.read_user_page`, since all of its shape is assumed.
"""

from collections.abc import Mapping
from typing import Any, TypeVar
from uuid import UUID

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from dashboard.partner.json_shape import (
    ProblemKind,
    ShapeError,
    ShapeProblem,
    describe,
    json_type,
    other_shape,
)
from dashboard.partner.responses import (
    ApiModel,
    BadRow,
    IssuedToken,
    KycStarted,
    Registered,
    User,
    UserStatus,
)
from dashboard.text import limits

M = TypeVar("M", bound=ApiModel)

_REGISTERED = {"id": "id", "email": "email", "status": "status_text", "createdAt": "created_at"}
_USER = _REGISTERED | {
    "countryCode": "country_code",
    "phone": "phone",
    "preferredLanguage": "preferred_language",
}
_TOKEN_USER = {
    "id": "user_id",
    "email": "email",
    "status": "status_text",
    "userType": "user_type",
}
_KYC = {"inquiryId": "inquiry_id", "verificationUrl": "verification_url"}
_TOKEN = {"accessToken": "access_token", "isNewUser": "is_new_user"}
_WIRE_NAMES = {
    field_name: wire_name
    for names in (_USER, _TOKEN_USER, _KYC, _TOKEN)
    for wire_name, field_name in names.items()
}
_FLAWS = {
    "missing": ProblemKind.MISSING,
    "uuid_parsing": ProblemKind.NOT_A_UUID,
    "value_error": ProblemKind.NOT_A_TIME,
    "string_too_short": ProblemKind.EMPTY,
    "too_short": ProblemKind.EMPTY,
    "string_too_long": ProblemKind.LONG_TEXT,
    "too_long": ProblemKind.LONG_TEXT,
}
_STATUSES = {status.value: status for status in UserStatus}


def read_user(body: object) -> User:
    """Read GET /users/{userId}: `{"success": true, "data": {"user": {…}}}`."""
    return _build(User, _pick(_user_object(body), _USER))


def read_registered(body: object) -> Registered:
    """Read POST /users: the same envelope, four fields."""
    require_success(body)
    return _build(Registered, _pick(_user_object(body), _REGISTERED))


def read_kyc_started(body: object) -> KycStarted:
    """Read POST /kyc: a flat envelope."""
    fields = _pick(require_success(body), _KYC)
    return _build(KycStarted, {name: value for name, value in fields.items() if value is not None})


def read_issued_token(body: object) -> IssuedToken:
    """Read POST /auth/token or /auth/login: a flat envelope with the user inside."""
    flat = require_success(body)
    user = flat.get("user")
    if not isinstance(user, dict):
        raise other_shape(body)
    return _build(IssuedToken, _pick(user, _TOKEN_USER) | _pick(flat, _TOKEN))


def read_row(raw: object, position: int) -> User | BadRow:
    """Read one row of the list; a row that does not fit is marked, the others stay readable."""
    if not isinstance(raw, dict):
        return BadRow(
            position=position, problems=(ShapeProblem(ProblemKind.NOT_AN_OBJECT, json_type(raw)),)
        )
    try:
        return _build(User, _pick(raw, _USER))
    except ShapeError as error:
        user_id = _find_id(raw.get("id"))
        return BadRow(position=position, problems=error.found, user_id=user_id)


def require_success(body: object) -> dict[str, object]:
    """Return the body if it says `"success": true`, as every write's does; raises ShapeError."""
    if not isinstance(body, dict):
        raise other_shape(body)
    if body.get("success") is not True:
        raise ShapeError(ShapeProblem(ProblemKind.NO_SUCCESS, describe(body)))
    return body


def _user_object(body: object) -> dict[str, object]:
    data = body.get("data") if isinstance(body, dict) else None
    user = data.get("user") if isinstance(data, dict) else None
    if not isinstance(user, dict) or (isinstance(body, dict) and body.get("success") is False):
        raise other_shape(body)
    return user


def _pick(raw: Mapping[str, object], names: Mapping[str, str]) -> dict[str, Any]:
    """Return the values by the names of our fields; a status also as one of ours, else UNKNOWN."""
    fields = {names[key]: raw[key] for key in names if key in raw}
    if "status" in names:
        fields["status"] = _STATUSES.get(str(raw.get("status")), UserStatus.UNKNOWN)
    return fields


def _build(model: type[M], fields: Mapping[str, Any]) -> M:
    try:
        return model.model_validate(fields)
    except ValidationError as error:
        flaws = error.errors(include_url=False, include_input=False)
    problems = tuple(_found(flaw, fields) for flaw in flaws)
    long = {
        str(flaw["loc"][0]) for flaw in flaws if _FLAWS.get(flaw["type"]) is ProblemKind.LONG_TEXT
    }
    if len(long) < len(flaws) or not long <= model.DROPPED | model.CUT.keys():
        raise ShapeError(*problems)
    cut = {name: limits.cut(fields[name], model.CUT[name]) for name in long & model.CUT.keys()}
    spared = {**fields, **dict.fromkeys(long), **cut}
    return model.model_validate({**spared, "problems": problems})


def _found(flaw: ErrorDetails, fields: Mapping[str, Any]) -> ShapeProblem:
    name = str(flaw["loc"][0])
    known = _FLAWS.get(flaw["type"], ProblemKind.OTHER_SHAPE)
    is_long = known is ProblemKind.LONG_TEXT
    detail = str(flaw["ctx"]["max_length"]) if is_long else json_type(fields.get(name))
    return ShapeProblem(known, detail, _WIRE_NAMES.get(name, name))


def _find_id(value: object) -> UUID | None:
    try:
        return UUID(value) if isinstance(value, str) else None
    except ValueError:
        return None
