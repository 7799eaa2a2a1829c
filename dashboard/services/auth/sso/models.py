"""The inputs and results of single sign-on."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from dashboard.oidc.models import Identity
from dashboard.services.actors import Actor
from dashboard.store.staff.members import StaffMember


class SsoRefusal(StrEnum):
    """Why a single sign-on was refused: for the audit log, not for the page."""

    UNKNOWN = "unknown"  # no member has this email, and no role follows from the claim
    UNVERIFIED = "unverified"  # the provider does not say that the email is theirs
    OTHER_ACCOUNT = "other account"  # the member with this email has another account there
    DISABLED = "disabled"
    NO_ROLE = "no role"
    SOMEONE_ELSE = (
        "somebody else"  # as it is stored; not the owner of the session that is to be confirmed
    )
    NOT_ASKED_AGAIN = "not anew"  # as it is stored; the provider does not prove that it asked again


@dataclass(frozen=True)
class Arrival:
    """An identity from the provider, and who brings it: no member yet, or the session's."""

    identity: Identity
    by: Actor


@dataclass(frozen=True)
class Admitted:
    """A member who may log in by the provider's answer.

    `to_link` is an account that the member's email has found for the first time: it becomes theirs
    only after their second factor.
    """

    member: StaffMember
    to_link: Identity | None


class Refusal(StrEnum):
    """Why no one was logged in, as the page says it."""

    LOST = "lost"  # begun elsewhere, too long ago, or brought to its end already
    DECLINED = "declined"  # the provider let no one in
    UNAVAILABLE = "unavailable"
    UNTRUSTED = "untrusted"
    NO_ACCESS = "no access"
    NOT_ASKED_AGAIN = "not anew"  # the provider does not prove that it asked again
    SOMEONE_ELSE = "somebody else"


@dataclass(frozen=True)
class SsoRedirect:
    """The provider's address for the browser, and the cookie to keep until it returns."""

    address: str
    cookie: str = field(repr=False)


@dataclass(frozen=True)
class SsoCallback:
    """The browser's return from the provider: the answer, and what the browser kept."""

    state: str = field(repr=False)
    code: str = field(repr=False)
    error: str
    issuer: str  # "" where the provider does not say it (RFC 9207)
    cookie: str = field(repr=False)


@dataclass(frozen=True)
class SignedOn:
    """A log-in, or with `confirmed` a confirmation; `page` is where they were going.

    `asked_at` is when the provider asked who they are, None where it does not say. `to_link` is
    the account that becomes theirs after the second step, sealed, "" where none does.
    """

    member: StaffMember
    page: str
    confirmed: bool
    asked_at: datetime | None = None
    to_link: str = field(default="", repr=False)


@dataclass(frozen=True)
class SsoRefused:
    """A refusal. `page` is where they were going, "" if unknown; `detail` is for the log."""

    refusal: Refusal
    page: str = ""
    confirming: bool = False
    detail: str = ""
