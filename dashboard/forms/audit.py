"""The filters of the audit."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from wtforms import DateField, Field, Form, IntegerField, StringField, ValidationError
from wtforms.validators import AnyOf, Length, NumberRange, Optional

from dashboard.forms.contact import stripped
from dashboard.services.audit import ACTIONS, LineFilters, Outcome

OUTCOMES = tuple(Outcome)
YEARS = range(2000, 3000)  # a day at either end of the calendar cannot be put into every zone
NUMBER_MAX = 2**31


def _near(_form: Form, field: Field) -> None:
    if field.data and field.data.year not in YEARS:
        raise ValidationError


class AuditForm(Form):
    """`/audit?person= action= subject= outcome= since= until= before=`; both days included."""

    person = StringField(_l("Person"), [Optional(), Length(max=254)], filters=[stripped])
    action = StringField(_l("Action"), [Optional(), AnyOf(ACTIONS)])
    subject = StringField(_l("Subject"), [Optional(), Length(max=64)], filters=[stripped])
    outcome = StringField(_l("Outcome"), [Optional(), AnyOf(OUTCOMES)])
    since = DateField(_l("From"), [Optional(), _near])
    until = DateField(_l("To"), [Optional(), _near])
    before = IntegerField(validators=[Optional(), NumberRange(1, NUMBER_MAX)])

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

    def dropped(self, given: Iterable[str]) -> list[str]:
        """Return the names in the address that cannot be used."""
        return sorted({*self.errors, *(name for name in given if name not in self._fields)})

    def arguments(self) -> dict[str, Any]:
        """Return what the address holds, without the position."""
        return {
            name: field.data
            for name, field in self._fields.items()
            if field.data and not field.errors and name != "before"
        }


def _midnight(day: date | None, zone: ZoneInfo) -> datetime | None:
    return datetime.combine(day, time(), zone).astimezone(UTC) if day else None
