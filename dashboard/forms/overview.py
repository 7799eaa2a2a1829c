"""The form in the overview's address."""

from wtforms import Form
from wtforms.validators import AnyOf, Optional

from dashboard.forms.fields import TextField
from dashboard.services.overview import AttentionKind

KINDS = tuple(kind.value for kind in AttentionKind)


class AttentionForm(Form):
    """`/?kind=`: one kind of things that need attention."""

    kind = TextField(validators=[Optional(), AnyOf(KINDS)])

    def kind_wanted(self) -> AttentionKind | None:
        """Return the kind, None for all; call `validate()` first."""
        return AttentionKind(self.kind.data) if self.kind.data and not self.kind.errors else None
