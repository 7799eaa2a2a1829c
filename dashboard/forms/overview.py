"""The form in the overview's address."""

from wtforms.validators import AnyOf, NumberRange, Optional

from dashboard.forms.fields import TextField
from dashboard.forms.query import QueryForm, WholeNumberField
from dashboard.services.overview.attention import AttentionKind

ROWS_MAX = 1000
KINDS = tuple(kind.value for kind in AttentionKind)


class AttentionForm(QueryForm):
    """`/?kind= rows=`: one kind of things that need attention, and how many of them."""

    kind = TextField(validators=[Optional(), AnyOf(KINDS)])
    rows = WholeNumberField(validators=[Optional(), NumberRange(1, ROWS_MAX)])

    def kind_wanted(self) -> AttentionKind | None:
        """Return the kind, None for all; call `validate()` first."""
        return AttentionKind(self.kind.data) if self.kind.data and not self.kind.errors else None

    def rows_wanted(self) -> int | None:
        """Return how many items, None for as many as usual; call `validate()` first."""
        return self.rows.data if self.rows.data and not self.rows.errors else None
