"""Validation of request bodies. Everything here raises RefusalError 400 with the field's name."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Request

from dashboard.simulator import variants as assumed
from dashboard.simulator.api.responses import RefusalError
from dashboard.simulator.state.people import Person

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_USER_TYPES = ("personal", "business")
Body = Mapping[str, Any]


def body_of(request: Request) -> Body:
    """Return the JSON object a request holds."""
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise RefusalError(400, assumed.NOT_AN_OBJECT)
    return body


def text(body: Body, name: str) -> str:
    """Return a field that must be there and not blank."""
    value = body.get(name)
    if value is None or value == "":
        raise RefusalError(400, assumed.REQUIRED.format(name=name))
    if not isinstance(value, str):
        raise RefusalError(400, assumed.NOT_TEXT.format(name=name))
    if not value.strip():
        raise RefusalError(400, assumed.REQUIRED.format(name=name))
    return value


def user_id(body: Body) -> str:
    """Return the field `userId`, a uuid."""
    value = text(body, "userId")
    if not is_uuid(value):
        raise RefusalError(400, assumed.NOT_A_UUID.format(name="userId"))
    return value.lower()


def privy_user_id(body: Body) -> str:
    """Return the user of a Privy token: the uuid after `assumed.PRIVY_PREFIX`."""
    value = text(body, "privyToken")
    named = value.removeprefix(assumed.PRIVY_PREFIX)
    if named == value or not is_uuid(named):
        raise RefusalError(*assumed.PRIVY_REFUSED)
    return named.lower()


def is_uuid(value: str) -> bool:
    """Return whether this is a uuid in its usual form (RFC 9562, section 4)."""
    return bool(_UUID.fullmatch(value))


def number(value: str | None, name: str, default: int, most: int) -> int:
    """Return a parameter of the query that counts from 1."""
    if not value:
        return default
    if not re.fullmatch(r"[0-9]{1,10}", value) or not 1 <= int(value) <= most:
        raise RefusalError(400, assumed.NOT_A_NUMBER.format(name=name, least=1, most=most))
    return int(value)


def new_user(body: Body) -> Person:
    """Return the user to register, still without id, status and time."""
    user_type = text(body, "userType")
    if user_type not in _USER_TYPES:
        raise RefusalError(400, assumed.NOT_A_USER_TYPE)
    document: dict[str, object] = {"email": _email(body)}
    country = text(body, "countryCode")
    if not assumed.COUNTRY.fullmatch(country):
        raise RefusalError(400, assumed.NOT_A_COUNTRY)
    document["countryCode"] = country.upper()
    if phone := _phone(body):
        document["phone"] = phone
    document["preferredLanguage"] = _language(body)
    return Person(document, user_type)


def applicant(body: Body) -> str:
    """Check all fields of a KYC start; return the user's id."""
    wanted = user_id(body)
    text(body, "firstName")
    text(body, "lastName")
    _email(body)
    _phone(body)
    if body.get("birthDate") is not None:
        _check_birth_date(text(body, "birthDate"))
    return wanted


def _email(body: Body) -> str:
    email = text(body, "email")
    if len(email) > assumed.EMAIL_MAX or not assumed.EMAIL.fullmatch(email):
        raise RefusalError(400, assumed.NOT_AN_EMAIL.format(name="email"))
    return email


def _phone(body: Body) -> str | None:
    if body.get("phone") is None:
        return None
    phone = text(body, "phone").strip()
    if not assumed.PHONE.fullmatch(phone):
        raise RefusalError(400, assumed.NOT_A_PHONE)
    return phone


def _language(body: Body) -> str:
    if body.get("preferredLanguage") is None:
        return "en"
    language = text(body, "preferredLanguage")
    if not assumed.LANGUAGE.fullmatch(language):
        raise RefusalError(400, assumed.NOT_A_LANGUAGE)
    return language


def _check_birth_date(value: str) -> None:
    try:
        if assumed.BIRTH_DATE.fullmatch(value):
            date.fromisoformat(value)
            return
    except ValueError:
        pass
    raise RefusalError(400, assumed.NOT_A_DATE)
