"""The form that erases a user: `reason` and `confirm`."""

from flask_babel import lazy_gettext as _l
from wtforms import ValidationError

from dashboard.forms.contact import ReasonField, Required
from dashboard.forms.fields import LocalizedForm, TextField
from dashboard.text import emails


class EraseForm(LocalizedForm):
    """`confirm` repeats what the page names the user by: their email, or else their ID."""

    reason = ReasonField(_l("Reason"), [Required(_l("Enter a reason for erasing."))])
    confirm = TextField(_l("Confirm"), max_length=emails.MAX_LENGTH)

    _expected = ""

    def must_confirm(self, named: str) -> None:
        """Say what has to be typed again."""
        self._expected = emails.comparable(named)

    def validate_confirm(self, field: TextField) -> None:
        """Require the same text; only its case and spelling may differ."""
        if emails.comparable(field.data or "") != self._expected:
            raise ValidationError(_l("Enter it as shown above. Nothing was erased."))
