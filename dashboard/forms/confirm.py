"""What the forms of dangerous actions share: production asks for the email once more."""

from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from wtforms import Form, StringField, ValidationError
from wtforms.meta import DefaultMeta


class ConfirmedForm(Form):
    """A form whose `confirm` must repeat an email; without one to repeat, nothing is asked."""

    class Meta(DefaultMeta):
        """WTForms has words of its own, in the person's language too."""

        @property
        def locales(self) -> list[str]:  # type: ignore[override]  # asked anew for each form
            """Return the language of the page."""
            return [str(get_locale() or "en")]

    confirm = StringField(_l("Type the user's email again"))

    def must_confirm(self, email: str | None) -> None:
        """Ask for this email; None asks for nothing."""
        if email is None:
            del self.confirm
        else:
            self._expected = email.strip().casefold()

    def validate_confirm(self, field: StringField) -> None:
        """Compare without regard to case."""
        if (field.data or "").strip().casefold() != self._expected:
            raise ValidationError(_l("This is not the email above. Nothing was sent."))
