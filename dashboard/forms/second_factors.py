"""The forms that add a second factor."""

from flask_babel import lazy_gettext as _l
from wtforms.validators import DataRequired, InputRequired

from dashboard.forms.fields import OpaqueField, TextField
from dashboard.forms.localized import LocalizedForm

NAME_MAX = 100
ANSWER_MAX, PENDING_MAX = 20_000, 2000  # what a browser and we put together


class PasskeyForm(LocalizedForm):
    """What the browser answered, and by which name its owner knows the passkey."""

    name = TextField(
        _l("Name of the passkey"), [DataRequired(_l("Give it a name."))], max_length=NAME_MAX
    )
    answer = OpaqueField(max_length=ANSWER_MAX)


class AuthenticatorForm(LocalizedForm):
    """The first code of an app, and the app itself, sealed."""

    code = TextField(_l("First code"), [InputRequired(_l("Type the code."))], max_length=16)
    pending = OpaqueField(max_length=PENDING_MAX)
