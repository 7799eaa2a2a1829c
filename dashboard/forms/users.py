"""The filters of the list of users. What cannot be used is dropped and named, never sent on."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms.validators import AnyOf, NumberRange, Optional

from dashboard.forms.fields import LocalizedForm, OpaqueField, PastedField, TextField
from dashboard.forms.query import PagedForm, WholeNumberField
from dashboard.partner.list_filters import UserQuery
from dashboard.services.countries import CODES
from dashboard.services.directory.reading import TEXT_MAX
from dashboard.text import emails
from dashboard.text.ids import find_uuid
from dashboard.text.secrets import JWT

STATUSES = ("active", "pending", "suspended", "banned")
USER_TYPES = ("personal", "business")
LANGUAGES = ("es", "en", "pt")
LIMITS = (20, 50, 100)
CHOICES = {"user_type": USER_TYPES, "limit": LIMITS}
QUERY_NAMES = {"q": "search", "country": "country_code"}
"""What `UserQuery` calls a field, where the address has a shorter word."""
URL_NAMES = {ours: field for field, ours in QUERY_NAMES.items()}


class CountryField(TextField):
    """A country's code, in whatever case it is typed; one that is no country's stays as it is."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the code."""
        super().process_formdata(valuelist)
        code = (self.data or "").upper()
        self.data = code if code in CODES else self.data


class UserFilterForm(PagedForm):
    """`/users?q= status= country= user_type= page= limit= cursor= of=`."""

    q = TextField(_l("Email or user ID"), [Optional()], max_length=emails.MAX_LENGTH)
    status = TextField(_l("Status"), [Optional(), AnyOf(STATUSES)])
    country = CountryField(_l("Country"), [Optional(), AnyOf(CODES)])
    user_type = TextField(_l("Type"), [Optional(), AnyOf(USER_TYPES)])
    source = TextField(validators=[Optional(), AnyOf(("api",))])
    limit = WholeNumberField(_l("Rows per page"), [Optional(), NumberRange(1, 100)])

    def query(self) -> UserQuery:
        """Return the usable part as a query; call `validate()` first."""
        usable = {
            QUERY_NAMES.get(name, name): field.data
            for name, field in self._fields.items()
            if field.data and not field.errors
        }
        return UserQuery(**{name: usable[name] for name in vars(UserQuery()) if name in usable})

    def words(self, names: Collection[str]) -> list[str]:
        """Return the labels of these fields of the query, in the order of the form."""
        return [
            field.label.text
            for name, field in self._fields.items()
            if QUERY_NAMES.get(name, name) in names
        ]


def url_arguments(query: UserQuery) -> dict[str, Any]:
    """Return the arguments of the address: no defaults, so that the pristine list is `/users`."""
    default = vars(UserQuery())
    return {
        URL_NAMES.get(name, name): value
        for name, value in vars(query).items()
        if value != default[name]
    }


class FindForm(LocalizedForm):
    """`q`: any text that is typed or pasted into the box."""

    q = PastedField(
        max_length=TEXT_MAX,
        too_long=_l("Paste less: at most %(max)s characters can be read.", max=f"{TEXT_MAX:,}"),
        takes_tokens=True,
    )


class LookForm(FindForm):
    """`q`: a text to look for in the API's list."""

    def refuse(self) -> None:
        """Say what can be looked for."""
        said = _l("We can’t look for this text. Enter a full email, phone number or user ID.")
        self.q.errors = [*self.q.errors, said][:1]


class PaletteForm(FindForm):
    """`q` and `user`, whose page is open; what can't be read is as if it were not sent."""

    user = OpaqueField()

    def text(self) -> str:
        """Return the text to search for; call `validate()` first."""
        return "" if self.q.errors else self.q.data or ""

    def has_token(self) -> bool:
        """Return whether a token is in the text, which is then not sent back."""
        return bool(JWT.search(self.q.data or ""))

    def user_id(self) -> UUID | None:
        """Return the user whose page is open."""
        return find_uuid(self.user.data or "")
