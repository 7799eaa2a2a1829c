"""What fields of several forms share: emails, phone numbers, and text that can be seen.

A validator's `field_flags` tell the page what a browser can check when the field is left
(`static/forms.js`): never more than is refused here.
"""

import re
import unicodedata
from typing import ClassVar

import phonenumbers
from flask_babel import lazy_gettext as _l
from wtforms import Field, Form, ValidationError
from wtforms.validators import DataRequired, Length

EMAIL_MAX = 254
# Specials want quotes, which no form takes; a domain has a dot, and labels that begin and end
# with a letter or digit. Beyond that the API has the last word.
_LABEL = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
_EMAIL = re.compile(rf"[^\s@<>()\[\],;:\"\\]{{1,64}}@(?:{_LABEL}\.)+[^\W\d_][\w-]{{0,61}}[^\W_]")
_AROUND = re.compile(r"^[\s\u200b\ufeff]+|[\s\u200b\ufeff]+$")
_UNSEEN = frozenset({"Cc", "Cf"})


class Filled(DataRequired):
    """Require something."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.field_flags = {"required": True, "missing": message}


class Between(Length):
    """Require text of this many characters."""

    def __init__(self, least: int, most: int, message: str) -> None:
        super().__init__(least, most, message)
        self.field_flags = {
            "pattern": rf"\s*\S[\s\S]{{{least - 2},{most - 2}}}\S\s*",
            "wrong": message,
        }


class Email:
    """Require an address that can be one."""

    message = _l("This is not an email address.")
    field_flags: ClassVar = {"pattern": r"\s*[^@\s]+@[^@\s.]+(\.[^@\s.]+)+\s*", "wrong": message}

    def __call__(self, _form: Form, field: Field) -> None:
        """Raise ValidationError for anything else."""
        email = field.data or ""
        if len(email) > EMAIL_MAX or not _EMAIL.fullmatch(email):
            raise ValidationError(self.message)


def visible(_form: Form, field: Field) -> None:
    """Refuse what nobody sees: control characters, and those that turn or join text."""
    if any(unicodedata.category(char) in _UNSEEN for char in field.data or ""):
        raise ValidationError(_l("It holds a character that cannot be seen. Type it anew."))


def stripped(value: str | None) -> str | None:
    """Return the text without blanks around it, also those without width; None for nothing."""
    return (_AROUND.sub("", value) or None) if value else None


class Phone:
    """Require a possible number, and keep it as E.164."""

    message = _l("Start with + and the country code.")
    field_flags: ClassVar = {"pattern": r"\s*\+.*", "wrong": message}

    def __call__(self, _form: Form, field: Field) -> None:
        """Raise ValidationError for anything else."""
        if not field.data:
            return
        try:
            number = phonenumbers.parse(field.data)
        except phonenumbers.NumberParseException:
            raise ValidationError(self.message) from None
        if not phonenumbers.is_possible_number(number):
            raise ValidationError(_l("There is no number of this length in that country."))
        e164 = phonenumbers.PhoneNumberFormat.E164
        field.data = phonenumbers.format_number(number, e164)
