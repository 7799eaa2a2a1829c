"""The forms of a person's own account and second factors, and a one-time link's new password."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.validators import AnyOf, DataRequired, InputRequired, Length, Optional

from dashboard.forms.auth import PASSWORD_MAX
from dashboard.forms.contact import NameField
from dashboard.forms.fields import LocalizedForm, OpaqueField, SecretField, TextField
from dashboard.services.account.preferences import (
    LANGUAGES,
    SHORTCUTS,
    TEST_USERS,
    THEMES,
    Preferences,
)
from dashboard.services.auth.password_rules import Weakness
from dashboard.services.auth.passwords import MAX_LENGTH, MIN_LENGTH
from dashboard.text.zones import ZONES, find_zone_name

PASSKEY_NAME_MAX = 100
NEXT_MAX = 500
SWITCH = ("on", "off")
ANSWER_MAX, PENDING_MAX = 20_000, 2000  # put together by a browser and by us


class ZoneField(TextField):
    """A time zone, by its name or by its city."""

    choices = ZONES

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the name as the list has it."""
        super().process_formdata(valuelist)
        self.data = find_zone_name(self.data or "") or self.data


class AccountForm(LocalizedForm):
    """One person's name, language, time zone and theme; empty leaves it open."""

    name = NameField(_l("Name"), [DataRequired(_l("Enter your name."))])
    language = TextField(_l("Language"), [Optional(), AnyOf(LANGUAGES)])
    time_zone = ZoneField(
        _l("Time zone"),
        [
            Optional(),
            AnyOf(ZONES, message=_l("Choose a time zone from the list, such as America/Bogota.")),
        ],
    )
    theme = TextField(_l("Theme"), [Optional(), AnyOf(THEMES)])
    shortcuts = TextField(_l("Single-key shortcuts"), [Optional(), AnyOf(SHORTCUTS)])
    test_users = TextField(_l("Test users"), [Optional(), AnyOf(TEST_USERS)])
    hand_over_mail = TextField(_l("Email about hand-overs"), [Optional(), AnyOf(SWITCH)])
    next = OpaqueField(max_length=NEXT_MAX)  # the page to come back to, where it is another one

    def command(self) -> Preferences:
        """Return the choices."""
        return Preferences(
            name=self.name.data or "",
            language=self.language.data or None,
            time_zone=self.time_zone.data or None,
            theme=self.theme.data or None,
            mail_on_hand_over=self.hand_over_mail.data == "on",
            shortcuts=self.shortcuts.data != "off",
            hides_test_users=self.test_users.data == "hidden",
        )


class TestUsersForm(LocalizedForm):
    """Whether test users are hidden, and the list to come back to."""

    test_users = TextField(_l("Test users"), [AnyOf(TEST_USERS)])
    next = OpaqueField(max_length=NEXT_MAX)


LENGTH = _l("Choose %(min)d to %(max)d characters.")


class NewPasswordForm(LocalizedForm):
    """A password to have from now on."""

    new_password = SecretField(
        _l("New password"),
        [
            DataRequired(_l("Choose a password.")),  # only blanks are none
            Length(MIN_LENGTH, MAX_LENGTH, LENGTH),
        ],
        max_length=PASSWORD_MAX,
    )

    def refuse(self, weakness: Weakness) -> None:
        """Tell beside the field why the rules refuse the password."""
        words = {
            Weakness.LENGTH: LENGTH % {"min": MIN_LENGTH, "max": MAX_LENGTH},
            Weakness.GUESSABLE: _("Choose a less common password. This one is easy to guess."),
        }
        self.new_password.errors = [str(words[weakness])]


class ChangePasswordForm(NewPasswordForm):
    """A new password, and the one that it replaces."""

    password = SecretField(
        _l("Current password"),
        [InputRequired(_l("Enter your current password."))],
        max_length=PASSWORD_MAX,
    )

    def refuse_current(self) -> None:
        """Tell beside the field that it is another password."""
        self.password.errors = [
            _("This isn’t your current password. After a few more attempts you’ll have to wait.")
        ]


class PasskeyForm(LocalizedForm):
    """The browser's answer, and the name its owner gives the passkey."""

    name = TextField(
        _l("Passkey name"),
        [DataRequired(_l("Enter a name."))],
        max_length=PASSKEY_NAME_MAX,
    )
    answer = OpaqueField(max_length=ANSWER_MAX)


class AuthenticatorForm(LocalizedForm):
    """The first code of an app, and the app itself, sealed."""

    code = TextField(_l("First code"), [InputRequired(_l("Enter the code."))], max_length=16)
    pending = OpaqueField(max_length=PENDING_MAX)
