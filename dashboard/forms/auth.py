"""The forms of the log-in: its first step, its second, and the password once more."""

from flask_babel import lazy_gettext as _l
from wtforms.validators import InputRequired

from dashboard.forms.fields import LocalizedForm, OpaqueField, SecretField, TextField
from dashboard.text import emails

PATH_MAX = 2000
PASSWORD_MAX = 1024  # as it is typed; composed it is shorter


class LoginForm(LocalizedForm):
    """Email, password, and where to go afterwards."""

    email = TextField(
        _l("Work email"),
        [InputRequired(_l("Enter your work email."))],
        max_length=emails.MAX_LENGTH,
    )
    password = SecretField(
        _l("Password"), [InputRequired(_l("Enter your password."))], max_length=PASSWORD_MAX
    )
    next = OpaqueField(max_length=PATH_MAX)


class PasswordConfirmForm(LocalizedForm):
    """The password once more, and where to go on."""

    password = SecretField(
        _l("Password"), [InputRequired(_l("Enter your password."))], max_length=PASSWORD_MAX
    )
    next = OpaqueField(max_length=PATH_MAX)


class CodeForm(LocalizedForm):
    """A code, and where to go afterwards."""

    code = TextField(_l("Code from your authenticator app"), [InputRequired(_l("Enter the code."))])
    next = OpaqueField(max_length=PATH_MAX)


class RecoveryForm(CodeForm):
    """A recovery code in its place."""

    code = TextField(_l("Recovery code"), [InputRequired(_l("Enter the code."))])
