"""Whatever the contract does not document, in one place: every entry here is ASSUMED.

The sections are those of the contract of the Partner API. Once the truth is known it is an edit
here. Points with several plausible answers are the rivals, of which a test may choose another.
"""

import re
from dataclasses import dataclass, field
from typing import Final

# ASSUMED, "GET /users": names, bounds and default of what a list is asked for.
PAGE: Final = "page"
LIMIT: Final = "limit"
CURSOR: Final = "cursor"
SEARCH: Final = "search"
FILTERS: Final = ("status", "countryCode", "userType")
OTHER_NAMES: Final[dict[str, dict[str, str]]] = {  # names by rival reading
    "assumed": {},
    "snake": {
        LIMIT: "page_size", "countryCode": "country_code", "userType": "user_type",
        SEARCH: "query",
    },
    "short": {LIMIT: "per_page", "countryCode": "country", "userType": "type", SEARCH: "q"},
}  # fmt: skip
LIMIT_DEFAULT: Final = 20
LIMIT_MAX: Final = 100
PAGE_MAX: Final = 1_000_000_000

# ASSUMED, "Errors common to all": what a validation message says, and how strict each format is.
EMAIL: Final = re.compile(r"[^@\s]{1,64}@[^@\s.]+(?:\.[^@\s.]+)+")
COUNTRY: Final = re.compile(r"[A-Za-z]{2}")
PHONE: Final = re.compile(r"\+[1-9][0-9]{6,14}")  # E.164 with its plus
LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
BIRTH_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
EMAIL_MAX: Final = 254
NOT_AN_OBJECT: Final = "Request body must be a JSON object"
REQUIRED: Final = "{name} is required"
NOT_TEXT: Final = "{name} must be a string"
NOT_AN_EMAIL: Final = "{name} must be an email"
NOT_A_COUNTRY: Final = "countryCode must be an ISO 3166-1 alpha-2 code"
NOT_A_PHONE: Final = "phone must be in international format"
NOT_A_LANGUAGE: Final = "preferredLanguage must be a language code"
NOT_A_USER_TYPE: Final = "userType must be one of: personal, business"
NOT_A_DATE: Final = "birthDate must be YYYY-MM-DD"
NOT_A_UUID: Final = "{name} must be a UUID"
NOT_A_NUMBER: Final = "{name} must be a number from {least} to {most}"
NOT_A_CURSOR: Final = "cursor is invalid"

# ASSUMED, "POST /users": a duplicate is sought across all of Qash; the text is invented.
DUPLICATE_EMAIL: Final = "A user with this email already exists"

# ASSUMED, "POST /kyc": only a pending user who never started may start. The contract says nothing
# of users whose KYC is behind them; the one documented conflict answers for them too.
KYC_STARTS_FROM: Final = "pending"

# ASSUMED, "POST /auth/token": `banned` reads as the documented `pending` and `suspended` do.
NOT_ACTIVE: Final = "User account is {status}"

# ASSUMED, "POST /auth/login": everything but the fields. A token of Privy's is `privy-<userId>`
# here; it logs in any user who may still become active, and an unknown userId becomes a user.
PRIVY_PREFIX: Final = "privy-"
PRIVY_LOGS_IN: Final = ("pending", "active")
PRIVY_REFUSED: Final = (400, "Invalid Privy token")

# ASSUMED, "Errors common to all": what is answered where the contract is silent.
FAULT_TEXTS: Final = {
    401: "Invalid partner credentials",
    429: "Too Many Requests",
    500: "Internal server error",
    503: "Authentication service unavailable",
}

# ASSUMED, "Environments and authentication": it is open whether a partner may have several
# pairs at the same time; the vendor's steps (revoke, generate, update) read as if it had one.
ONE_PAIR_REFUSED: Final = "Revoke the existing key first"

# ASSUMED: the contract knows no request id; one does no harm.
REQUEST_ID_HEADER: Final = "X-Request-Id"

WHOLE_BODY: Final = "body"  # the list itself, with neither `success` nor counters around it

# ASSUMED, throughout the contract: the rivals, the assumed answer first.
CHOICES: Final[dict[str, tuple[str | int, ...]]] = {
    "list_items": ("data.users", "data.items", "users", "items", "data", WHOLE_BODY),
    "list_counters": ("beside", "top", "pagination", "meta", "none"),
    "list_names": ("total", "totalItems"),
    "list_paging": ("pages", "cursor"),
    "list_params": tuple(OTHER_NAMES),
    "list_order": ("newest", "oldest"),
    "list_unknown": ("no", "yes"),
    "error_body": (
        "success_error", "nest", "nest_list", "message", "errors", "html", "empty",
    ),
    "created_status": (201, 200),
    "duplicate_status": (409, 400),
    "kyc_status": (200, 201),
    "bad_uuid_status": (400, 404),
    "verification_url": ("simulator", "documented"),
    "key_pairs": ("several", "one"),
}  # fmt: skip
IGNORABLE_FILTERS: Final = (*FILTERS, SEARCH)


@dataclass(frozen=True)
class Variants:
    """Which of the rival readings of the contract is played. The defaults are the ASSUMED ones."""

    list_items: str = "data.users"
    list_counters: str = "beside"
    list_names: str = "total"
    list_paging: str = "pages"
    list_params: str = "assumed"  # an unknown name is ignored
    list_order: str = "newest"  # of numbered pages
    list_unknown: str = "no"
    error_body: str = "success_error"
    created_status: int = 201
    duplicate_status: int = 409
    kyc_status: int = 200
    bad_uuid_status: int = 400
    verification_url: str = "simulator"  # the stand-in page; the documented form leads outside
    key_pairs: str = "several"  # that a partner may have at the same time
    ignored_filters: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)  # points of the contract, `faults/breaches.py`
