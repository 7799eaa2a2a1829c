"""The scenarios, and the points of the contract that each one checks.

The name of a point is stable: reports, pages and other people's pipelines name it. What the
contract says about it is in `web/rendering/words/contract_points.py`.
"""

from collections.abc import Mapping
from enum import StrEnum


class Scenario(StrEnum):
    """A part of the flow, or an unhappy path."""

    FLOW = "flow"
    DUPLICATE_EMAIL = "duplicate-email"
    SECOND_KYC = "second-kyc"
    PENDING_TOKEN = "token-while-pending"  # noqa: S105  the name of a scenario
    UNKNOWN_USER = "unknown-user"
    BAD_INPUT = "bad-input"
    WRONG_KEYS = "wrong-credentials"
    EXPIRED_LINK = "expired-link"
    RATE_LIMIT = "rate-limit"


class Point(StrEnum):
    """One thing that the contract says, which an answer can break."""

    REGISTER_STATUS = "register.status"
    REGISTER_ENVELOPE = "register.envelope"
    REGISTER_FIELDS = "register.fields"
    REGISTER_ID = "register.id"
    REGISTER_EMAIL = "register.email"
    REGISTER_PENDING = "register.pending"
    REGISTER_CREATED_AT = "register.created_at"
    USER_STATUS = "user.status"
    USER_ENVELOPE = "user.envelope"
    USER_FIELDS = "user.fields"
    USER_SAME = "user.same"
    USER_PHONE = "user.phone"
    LIST_READABLE = "list.readable"
    LIST_FINDS = "list.finds"
    KYC_STATUS = "kyc.status"
    KYC_ENVELOPE = "kyc.envelope"
    KYC_INQUIRY_ID = "kyc.inquiry_id"
    KYC_LINK = "kyc.link"
    ACTIVE_STATUS = "active.status"
    TOKEN_STATUS = "token.status"  # noqa: S105  no secret, like those that follow
    TOKEN_ENVELOPE = "token.envelope"  # noqa: S105
    TOKEN_USER = "token.user"  # noqa: S105
    TOKEN_SAME_USER = "token.same_user"  # noqa: S105
    TOKEN_SIGNED = "token.signed"  # noqa: S105
    TOKEN_HOUR = "token.hour"  # noqa: S105
    TOKEN_REFRESH = "token.refresh"  # noqa: S105
    KYC_STATUS_FIELDS = "kyc_status.fields"
    KYC_STATUS_APPROVED = "kyc_status.approved"
    ACCOUNTS_FIELDS = "accounts.fields"
    BALANCE_FIELDS = "balance.fields"
    TRANSACTIONS_FIELDS = "transactions.fields"
    USER_TOKEN_REFUSED = "user_token.refused"  # noqa: S105
    DUPLICATE_STATUS = "duplicate.status"
    SECOND_KYC_STATUS = "second_kyc.status"
    SECOND_KYC_TEXT = "second_kyc.text"
    SECOND_KYC_NO_LINK = "second_kyc.no_link"
    PENDING_TOKEN_STATUS = "pending_token.status"  # noqa: S105
    PENDING_TOKEN_TEXT = "pending_token.text"  # noqa: S105
    PENDING_TOKEN_NO_TOKEN = "pending_token.no_token"  # noqa: S105
    UNKNOWN_USER_SHOW = "unknown_user.show"
    UNKNOWN_USER_KYC = "unknown_user.kyc"
    UNKNOWN_USER_TOKEN = "unknown_user.token"  # noqa: S105
    UNKNOWN_USER_TEXT = "unknown_user.text"
    UNKNOWN_USER_MALFORMED = "unknown_user.malformed"
    BAD_INPUT_EMAIL = "bad_input.email"
    BAD_INPUT_COUNTRY = "bad_input.country"
    BAD_INPUT_NAME = "bad_input.name"
    BAD_INPUT_USER_ID = "bad_input.user_id"
    BAD_INPUT_TEXT = "bad_input.text"
    WRONG_KEYS_SECRET = "wrong_keys.secret"  # noqa: S105
    WRONG_KEYS_KEY = "wrong_keys.key"
    WRONG_KEYS_NONE = "wrong_keys.none"
    WRONG_KEYS_TEXT = "wrong_keys.text"
    WRONG_KEYS_OURS = "wrong_keys.ours"
    EXPIRED_LINK_PENDING = "expired_link.pending"
    EXPIRED_LINK_START = "expired_link.start"
    EXPIRED_LINK_TOKEN = "expired_link.token"  # noqa: S105
    RATE_LIMIT_STATUS = "rate_limit.status"
    RATE_LIMIT_OVER = "rate_limit.over"


_FLOW = ("register", "user", "list", "kyc", "active", "token", "kyc_status", "accounts", "balance",
         "transactions", "user_token")  # fmt: skip
_PARTS: Mapping[Scenario, tuple[str, ...]] = {
    Scenario.FLOW: _FLOW,
    Scenario.DUPLICATE_EMAIL: ("duplicate",),
    Scenario.SECOND_KYC: ("second_kyc",),
    Scenario.PENDING_TOKEN: ("pending_token",),
    Scenario.UNKNOWN_USER: ("unknown_user",),
    Scenario.BAD_INPUT: ("bad_input",),
    Scenario.WRONG_KEYS: ("wrong_keys",),
    Scenario.EXPIRED_LINK: ("expired_link",),
    Scenario.RATE_LIMIT: ("rate_limit",),
}
ONLY_SIMULATOR = frozenset({Scenario.EXPIRED_LINK, Scenario.RATE_LIMIT})
"""What no API can be made to do, except by the simulator's own controls."""

_REGISTER, _SHOW, _KYC = "POST /users", "GET /users/{userId}", "POST /kyc"
_TOKEN, _ERRORS, _AS_USER = "POST /auth/token", "Errors", "GET /api/v1/user/…"
_SECTIONS: Mapping[str, str] = {
    "register": _REGISTER,
    "user": _SHOW,
    "list": "GET /users",
    "kyc": _KYC,
    "active": _KYC,
    "token": _TOKEN,
    "kyc_status": _AS_USER,
    "accounts": _AS_USER,
    "balance": _AS_USER,
    "transactions": _AS_USER,
    "user_token": _AS_USER,
    "duplicate": _REGISTER,
    "second_kyc": _KYC,
    "pending_token": _TOKEN,
    "unknown_user": _ERRORS,
    "bad_input": _ERRORS,
    "wrong_keys": "Environments and authentication",
    "expired_link": _KYC,
    "rate_limit": _ERRORS,
}


def points_of(scenario: Scenario) -> tuple[Point, ...]:
    """Return the points that a scenario checks, in the order in which it does."""
    return tuple(each for each in Point if each.partition(".")[0] in _PARTS[scenario])


def section_of(point: Point) -> str:
    """Return the section of docs/partner-api.md that a point is from, as its heading begins."""
    return _SECTIONS[point.partition(".")[0]]
