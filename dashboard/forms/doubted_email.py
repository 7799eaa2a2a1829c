"""The email of a form that sends it on: one that fits another environment is asked about once."""

from flask_babel import lazy_gettext as _l
from wtforms import ValidationError

from dashboard.forms.fields import TextField
from dashboard.forms.retype_email import RetypedEmailForm
from dashboard.services.registrations.likely_tests import looks_like_test
from dashboard.text import emails


class DoubtedEmailForm(RetypedEmailForm):
    """`email` and `sure`, which holds the email that it was chosen for."""

    sure = TextField(_l("Use this email anyway"), max_length=emails.MAX_LENGTH)
    is_doubted = False
    _in_production = False
    _test_email: str | None = None

    def doubt(self, *, in_production: bool, test_email: str) -> None:
        """Ask about a test's email in production, and about a real one elsewhere.

        Without this, nothing is asked.
        """
        self._in_production = in_production
        self._test_email = test_email

    @property
    def is_sure(self) -> bool:
        """Return whether this very email was chosen."""
        chosen, email = self.sure.data or "", self["email"].data or ""
        return bool(chosen) and emails.comparable(chosen) == emails.comparable(email)

    def validate_email(self, field: TextField) -> None:
        """Require a choice for an email that fits another environment."""
        if self._test_email is None or field.errors or self.is_sure:
            return
        self.is_doubted = looks_like_test(field.data or "", self._test_email) is self._in_production
        if not self.is_doubted:
            return
        if self._in_production:
            raise ValidationError(
                _l("This looks like a test address, and this is production. Check it.")
            )
        raise ValidationError(
            _l("This looks like a real person’s address, and this isn’t production. Check it.")
        )
