"""The form of an export."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms.validators import AnyOf, Optional

from dashboard.forms.audit import EVERYTHING, AuditForm, near
from dashboard.forms.contact import ReasonField, Required
from dashboard.forms.fields import DayField, TextField
from dashboard.forms.kyc import LANES
from dashboard.forms.localized import LocalizedForm
from dashboard.forms.query import QueryForm
from dashboard.forms.users import USER_TYPES, CountryField
from dashboard.services.actors import Actor
from dashboard.services.exports.files import Format
from dashboard.services.exports.order import Order
from dashboard.services.exports.users import DirectoryQuery, Word
from dashboard.services.kyc_desk import DeskFilters
from dashboard.text import emails, limits
from dashboard.text.search import fold, id_part, phone_digits

FORMATS = tuple(Format)


class AuditExportForm(AuditForm):
    """`/audit/export?…`: the filters of the audit, and no position in it.

    An address without `show` is of everything. Who sees no emails has no search here: the number
    of rows would tell what a masked reason holds.
    """

    UNSAID = EVERYTHING

    before = None  # type: ignore[assignment]  # how WTForms leaves a field out

    def __init__(self, given: MultiDict[str, str], *, plain: bool) -> None:
        super().__init__(given)
        if not plain and "q" in given:
            self._unusable.add("q")
            del self.q


class DeskExportForm(QueryForm):
    """`/kyc/export?lane= by=`."""

    lane = TextField(_l("KYC status"), [Optional(), AnyOf(LANES)])
    by = TextField(_l("Started by"), [Optional()], max_length=emails.MAX_LENGTH)

    def query(self) -> DeskFilters:
        """Return the filters that can be used; call `validate()` first."""
        given = self.arguments()
        return DeskFilters(lane=given.get("lane", ""), by=given.get("by", ""))

    def arguments(self) -> dict[str, str]:
        """Return the arguments of the address."""
        fields = self._fields.items()
        return {name: field.data for name, field in fields if field.data and not field.errors}


class UsersExportForm(QueryForm):
    """`/users/export?q= status= country= user_type= language= created_from= created_to=`."""

    q = TextField(_l("Search"), [Optional()], max_length=emails.MAX_LENGTH)
    status = TextField(_l("Status"), [Optional()], max_length=limits.STATUS)
    country = CountryField(_l("Country"), [Optional()], max_length=limits.COUNTRY_CODE)
    user_type = TextField(_l("Type"), [Optional(), AnyOf(USER_TYPES)])
    language = TextField(_l("Language"), [Optional()], max_length=limits.LANGUAGE)
    created_from = DayField(_l("Registered from"), [Optional(), near])
    created_to = DayField(_l("Registered to"), [Optional(), near])

    def query(self, zone: ZoneInfo) -> DirectoryQuery:
        """Return the filters that can be used; days are those of a time zone."""
        given = self._usable()
        words = [
            Word(fold(each), phone=phone_digits(each), id_part=id_part(each))
            for each in (given.get("q") or "").split()
        ]
        until = given.get("created_to")
        return DirectoryQuery(
            words=tuple(words),
            status=given.get("status", ""),
            country_code=given.get("country", ""),
            user_type=given.get("user_type", ""),
            language=given.get("language", ""),
            created_from=_midnight(given.get("created_from"), zone),
            created_to=_midnight(until and until + timedelta(days=1), zone),
        )

    def arguments(self) -> dict[str, str]:
        """Return the arguments of the address."""
        return {name: str(value) for name, value in self._usable().items()}

    def _usable(self) -> dict[str, Any]:
        fields = self._fields.items()
        return {name: field.data for name, field in fields if field.data and not field.errors}


def _midnight(day: date | None, zone: ZoneInfo) -> datetime | None:
    return datetime.combine(day, time(), zone).astimezone(UTC) if day else None


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
