"""The kinds of values that the contract has, and whether a JSON value is one."""

import re
from collections.abc import Callable, Mapping
from enum import StrEnum
from urllib.parse import urlsplit

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", re.ASCII)
_INQUIRY = re.compile(r"inq_[A-Za-z0-9]{30}")
_JWT = re.compile(r"(?<![\w-])[\w-]++\.[\w-]++\.[\w-]++", re.ASCII)
_EMAIL = re.compile(r"(?<![^@\s])[^@\s]++@[^@\s]++")
_COUNTRY = re.compile(r"[A-Z]{2}")
_PHONE = re.compile(r"\+[0-9]{7,15}")


class ValueKind(StrEnum):
    """What a value has to be; the words are for a shell or a report."""

    TRUE = "true"
    BOOLEAN = "a boolean"
    TEXT = "text"
    OBJECT = "an object"
    LIST = "a list"
    WHOLE = "a whole number"
    UUID = "a UUID"
    TIME = "a time in UTC with milliseconds"
    EMAIL = "an email"
    COUNTRY = "a country code"
    PHONE = "a phone in international format"
    STATUS = "a documented status"
    USER_TYPE = "personal or business"
    KYC_STATUS = "a documented KYC status"
    PAYMENT_STATUS = "a documented transaction status"
    INQUIRY = "inq_ and 30 letters and digits"
    URL = "a web address"
    JWT = "a JWT"


def _matches(pattern: re.Pattern[str]) -> Callable[[object], bool]:
    return lambda value: isinstance(value, str) and bool(pattern.fullmatch(value))


def _is_one_of(*words: str) -> Callable[[object], bool]:
    return lambda value: isinstance(value, str) and value in words


def _is_url(value: object) -> bool:
    try:
        parts = urlsplit(value if isinstance(value, str) else "")
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.netloc)


_FITS: Mapping[ValueKind, Callable[[object], bool]] = {
    ValueKind.TRUE: lambda value: value is True,
    ValueKind.BOOLEAN: lambda value: isinstance(value, bool),
    ValueKind.TEXT: lambda value: isinstance(value, str),
    ValueKind.OBJECT: lambda value: isinstance(value, dict),
    ValueKind.LIST: lambda value: isinstance(value, list),
    ValueKind.WHOLE: lambda value: isinstance(value, int) and not isinstance(value, bool),
    ValueKind.UUID: _matches(_UUID),
    ValueKind.TIME: _matches(_TIME),
    ValueKind.EMAIL: _matches(_EMAIL),
    ValueKind.COUNTRY: _matches(_COUNTRY),
    ValueKind.PHONE: _matches(_PHONE),
    ValueKind.STATUS: _is_one_of("pending", "active", "suspended", "banned"),
    ValueKind.USER_TYPE: _is_one_of("personal", "business"),
    ValueKind.KYC_STATUS: _is_one_of(
        "approved", "created", "processing", "manual_review", "failed"
    ),
    ValueKind.PAYMENT_STATUS: _is_one_of("COMPLETED", "PENDING", "FAILED"),
    ValueKind.INQUIRY: _matches(_INQUIRY),
    ValueKind.URL: _is_url,
    ValueKind.JWT: _matches(_JWT),
}


def fits(kind: ValueKind, value: object) -> bool:
    """Return whether a parsed JSON value is of this kind."""
    return _FITS[kind](value)
