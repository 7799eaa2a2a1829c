"""The filters of the log of requests to the API."""

from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms.validators import AnyOf, NumberRange, Optional, Regexp

from dashboard.forms.fields import TextField
from dashboard.forms.query import ROW_MAX, QueryForm, WholeNumberField
from dashboard.services.requests.log import WORKER, CallFilters, Status

ID_MAX = 64


class UserRequestsForm(QueryForm):
    """`/users/<uuid>/requests?status= before=`."""

    status = TextField(_l("Status"), [Optional(), AnyOf(tuple(Status))])
    before = WholeNumberField(validators=[Optional(), NumberRange(1, ROW_MAX)])

    def query(self, user_id: UUID | None = None) -> CallFilters:
        """Return the filters that can be used; call `validate()` first."""
        usable = self._usable()
        person = usable.get("person")
        return CallFilters(
            text=usable.get("q"),
            user_id=user_id,
            status=Status(usable["status"]) if "status" in usable else None,
            person=int(person) if person and person != WORKER else person,
            before=usable.get("before"),
        )

    def changed(self, **others: object) -> dict[str, Any]:
        """Return the arguments of the same list with other filters, from its newest row on."""
        given = self._usable() | {"before": None} | others
        return {name: value for name, value in given.items() if value}

    def _usable(self) -> dict[str, Any]:
        return {
            name: field.data
            for name, field in self._fields.items()
            if field.data and not field.errors
        }


class RequestsForm(UserRequestsForm):
    """`/settings/requests?q= person= status= before=`; `q` is a user's ID or a request ID."""

    q = TextField(_l("User ID or request ID"), [Optional()], max_length=ID_MAX)
    person = TextField(_l("Staff member"), [Optional(), Regexp(r"^(?:worker|[1-9][0-9]{0,8})$")])
