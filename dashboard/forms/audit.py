"""The filters of the audit log."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from wtforms import Field, Form, ValidationError
from wtforms.validators import AnyOf, NumberRange, Optional

from dashboard.forms.fields import DayField, TextField
from dashboard.forms.query import POSITION_MAX, QueryForm, WholeNumberField
from dashboard.services.audit.log import ACTIONS, LineFilters, Outcome
from dashboard.text import emails

OUTCOMES = tuple(Outcome)
YEARS = range(2000, 3000)  # a day at either end of the calendar cannot be put into every zone


def _near(_form: Form, field: Field) -> None:
    if field.data and field.data.year not in YEARS:
        raise ValidationError


class AuditForm(QueryForm):
    """`/audit?person= action= subject= outcome= since= until= before=`; both days included."""

    person = TextField(_l("Person"), [Optional()], max_length=emails.MAX_LENGTH)
    action = TextField(_l("Action"), [Optional(), AnyOf(ACTIONS)])
    subject = TextField(_l("Subject"), [Optional()])
    outcome = TextField(_l("Outcome"), [Optional(), AnyOf(OUTCOMES)])
    since = DayField(_l("From"), [Optional(), _near])
    until = DayField(_l("To"), [Optional(), _near])
    before = WholeNumberField(validators=[Optional(), NumberRange(1, POSITION_MAX)])

    def query(self, zone: ZoneInfo) -> LineFilters:
        """Return the filters that can be used; days are those of the person's zone."""
        usable = {name: field.data for name, field in self._fields.items() if not field.errors}
        until = usable["until"] + timedelta(days=1) if usable.get("until") else None
        named = ("person", "action", "subject", "outcome", "before")
        return LineFilters(
            **{name: usable.get(name) or None for name in named},
            since_at=_midnight(usable.get("since"), zone),
            until_at=_midnight(until, zone),
        )

    def arguments(self) -> dict[str, Any]:
        """Return the arguments of the address, without the position."""
        return {
            name: field.data
            for name, field in self._fields.items()
            if field.data and not field.errors and name != "before"
        }


class StaffAuditForm(AuditForm):
    """The same of one person's lines: whose, the path says."""

    person = None  # type: ignore[assignment]  # how WTForms leaves a field out


def _midnight(day: date | None, zone: ZoneInfo) -> datetime | None:
    return datetime.combine(day, time(), zone).astimezone(UTC) if day else None
