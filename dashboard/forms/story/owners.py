"""The forms that give a user another owner, and that snooze a user."""

from datetime import date
from typing import cast

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import Field, ValidationError
from wtforms.validators import InputRequired

from dashboard.forms.contact import Required
from dashboard.forms.fields import YEARS, DayField, LocalizedForm, TextField
from dashboard.forms.story.notes import NoteField, NumberOfPage, written
from dashboard.services.owners.ownership import OwnerChange
from dashboard.services.owners.snoozing import LONGEST_DAYS, SnoozeDays
from dashboard.services.readers import OF_ME, OF_NO_ONE
from dashboard.text import emails


class OwnerForm(LocalizedForm):
    """`owner` is `me`, `none` or the email of a colleague; `seen` whose the user was until then."""

    owner = TextField(_l("Owner"), [Required(_l("Choose an owner."))], max_length=emails.MAX_LENGTH)
    note = NoteField(_l("Note"))
    seen = NumberOfPage()

    def command(self) -> OwnerChange:
        """Return the change."""
        return OwnerChange(self.owner.data or "", self.seen.number or None, self.note.text)

    @property
    def said(self) -> str:
        """What the user's page says afterwards: `me`, `none` or `given`."""
        owner = self.owner.data or ""
        return owner if owner in {OF_ME, OF_NO_ONE} else "given"

    def refuse(self, *, note: bool) -> None:
        """Say beside the field why a colleague does not become the owner."""
        if note:
            self.note.errors = [str(_l("Write a note for the new owner."))]
        else:
            self.owner.errors = [str(_l("Choose a staff member who can write notes."))]


class SnoozeForm(LocalizedForm):
    """`until` is the day on which the user is shown again; a button may send `day` in its place."""

    until = DayField(_l("Until"), [InputRequired(_l("Choose a day."))])
    note = NoteField(_l("Note"), [written])

    _days: SnoozeDays | None = None

    @classmethod
    def read(cls, given: MultiDict[str, str] | None, days: SnoozeDays) -> "SnoozeForm":
        """Return the form as it was sent; `days` can be chosen."""
        if given and given.get("day"):
            given = MultiDict({**given.to_dict(), "until": given["day"]})
        form = cls(given)
        form._days = days
        return form

    def chosen(self) -> date:
        """Return the day; call `validate()` first."""
        return cast("date", self.until.data)

    def validate_until(self, field: Field) -> None:
        """Refuse a day that can't be chosen."""
        if isinstance(field.data, date) and field.data.year not in YEARS:
            raise ValidationError(_l("Choose a day."))
        if self._days and isinstance(field.data, date) and not self._days.allows(field.data):
            raise ValidationError(
                _l("Choose a day from tomorrow on, at most %(days)s days away.", days=LONGEST_DAYS)
            )
