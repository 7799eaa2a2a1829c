"""The email field of a form: it asks once about an email that fits another environment."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import ValidationError

from dashboard.forms.fields import TextField
from dashboard.forms.retype_email import RetypedEmailForm
from dashboard.services.registrations.likely_tests import looks_like_test
from dashboard.text import emails


def doubt_about(email: str, *, in_production: bool, test_email: str) -> str:
    """Return what to ask about a test's email in production, or a real one elsewhere; else ""."""
    if looks_like_test(email, test_email) is not in_production:
        return ""
    if in_production:
        return str(_("This looks like a test address, and this is production. Check it."))
    return str(_("This looks like a real person’s address, and this isn’t production. Check it."))


class DoubtedEmailForm(RetypedEmailForm):
    """`email`, and `sure`, which holds the email that the user of the form confirmed."""

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
        """Return whether this exact email was confirmed."""
        chosen, email = self.sure.data or "", self["email"].data or ""
        return bool(chosen) and emails.comparable(chosen) == emails.comparable(email)

    def validate_email(self, field: TextField) -> None:
        """Require a confirmation of an email that fits another environment."""
        if self._test_email is None or field.errors or self.is_sure:
            return
        doubt = doubt_about(
            field.data or "", in_production=self._in_production, test_email=self._test_email
        )
        self.is_doubted = bool(doubt)
        if doubt:
            raise ValidationError(doubt)
