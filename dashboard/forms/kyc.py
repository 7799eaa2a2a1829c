"""The form that starts KYC."""

from datetime import date

from flask_babel import lazy_gettext as _l
from wtforms import DateField, StringField, ValidationError
from wtforms.validators import DataRequired, Length, Optional

from dashboard.forms.confirm import ConfirmedForm
from dashboard.forms.contact import EMAIL_MAX, email_form, phone_form, stripped
from dashboard.services.kyc import KycApplicant

NAME_MAX = 100
OLDEST = 1900


class KycForm(ConfirmedForm):
    """`first_name last_name email phone birth_date`, and in production `confirm`."""

    first_name = StringField(
        _l("First name"),
        [DataRequired(_l("Fill in the first name.")), Length(max=NAME_MAX)],
        filters=[stripped],
    )
    last_name = StringField(
        _l("Last name"),
        [DataRequired(_l("Fill in the last name.")), Length(max=NAME_MAX)],
        filters=[stripped],
    )
    email = StringField(
        _l("Email"),
        [DataRequired(_l("Fill in the email.")), Length(max=EMAIL_MAX), email_form],
        filters=[stripped],
    )
    phone = StringField(_l("Phone"), [Optional(), phone_form], filters=[stripped])
    birth_date = DateField(_l("Birth date"), [Optional()])

    def validate_birth_date(self, field: DateField) -> None:
        """Require a day on which somebody who lives today was born."""
        if field.data and not OLDEST <= field.data.year <= date.today().year:  # noqa: DTZ011  a day anywhere
            raise ValidationError(_l("Write a birth date as YYYY-MM-DD."))

    def command(self) -> KycApplicant:
        """Return whom to check; call `validate()` first."""
        return KycApplicant(
            first_name=self.first_name.data or "",
            last_name=self.last_name.data or "",
            email=self.email.data or "",
            phone=self.phone.data,
            birth_date=self.birth_date.data,
        )
