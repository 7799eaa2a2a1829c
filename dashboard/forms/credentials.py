"""The forms that replace the API key pair, and pause and resume all calls."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Form, ValidationError
from wtforms.validators import InputRequired

from dashboard.forms.contact import ReasonField, Required
from dashboard.forms.fields import LocalizedForm, PastedSecretField
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
            _l("Copy it again. It contains a character that isn’t allowed in keys.")
        ) from None


class KeyPairForm(LocalizedForm):
    """A new pair. What was typed never comes back: these two fields are never shown."""

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
            raise ValidationError(_l("Paste the API key here. It begins with qash_key_."))

    def command(self) -> Credentials:
        """Return the pair."""
        return Credentials(self.api_key.data or "", self.api_secret.data or "")


class FreezeForm(LocalizedForm):
    """Why API calls are paused."""

    reason = ReasonField(_l("Reason"), [Required(_l("Enter a reason."))])


class ThawForm(LocalizedForm):
    """A tick, so that calls are not resumed by mistake."""

    thaw = BooleanField(
        _l("The leak is fixed, so calls can resume"),
        [InputRequired(_l("Tick this box to resume API calls."))],
    )


class ForgetForm(LocalizedForm):
    """A tick, because deleting a key pair can't be undone."""

    forget = BooleanField(
        _l("I understand this can’t be undone"),
        [InputRequired(_l("Tick this box to delete the key pair."))],
    )
