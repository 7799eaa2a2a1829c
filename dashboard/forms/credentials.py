"""The forms that rotate the API credentials, and stop and start all calls."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Form, ValidationError
from wtforms.validators import InputRequired

from dashboard.forms.contact import ReasonField, Required
from dashboard.forms.fields import PastedSecretField
from dashboard.forms.localized import LocalizedForm
from dashboard.partner.credentials import Credentials

VALUE_MAX = 1000
SECRET_START = "qash_secret_"  # noqa: S105  the public start of every secret


def _header(_form: Form, field: PastedSecretField) -> None:
    """Refuse what no HTTP header can carry."""
    value = field.data or ""
    try:
        Credentials(value, value)
    except ValueError:
        raise ValidationError(
            _l("It holds a character that no key can have. Copy it again.")
        ) from None


class KeyPairForm(LocalizedForm):
    """A new pair. What was typed never comes back: these two fields are shown to nobody."""

    api_key = PastedSecretField(
        _l("API key"),
        [Required(_l("Paste the API key.")), _header],
        max_length=VALUE_MAX,
    )
    api_secret = PastedSecretField(
        _l("API secret"),
        [Required(_l("Paste the API secret.")), _header],
        max_length=VALUE_MAX,
    )

    def validate_api_key(self, field: PastedSecretField) -> None:
        """Refuse the secret in the place of the key, which would be sent and hinted at as one."""
        if (field.data or "").startswith(SECRET_START):
            raise ValidationError(_l("This is a secret. The key begins with qash_key_."))

    def command(self) -> Credentials:
        """Return the pair."""
        return Credentials(self.api_key.data or "", self.api_secret.data or "")


class FreezeForm(LocalizedForm):
    """Why all calls are stopped."""

    reason = ReasonField(_l("Reason"), [Required(_l("Say why all calls are stopped."))])


class ThawForm(LocalizedForm):
    """A tick, so that nobody thaws by a slip."""

    thaw = BooleanField(
        _l("The leak is dealt with: calls may go out again"),
        [InputRequired(_l("Tick this to thaw."))],
    )


class ForgetForm(LocalizedForm):
    """A tick, because nothing brings the pair back."""

    forget = BooleanField(
        _l("Nothing brings the pair back"), [InputRequired(_l("Tick this to forget the pair."))]
    )
