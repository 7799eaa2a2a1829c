"""Fields that several forms have: an email, and a phone number in international form."""

import phonenumbers
from flask_babel import lazy_gettext as _l
from wtforms import Field, Form, ValidationError
from wtforms.validators import Regexp

EMAIL_MAX = 254
# One @, no blanks, a dot in the domain: the API has the last word.
email_form = Regexp(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+$", message=_l("This is not an email address."))


def stripped(value: str | None) -> str | None:
    """Return the text without blanks around it, None for nothing."""
    return (value.strip() or None) if value else None


def phone_form(_form: Form, field: Field) -> None:
    """Require a possible number, and keep it as E.164."""
    if not field.data:
        return
    try:
        number = phonenumbers.parse(field.data)
    except phonenumbers.NumberParseException:
        raise ValidationError(_l("Start with + and the country code.")) from None
    if not phonenumbers.is_possible_number(number):
        raise ValidationError(_l("There is no number of this length in that country."))
    field.data = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
