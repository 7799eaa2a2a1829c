"""The form of an export."""

from typing import Any

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms.validators import AnyOf

from dashboard.forms.contact import ReasonField, Required
from dashboard.forms.desk import DeskForm, desk_arguments
from dashboard.forms.directory import ListForm, list_arguments
from dashboard.forms.fields import LocalizedForm, TextField
from dashboard.forms.logs.audit import EVERYTHING, AuditForm
from dashboard.services.actors import Actor
from dashboard.services.directory.filters import ROWS
from dashboard.services.files.order import Order
from dashboard.services.files.tables import Format

FORMATS = tuple(Format)


class AuditExportForm(AuditForm):
    """`/audit/export?…`: the filters of the audit, and no position in it.

    An address without `show` covers everything. For people who see no emails there is no search:
    the number of rows would tell what a masked reason holds.
    """

    UNSAID = EVERYTHING

    before = None  # type: ignore[assignment]  # how WTForms leaves a field out

    def __init__(self, given: MultiDict[str, str], *, plain: bool) -> None:
        super().__init__(given)
        if not plain and "q" in given:
            self._unusable.add("q")
            del self.q


class DeskExportForm(DeskForm):
    """`/kyc/export?…`: the filters of the desk and their order, without a place in it."""

    limit = None  # type: ignore[assignment]  # how WTForms leaves a field out
    after = None  # type: ignore[assignment]
    before = None  # type: ignore[assignment]

    def arguments(self) -> dict[str, Any]:
        """Return the arguments of the address."""
        return desk_arguments(self.filters())


class UsersExportForm(ListForm):
    """`/users/export?…`: the filters of the list, without an order and a place in it."""

    sort = None  # type: ignore[assignment]  # how WTForms leaves a field out
    limit = None  # type: ignore[assignment]
    after = None  # type: ignore[assignment]
    before = None  # type: ignore[assignment]

    def arguments(self) -> dict[str, Any]:
        """Return the arguments of the address."""
        return list_arguments(self.filters(), ROWS[0])


class ExportForm(LocalizedForm):
    """`reason` and `format`."""

    reason = ReasonField(_l("Reason"), [Required(_l("Enter a reason for the export."))])
    format = TextField(_l("Format"), [AnyOf(FORMATS, _l("Choose a format."))])

    def command(self, actor: Actor, *, plain: bool) -> Order:
        """Return the order; call `validate()` first."""
        return Order(
            actor=actor,
            reason=self.reason.data or "",
            form=Format(self.format.data or ""),
            plain=plain,
        )
