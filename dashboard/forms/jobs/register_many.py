"""The form that registers many users: a table, what its columns hold, and which rows to send."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from dashboard.forms.jobs.checked import CheckedTable, ticks
from dashboard.forms.jobs.columns import REGISTER, typed
from dashboard.forms.jobs.preview import CheckedRow
from dashboard.forms.jobs.table import Table, TableForm
from dashboard.forms.registrations import RegistrationForm
from dashboard.services.jobs.register import KnownEmail
from dashboard.text.emails import comparable

Known = Callable[[Collection[str]], Mapping[str, KnownEmail]]
Doubt = Callable[[str], str]
Preview = CheckedTable[CheckedRow]


class RegisterManyForm(TableForm):
    """As `TableForm`."""

    holds = REGISTER
    says_whom = _l("Choose the column that holds the email.")
    says_whom_once = _l("Choose each field once, and a column for the email.")
    says_number = _l("Enter the number of users that you’re registering: %(n)s.")

    def preview(
        self, known: Known, doubt: Doubt, rows_most: int, *, keeps_ticks: bool
    ) -> Preview | None:
        """Check the table; None if it can't be read: the field then has the reason."""
        table = self.read(rows_most)
        if table is None:
            return None
        checked = _checked(table, known, doubt)
        return Preview(table, checked, ticks(checked, self.ticked if keeps_ticks else None))


def _checked(table: Table, known: Known, doubt: Doubt) -> tuple[CheckedRow, ...]:
    read = [_read(row.number, table.cells(row)) for row in table.rows]
    found = known([row.user.email for row in read if row.user])
    first: dict[str, int] = {}
    checked = []
    for row in read:
        if row.user is None:
            checked.append(row)
            continue
        key = comparable(row.user.email)
        earlier = first.setdefault(key, row.number)
        same_as = earlier if earlier != row.number else None
        checked.append(
            replace(row, same_as=same_as, known=found.get(key), doubt=doubt(row.user.email))
        )
    return tuple(checked)


def _read(number: int, cells: Mapping[str, str]) -> CheckedRow:
    """Check a row as the form of one user does."""
    form = RegistrationForm(MultiDict({name: typed(name, cell) for name, cell in cells.items()}))
    form.must_confirm(None)
    if form.validate():
        return CheckedRow(number, cells, {}, form.command())
    errors = {field.name: str(field.errors[0]) for field in form if field.errors}
    return CheckedRow(number, cells, errors)
