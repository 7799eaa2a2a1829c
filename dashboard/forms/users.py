"""The filters of the list of users. What cannot be used is dropped and named, never sent on."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms.validators import AnyOf, NumberRange, Optional

from dashboard.forms.fields import TextField
from dashboard.forms.query import PagedForm, WholeNumberField
from dashboard.services.countries import CODES
from dashboard.services.users.filters import UserFilters
from dashboard.text import emails

STATUSES = ("active", "pending", "suspended", "banned")
USER_TYPES = ("personal", "business")
LIMITS = (20, 50, 100)


class CountryField(TextField):
    """A country's code, in whatever case it is typed."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the code."""
        super().process_formdata(valuelist)
        self.data = self.data.upper() if self.data else None


class UserFilterForm(PagedForm):
    """`/users?q= status= country= user_type= page= limit= cursor= of=`."""

    q = TextField(_l("Email or user id"), [Optional()], max_length=emails.MAX_LENGTH)
    status = TextField(_l("Status"), [Optional(), AnyOf(STATUSES)])
    country = CountryField(_l("Country"), [Optional(), AnyOf(CODES)])
    user_type = TextField(_l("Type"), [Optional(), AnyOf(USER_TYPES)])
    limit = WholeNumberField(_l("Rows a page"), [Optional(), NumberRange(1, 100)])

    def query(self) -> UserFilters:
        """Return the filters that can be used; call `validate()` first."""
        names = vars(UserFilters())
        usable = {name: self[name].data for name in names if not self[name].errors}
        return UserFilters(**{name: value for name, value in usable.items() if value})


def url_arguments(filters: UserFilters) -> dict[str, Any]:
    """Return what the address holds: no defaults, so that the pristine list is `/users`."""
    default = vars(UserFilters())
    return {name: value for name, value in vars(filters).items() if value != default[name]}
