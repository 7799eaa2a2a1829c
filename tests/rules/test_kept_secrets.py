"""No secret that a form takes is ever kept (web/auth/saved_forms.py)."""

import re
from pathlib import Path

from wtforms import PasswordField
from wtforms.fields.core import UnboundField

from dashboard.web.auth.saved_forms import is_secret
from tests.rules.test_fields import every_form

TEMPLATES = Path(__file__).parents[2] / "templates"
SECRET_INPUT = re.compile(
    r"<input(?=[^>]*(?:password|data-forget|one-time-code))[^>]* name=\"(\w+)\""
)
SECRET_FIELD = re.compile(r"field\(\w+\.(\w+), type=\"password\"")


def password_fields() -> set[str]:
    """Return the names of the password fields of all forms."""
    found = set()
    for form in every_form():
        for name in dir(form):
            field = getattr(form, name)
            if isinstance(field, UnboundField) and issubclass(field.field_class, PasswordField):
                found.add(name)
    return found


def secret_inputs() -> set[str]:
    """Return the names of what templates hide from sight, or forget."""
    texts = [path.read_text() for path in TEMPLATES.rglob("*.html")]
    return {
        name
        for text in texts
        for sign in (SECRET_INPUT, SECRET_FIELD)
        for name in sign.findall(text)
    }


def test_no_secret_of_a_form_is_kept() -> None:
    names = password_fields() | secret_inputs()
    assert {"password", "new_password", "api_key", "api_secret", "privy_token", "code"} <= names
    assert [name for name in names if not is_secret(name)] == []
