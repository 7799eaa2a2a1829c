"""What the forms of dangerous actions share: production asks for the email once more."""

from flask_babel import lazy_gettext as _l
from wtforms import StringField, ValidationError

from dashboard.forms.contact import stripped
from dashboard.forms.localized import LocalizedForm


class ConfirmedForm(LocalizedForm):
    """A form whose `confirm` must repeat an email; without one to repeat, nothing is asked."""

    confirm = StringField(_l("Type the user's email again"), filters=[stripped])

    def must_confirm(self, email: str | None) -> None:
        """Ask for this email; None asks for nothing."""
        if email is None:
            del self.confirm
        else:
            self._expected = (stripped(email) or "").casefold()

    def validate_confirm(self, field: StringField) -> None:
        """Compare without regard to case."""
        if (field.data or "").casefold() != self._expected:
            raise ValidationError(_l("This is not the email above. Nothing was sent."))
