"""The forms of a proof pack."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from wtforms import Field, Form, ValidationError

from dashboard.forms.contact import ReasonField, Required
from dashboard.forms.fields import YEARS, DayField, LocalizedForm


class ProofForm(LocalizedForm):
    """`reason`."""

    reason = ReasonField(_l("Reason"), [Required(_l("Enter a reason for the export."))])


def _near(_form: Form, field: Field) -> None:
    if field.data and field.data.year not in YEARS:
        raise ValidationError(_l("Enter a date of this century."))


class PeriodProofForm(ProofForm):
    """`since` and `until`, both included, in the zone of the person who asks."""

    since = DayField(_l("From"), [Required(_l("Enter the first day.")), _near])
    until = DayField(_l("To"), [Required(_l("Enter the last day.")), _near])

    def validate_until(self, field: Field) -> None:
        """Refuse a period that ends before it begins."""
        if self.since.data and field.data and field.data < self.since.data:
            raise ValidationError(_l("Enter a day that isn’t before the first one."))

    def period(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """Return the period; call `validate()` first."""
        until = (self.until.data or date.max) + timedelta(days=1)
        return _midnight(self.since.data or date.min, zone), _midnight(until, zone)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)
