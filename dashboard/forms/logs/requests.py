"""The filters of the log of requests to the API."""

from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms.validators import AnyOf, Optional, Regexp

from dashboard.forms.fields import TextField
from dashboard.forms.query import KeyedForm
from dashboard.services.requests.log import WORKER, CallFilters, Status

ID_MAX = 64


class UserRequestsForm(KeyedForm):
    """`/users/<uuid>/requests?status= before=`."""

    status = TextField(_l("Status"), [Optional(), AnyOf(tuple(Status))])

    def query(self, user_id: UUID | None = None) -> CallFilters:
        """Return the filters that can be used; call `validate()` first."""
        usable = self.usable()
        person = usable.get("person")
        return CallFilters(
            text=usable.get("q"),
            user_id=user_id,
            status=Status(usable["status"]) if "status" in usable else None,
            person=int(person) if person and person != WORKER else person,
            before=usable.get("before"),
        )


class RequestsForm(UserRequestsForm):
    """`/settings/requests?q= person= status= before=`; `q` is a user's ID or a request ID."""

    q = TextField(_l("User ID or request ID"), [Optional()], max_length=ID_MAX)
    person = TextField(_l("Staff member"), [Optional(), Regexp(r"^(?:worker|[1-9][0-9]{0,8})$")])
