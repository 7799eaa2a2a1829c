"""Fields of several forms: emails, phone numbers, names, reasons.

A validator's `field_flags` tell the page what a browser can check when the field is left
(`static/forms.js`): never more than is refused here.
"""

from typing import ClassVar

from flask_babel import lazy_gettext as _l
from wtforms import Field, Form, ValidationError
from wtforms.validators import DataRequired, Length

from dashboard.forms.fields import TextField
from dashboard.text import emails, names, phones, reasons
from dashboard.text.phones import PhoneError, PhoneProblem


class Required(DataRequired):
    """`DataRequired` that also tells the browser."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.field_flags = {"required": True, "missing": message}


class LengthBetween(Length):
    """Require text of this many characters."""

    def __init__(self, least: int, most: int, message: str) -> None:
        super().__init__(least, most, message)
        self.field_flags = {
            "pattern": rf"\s*\S[\s\S]{{{least - 2},{most - 2}}}\S\s*",
            "wrong": message,
        }


class Email:
    """Require an address that can be one."""

    message = _l("Enter an email address, such as name@example.com.")
    field_flags: ClassVar = {"pattern": r"\s*[^@\s]+@[^@\s.]+(\.[^@\s.]+)+\s*", "wrong": message}

    def __call__(self, _form: Form, field: Field) -> None:
        """Raise ValidationError for anything else."""
        if not emails.is_email(field.data or ""):
            raise ValidationError(self.message)


class Phone:
    """Require a possible number, and keep it as E.164."""

    message = _l("Start with + and the country code.")
    field_flags: ClassVar = {"pattern": "[^0-9]*[+\uff0b].*", "wrong": message}
    messages: ClassVar = {
        PhoneProblem.NO_COUNTRY_CODE: message,
        PhoneProblem.CHARACTERS: _l("Use only digits, spaces and the characters + - . ( ) /."),
        PhoneProblem.EXTENSION: _l("Remove the extension: we can’t send one to Qash."),
        PhoneProblem.LENGTH: _l(
            "Check the number: no phone number in that country has this many digits."
        ),
    }

    def __call__(self, _form: Form, field: Field) -> None:
        """Raise ValidationError for anything else."""
        if not field.data:
            return
        try:
            field.data = phones.e164(field.data)
        except PhoneError as error:
            raise ValidationError(self.messages[error.problem]) from None


def name_like(_form: Form, field: Field) -> None:
    """Require what can be a name in some script."""
    if field.data and not names.is_name(field.data):
        raise ValidationError(
            _l("Enter a name in letters of any alphabet, without symbols such as emoji.")
        )


class EmailField(TextField):
    """An email address, in the spelling that was typed."""

    max_length = emails.MAX_LENGTH
    checks = (Email(),)


class PhoneField(TextField):
    """A phone number, as E.164."""

    max_length = phones.MAX_LENGTH
    checks = (Phone(),)


class NameField(TextField):
    """A person's name."""

    max_length = names.MAX_LENGTH
    checks = (name_like,)


class ReasonField(TextField):
    """Why something is done."""

    max_length = reasons.MAX_LENGTH
    message = _l("Enter 5 to 300 characters.")
    checks = (LengthBetween(reasons.MIN_LENGTH, reasons.MAX_LENGTH, message),)
