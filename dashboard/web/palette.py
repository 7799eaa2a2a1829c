"""What the command palette offers to a person: only what a page has too, and they may open."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from flask import url_for
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from dashboard.services.permissions import Permission
from dashboard.store.users.recent import RecentUser
from dashboard.text.search import fold
from dashboard.web.context import settings, signed_in

PENDING, ACTIVE = "pending", "active"


@dataclass(frozen=True)
class PalettePage:
    """A page. `keys` follow `g` and lead there."""

    endpoint: str
    symbol: str
    label: LazyString
    access: Permission | None = None
    key: str = ""


PLACES = (
    PalettePage("overview.index", "layout-dashboard", _l("Overview"), Permission.USERS_READ, "o"),
    PalettePage("users.index", "users", _l("Users"), Permission.USERS_READ, "u"),
    PalettePage("users.new", "user-plus", _l("Register user"), Permission.USERS_REGISTER),
    PalettePage("desk.index", "badge-check", _l("KYC desk"), Permission.USERS_READ, "k"),
    PalettePage("jobs.index", "list-checks", _l("Jobs"), Permission.JOBS_OPEN),
    PalettePage("lab.index", "flask-conical", _l("Lab"), Permission.LAB_RUN),
    PalettePage("tokens.index", "key-round", _l("Tokens"), Permission.USERS_READ, "t"),
    PalettePage("saved_views.index", "bookmark", _l("Saved views"), Permission.USERS_READ),
    PalettePage("audit.index", "scroll-text", _l("Audit log"), Permission.AUDIT_READ),
    PalettePage("staff.index", "shield-user", _l("Staff"), Permission.STAFF_MANAGE),
    PalettePage("settings.index", "settings", _l("Settings"), Permission.CREDENTIALS_MANAGE),
    PalettePage("account.index", "user", _l("Your account")),
    PalettePage("help.index", "circle-question-mark", _l("Help")),
)


@dataclass(frozen=True)
class UserCommand:
    """An action on the user whose page is open: it leads to `url`, or copies a text."""

    symbol: str
    label: LazyString
    url: str = ""
    copied: str = ""
    said: LazyString | None = None


def places() -> list[PalettePage]:
    """Return the pages that this person may open."""
    may = signed_in().may
    return [place for place in PLACES if place.access is None or may(place.access)]


def commands(user_id: UUID, user: RecentUser | None) -> Iterator[UserCommand]:
    """Give what this person may do with a user. What a status rules out, their page rules out."""
    may, status = signed_in().may, user.status if user else ""
    if may(Permission.KYC_START) and status == PENDING:
        yield UserCommand("badge-check", _l("Start KYC"), url_for("kyc.show", user_id=user_id))
    if may(Permission.TOKENS_ISSUE) and status == ACTIVE:
        yield UserCommand("key-round", _l("Issue token"), url_for("tokens.new", user_id=user_id))
    if settings().look and may(Permission.USERS_LOOK) and status == ACTIVE:
        yield UserCommand("eye", _l("View accounts"), url_for("looks.new", user_id=user_id))
    if may(Permission.NOTES_WRITE):
        owner = url_for("owners.ask", user_id=user_id)
        yield UserCommand("user-check", _l("Assign to me or hand over"), owner)
    if may(Permission.NOTES_WRITE) and status == PENDING:
        yield UserCommand("calendar", _l("Snooze"), url_for("owners.ask_snooze", user_id=user_id))
    if may(Permission.USERS_READ):
        said = _l("User ID copied")
        yield UserCommand("copy", _l("Copy user ID"), copied=str(user_id), said=said)
    if may(Permission.USERS_READ) and may(Permission.PII_READ) and user:
        yield UserCommand("copy", _l("Copy email"), copied=user.email, said=_l("Email copied"))
    if may(Permission.AUDIT_READ):
        url = url_for("audit.index", q=user_id, show="all")
        yield UserCommand("scroll-text", _l("Audit log of this user"), url)


def matches(text: str, label: object) -> bool:
    """Return whether every word of a text is in a label."""
    folded = fold(str(label))
    return all(word in folded for word in fold(text).split())
