"""The form that registers a user."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.validators import AnyOf, Optional

from dashboard.forms.contact import EmailField, PhoneField, Required
from dashboard.forms.doubted_email import DoubtedEmailForm
from dashboard.forms.fields import TextField
from dashboard.forms.query import QueryForm
from dashboard.forms.users import LANGUAGES, USER_TYPES, CountryField
from dashboard.services.countries import CODES
from dashboard.services.registrations.register import NewUser
from dashboard.text import emails

IN_COMMON = ("user_type", "country_code", "preferred_language")  # of one user and the next


class RegistrationQuery(QueryForm):
    """`/users/new?user_type= country_code= preferred_language=`.

    An address fills in nothing else: the user's details are typed by a person.
    """

    user_type = TextField(validators=[Optional(), AnyOf(USER_TYPES)])
    country_code = CountryField(validators=[Optional(), AnyOf(CODES)])
    preferred_language = TextField(validators=[Optional(), AnyOf(LANGUAGES)])

    @property
    def makes_up(self) -> bool:
        """Return whether a test identity is asked for."""
        return False

    def in_common(self) -> dict[str, str]:
        """Return what one user and the next have in common; call `validate()` first."""
        given = {name: self[name].data for name in IN_COMMON if not self[name].errors}
        return {name: value for name, value in given.items() if value}


class SampleQuery(RegistrationQuery):
    """The same with `identity=1`, for everywhere but production."""

    identity = TextField(validators=[Optional(), AnyOf(("1",))])

    @property
    def makes_up(self) -> bool:
        """Return whether a test identity is asked for; call `validate()` first."""
        return bool(self.identity.data) and not self.identity.errors


class RegistrationForm(DoubtedEmailForm):
    """`user_type email country_code phone preferred_language`, and in production `confirm`."""

    user_type = TextField(
        _l("Type"), [Required(_l("Choose a type.")), AnyOf(USER_TYPES, _l("Choose a type."))]
    )
    email = EmailField(_l("Email"), [Required(_l("Enter an email address."))])
    country_code = TextField(
        _l("Country"),
        [Required(_l("Choose a country.")), AnyOf(CODES, _l("Choose a country."))],
    )
    preferred_language = TextField(
        _l("Preferred language"), [Optional(), AnyOf(LANGUAGES, _l("Choose a language."))]
    )
    phone = PhoneField(_l("Phone"), [Optional()])
    anyway = TextField(  # holds the email that it was chosen for
        _l("Send to Qash anyway"), max_length=emails.MAX_LENGTH
    )

    def is_sent_anyway(self) -> bool:
        """Return whether this very email is to be sent though it is known here."""
        chosen = self.anyway.data or ""
        return bool(chosen) and emails.comparable(chosen) == emails.comparable(
            self.email.data or ""
        )

    def refuse_email(self, *, is_sure: bool) -> None:
        """Tell beside the field that this email is registered, or may be."""
        self.email.errors = [
            _("Enter another email. This one is already registered.")
            if is_sure
            else _("Enter another email. This one may already be registered.")
        ]

    def command(self) -> NewUser:
        """Return the registration; call `validate()` first."""
        return NewUser(
            user_type="business" if self.user_type.data == "business" else "personal",
            email=self.email.data or "",
            country_code=self.country_code.data or "",
            phone=self.phone.data,
            preferred_language=self.preferred_language.data or None,
        )
