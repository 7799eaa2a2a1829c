"""The form of the log-in's second step."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, StringField
from wtforms.validators import InputRequired, Length

from dashboard.forms.localized import LocalizedForm


class CodeForm(LocalizedForm):
    """A code, and where to go afterwards."""

    code = StringField(
        _l("Code from your authenticator"), [InputRequired(_l("Type the code.")), Length(max=64)]
    )
    next = HiddenField()


class RecoveryForm(CodeForm):
    """A recovery code in its place."""

    code = StringField(_l("Recovery code"), [InputRequired(_l("Type the code.")), Length(max=64)])
