"""The email field of a form: it asks once about an email that fits another environment."""

from collections.abc import Callable

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
    _doubt: Callable[[str], str] | None = None

    def ask_about(self, doubt: Callable[[str], str]) -> None:
        """Ask what `doubt` says about the email, if it says anything. Without this, ask nothing."""
        self._doubt = doubt

    @property
    def is_sure(self) -> bool:
        """Return whether this exact email was confirmed."""
        chosen, email = self.sure.data or "", self["email"].data or ""
        return bool(chosen) and emails.comparable(chosen) == emails.comparable(email)

    def validate_email(self, field: TextField) -> None:
        """Require a confirmation of an email that fits another environment."""
        if self._doubt is None or field.errors or self.is_sure:
            return
        doubt = self._doubt(field.data or "")
        self.is_doubted = bool(doubt)
        if doubt:
            raise ValidationError(doubt)
