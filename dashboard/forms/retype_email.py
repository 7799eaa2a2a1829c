"""The common field of dangerous actions: production asks for the email once more."""

from flask_babel import lazy_gettext as _l
from wtforms import ValidationError

from dashboard.forms.fields import LocalizedForm, TextField
from dashboard.text import emails


class RetypedEmailForm(LocalizedForm):
    """A form whose `confirm` must repeat an email; without one to repeat, nothing is asked."""

    confirm = TextField(_l("Enter the user’s email again"), max_length=emails.MAX_LENGTH)

    def must_confirm(self, email: str | None) -> None:
        """Ask for this email; None asks for nothing."""
        if email is None:
            del self.confirm
        else:
            self._expected = emails.comparable(email)

    def validate_confirm(self, field: TextField) -> None:
        """Require the same address; only its spelling may differ."""
        if emails.comparable(field.data or "") != self._expected:
            raise ValidationError(_l("Enter the same email as above. Nothing was sent."))
