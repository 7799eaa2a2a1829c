"""What the overview is asked for."""

from wtforms import Form
from wtforms.validators import AnyOf, Optional

from dashboard.forms.fields import TextField
from dashboard.services.overview import Kind

KINDS = tuple(kind.value for kind in Kind)


class AttentionForm(Form):
    """`/?kind=`: one kind of what needs somebody."""

    kind = TextField(validators=[Optional(), AnyOf(KINDS)])

    def kind_wanted(self) -> Kind | None:
        """Return the kind, None for all; call `validate()` first."""
        return Kind(self.kind.data) if self.kind.data and not self.kind.errors else None
