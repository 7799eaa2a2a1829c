"""The form of the log-in's second step."""

from flask_babel import lazy_gettext as _l
from wtforms.validators import InputRequired

from dashboard.forms.auth import PATH_MAX
from dashboard.forms.fields import OpaqueField, TextField
from dashboard.forms.localized import LocalizedForm


class CodeForm(LocalizedForm):
    """A code, and where to go afterwards."""

    code = TextField(_l("Code from your authenticator"), [InputRequired(_l("Type the code."))])
    next = OpaqueField(max_length=PATH_MAX)


class RecoveryForm(CodeForm):
    """A recovery code in its place."""

    code = TextField(_l("Recovery code"), [InputRequired(_l("Type the code."))])
