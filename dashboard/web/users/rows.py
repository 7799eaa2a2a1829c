"""Users of our copy as the rows of the list show them."""

from collections.abc import Sequence
from typing import NamedTuple

from flask_babel import get_locale, gettext
from markupsafe import Markup

from dashboard.services.directory.listing import ListedEntry
from dashboard.services.masking.personal import masked
from dashboard.store.directory.entries import DirectoryUser
from dashboard.store.directory.search import Word
from dashboard.text.emails import script_mark
from dashboard.web.rendering.filters import breakable, country, isolated
from dashboard.web.rendering.marks import marked, marked_country
from dashboard.web.rendering.times import times
from dashboard.web.sight import sees_personal


class ListedRow(NamedTuple):
    """A row: the user, and what of them is written in a form of its own, "" for nothing.

    Personal values are masked for staff who don't see them. What a search matched is marked.
    `mark` says that the email can be taken for another one. `place` is the name of the country.
    """

    user: DirectoryUser
    listed: ListedEntry
    id: str
    email: str
    mark: str | None
    name: str
    phone: str
    place: str
    lane: str
    owner: str
    registered_ago: str
    registered: str
    status_since: str


def rows_of(listed: Sequence[ListedEntry], words: Sequence[Word]) -> list[ListedRow]:
    """Return rows as the person who asks sees them; someone who sees them masked has no words."""
    locale, whole = get_locale(), sees_personal()
    written = times(locale)
    words = words if whole else ()
    or_earlier = gettext("%(when)s or earlier")

    def status_since(user: DirectoryUser) -> Markup:
        since = written.when(user.status_since_at)
        return since if user.status_before_at else Markup(or_earlier % {"when": since})  # noqa: S704  our words

    def row(each: ListedEntry) -> ListedRow:
        user = each.entry
        email = user.email if whole else masked(user.email)
        phone = user.phone if whole or not user.phone else masked(user.phone)
        name = user.name if whole else ""
        at = user.registered_at
        place = country(locale, user.country_code)
        return ListedRow(
            user,
            each,
            str(user.user_id),
            email=marked(email, words, "email") if words else breakable(email),
            mark=script_mark(email) if whole else None,
            name=_text(name, words, "name"),
            phone=_text(phone, words, "phone"),
            place=marked_country(place, user.country_code, words) if words else place,
            lane=each.lane.value if each.lane else "",
            owner=isolated(each.owner) if each.owner else "",
            registered_ago=written.ago(at) if at else "",
            registered=written.day(at) if at else "",
            status_since=status_since(user),
        )

    return [row(each) for each in listed]


def _text(value: str, words: Sequence[Word], field: str) -> str:
    if not value:
        return ""
    return marked(value, words, field) if words else isolated(value)
