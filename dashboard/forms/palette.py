"""What is typed into the command palette, and the user whose page is open."""

from uuid import UUID

from wtforms.validators import Optional

from dashboard.forms.fields import LocalizedForm, OpaqueField, TextField
from dashboard.text import emails
from dashboard.text.ids import find_uuid


class PaletteForm(LocalizedForm):
    """`q` and `user`; what cannot be read is as if it were not sent."""

    q = TextField(validators=[Optional()], max_length=emails.MAX_LENGTH)
    user = OpaqueField()

    def text(self) -> str:
        """Return the text to search for; call `validate()` first."""
        return "" if self.q.errors else self.q.data or ""

    def user_id(self) -> UUID | None:
        """Return the user whose page is open."""
        return find_uuid(self.user.data or "")
