"""What a session is, and how a person showed who they are."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from dashboard.services.actors import Actor
from dashboard.services.auth.devices import Device, read_device
from dashboard.services.clocks import is_fresh
from dashboard.store.staff.members import StaffMember

CONFIRMED_FOR = timedelta(minutes=5)
HANDLE = 16  # digits of the hash that name a session to its owner


class Method(StrEnum):
    """How a person logged in."""

    PASSWORD = "password"  # noqa: S105  the name of a method
    CODE = "code"  # a password and a code of an authenticator app
    PASSKEY = "passkey"
    RECOVERY = "recovery"  # a password and a recovery code
    LINK = "link"
    SSO = "sso"


@dataclass(frozen=True)
class OpenSession:
    """A person's session. `data` is the web layer's JSON; it opens nothing once it `is_over`."""

    id_hash: str
    staff: StaffMember
    data: str
    started_at: datetime
    seen_at: datetime
    idle_ends_at: datetime
    ends_at: datetime  # the absolute limit
    is_over: bool
    method: Method
    confirmed_at: datetime | None  # when its owner last showed who they are
    address: str | None
    browser: str | None  # User-Agent

    @property
    def handle(self) -> str:
        """The session's name on its owner's pages. It opens nothing."""
        return self.id_hash[:HANDLE]

    @property
    def device(self) -> Device:
        """The device that its owner logged in with."""
        return read_device(self.browser or "")

    def is_confirmed(self, now: datetime) -> bool:
        """Return whether its owner has just confirmed who they are.

        A confirmation from the future is none: the clock was put back, and it would last.
        """
        at = self.confirmed_at
        return at is not None and is_fresh(at, now, CONFIRMED_FOR)

    def may_begin(self, now: datetime, by_password: bool) -> bool:  # noqa: FBT001  a setting
        """Return whether its owner may set up a first factor without a confirmation.

        Just after a log-in at a provider that does not say when it asked, and only without
        anything else to confirm with: there would be no way to a factor at all.
        """
        has_other = self.staff.has_second_factor or (by_password and self.staff.has_password)
        just_begun = is_fresh(self.started_at, now, CONFIRMED_FOR)
        at_provider = self.method is Method.SSO and self.confirmed_at is None
        return at_provider and just_begun and not has_other


@dataclass(frozen=True)
class Showing:
    """That a person has just shown who they are: by which method, and in which request."""

    method: Method
    by: Actor


class SessionOverError(Exception):
    """The session ended during the request: nothing was changed."""
