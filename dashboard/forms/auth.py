"""The log-in form."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired, Length

from dashboard.forms.localized import LocalizedForm


class LoginForm(LocalizedForm):
    """Email, password, and where to go afterwards."""

    email = StringField(
        _l("Work email"), [InputRequired(_l("Fill in your work email.")), Length(max=254)]
    )
    password = PasswordField(
        _l("Password"), [InputRequired(_l("Fill in your password.")), Length(max=1024)]
    )
    next = HiddenField()


class AgainForm(LocalizedForm):
    """The password once more, and where to go on."""

    password = PasswordField(
        _l("Password"), [InputRequired(_l("Fill in your password.")), Length(max=1024)]
    )
    next = HiddenField()
