"""The forms that add a second factor."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, StringField
from wtforms.validators import DataRequired, InputRequired, Length

from dashboard.forms.account import NAME_MAX
from dashboard.forms.contact import stripped, visible
from dashboard.forms.localized import LocalizedForm


class PasskeyForm(LocalizedForm):
    """What the browser answered, and by which name its owner knows the passkey."""

    name = StringField(
        _l("Name of the passkey"),
        [DataRequired(_l("Give it a name.")), Length(max=NAME_MAX), visible],
        filters=[stripped],
    )
    answer = HiddenField()


class AuthenticatorForm(LocalizedForm):
    """The first code of an app, and the app itself, sealed."""

    code = StringField(_l("First code"), [InputRequired(_l("Type the code.")), Length(max=16)])
    pending = HiddenField()
