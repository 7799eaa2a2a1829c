"""What the command palette offers to a person: only what a page has too, and they may open."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import url_for
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from dashboard.services.contacts.ways import Way
from dashboard.services.directory.reading import SEARCH_MAX
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


# Pages that others lead to: found by two letters of their name.
INNER_PLACES = (
    PalettePage("jobs.new", "user-plus", _l("Register many users"), Permission.USERS_REGISTER),
    PalettePage(
        "jobs.new_start", "badge-check", _l("Start KYC for many users"), Permission.KYC_BULK
    ),
    PalettePage("jobs.new_send", "mail", _l("Send links by email"), Permission.KYC_BULK),
    PalettePage("scenarios.index", "list-checks", _l("Scenarios"), Permission.LAB_RUN),
    PalettePage("tokens.ask", "search", _l("Find receipt"), Permission.USERS_READ),
    PalettePage(
        "credentials.index", "key-round", _l("API credentials"), Permission.CREDENTIALS_MANAGE
    ),
    PalettePage("directory.index", "users", _l("Directory"), Permission.DIRECTORY_MANAGE),
    PalettePage("tags.index", "tag", _l("Tags"), Permission.TAGS_MANAGE),
    PalettePage("texts.index", "file-text", _l("Texts"), Permission.TEXTS_MANAGE),
    PalettePage("requests.index", "terminal", _l("Requests to the API"), Permission.REQUESTS_READ),
    PalettePage("settings.show_runbook", "file-text", _l("Runbook"), Permission.CREDENTIALS_MANAGE),
)


@dataclass(frozen=True)
class UserCommand:
    """An action on the open user or on the selected ones: it leads to `url`, or copies a text."""

    symbol: str
    label: LazyString
    url: str = ""
    copied: str = ""
    said: LazyString | None = None


def places(words: Sequence[str] = ()) -> list[PalettePage]:
    """Return the pages that this person may open, of all those whose name has these words."""
    may = signed_in().may
    off = {
        "jobs.new_start": not settings().bulk_kyc,
        "jobs.new_send": Way.MAIL not in settings().contact_ways,
    }
    return [
        place
        for place in PLACES + (INNER_PLACES if len("".join(words)) > 1 else ())
        if (place.access is None or may(place.access))
        and not off.get(place.endpoint)
        and matches(words, place.label)
    ]


def commands_on_selected(number: int) -> Iterator[UserCommand]:
    """Give what this person may do with the users of their selection."""
    may = signed_in().may
    for symbol, label, endpoint, access in (
        ("tag", _l("Set tags"), "selections.tags", Permission.NOTES_WRITE),
        ("user-check", _l("Set owner"), "selections.owner", Permission.NOTES_WRITE),
        ("download", _l("Export links"), "selections.links", Permission.KYC_BULK),
        ("flask-conical", _l("Export test users"), "bundles.ask", Permission.LAB_RUN),
    ):
        if may(access):
            yield UserCommand(symbol, label, url_for(endpoint, number=number))


def commands(user_id: UUID, user: RecentUser | None) -> Iterator[UserCommand]:
    """Give what this person may do with a user. Their page refuses what their status rules out."""
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
    yield from _more(user_id)


def _more(user_id: UUID) -> Iterator[UserCommand]:
    """Give what the menu of a user's page leads to."""
    may = signed_in().may
    if may(Permission.AUDIT_READ):
        url = url_for("audit.index", q=user_id, show="all")
        yield UserCommand("scroll-text", _l("Audit log of this user"), url)
    for symbol, label, endpoint, access in (
        ("download", _l("Export proof pack"), "exports.user_proof", Permission.AUDIT_READ),
        ("user-x", _l("Erase what we keep"), "users.ask_to_erase", Permission.USERS_ERASE),
        ("terminal", _l("Requests to the API"), "requests.of_user", Permission.USERS_READ),
    ):
        if may(access):
            yield UserCommand(symbol, label, url_for(endpoint, user_id=user_id))


def words_of(text: str) -> Sequence[str]:
    """Return the folded words of a text, of a long one the first."""
    return fold(text[:SEARCH_MAX]).split()


def matches(words: Sequence[str], label: object) -> bool:
    """Return whether every word of a folded text is in a label."""
    folded = fold(str(label))
    return all(word in folded for word in words)
