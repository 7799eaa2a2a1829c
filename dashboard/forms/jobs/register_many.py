"""The form that registers many users: a table, what its columns hold, and which rows to send."""

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from werkzeug.datastructures import MultiDict

from dashboard.forms.fields import ChoicesField, LocalizedForm, OpaqueField, PastedField, TextField
from dashboard.forms.jobs.columns import FIELDS, guess, is_email, score, typed
from dashboard.forms.jobs.preview import CheckedRow, Preview, RowReadiness
from dashboard.forms.registrations import RegistrationForm
from dashboard.services.jobs.register import KnownEmail
from dashboard.text.emails import comparable
from dashboard.text.files import TableError, TableProblem, decode
from dashboard.text.sheets import Sheet, SheetRow, read_sheet

TEXT_MAX = 100_000
FINGERPRINT = 64
WORDS = {
    TableProblem.WORKBOOK: _l("This is an Excel workbook. Save it as “CSV UTF-8”."),
    TableProblem.EMPTY: _l("Paste rows, or choose a file."),
    TableProblem.ENCODING: _l("Line %(line)s isn’t UTF-8 text. Save the file as “CSV UTF-8”."),
    TableProblem.QUOTES: _l("Line %(line)s has a quotation mark that doesn’t end its cell."),
    TableProblem.LONG: _l("Line %(line)s has %(found)s cells, more than there are columns."),
}
Known = Callable[[Collection[str]], Mapping[str, KnownEmail]]
Doubt = Callable[[str], str]


class RegisterManyForm(LocalizedForm):
    """`rows column row seen confirm`: a text, what its columns hold, and which rows are ticked.

    `seen` identifies the table that the page showed: no other table is sent.
    """

    rows = PastedField(_l("Rows"), max_length=TEXT_MAX)
    column = ChoicesField(_l("Columns"), choices=("", *FIELDS))
    row = ChoicesField(_l("Rows to register"), coerce=str, validate_choice=False)
    seen = OpaqueField(max_length=FINGERPRINT)
    confirm = TextField(_l("Enter the number of users"))

    known_columns: Callable[[Sequence[str]], Sequence[str]] = staticmethod(lambda _names: ())
    """Returns what the columns of a table with this header held before, nothing for a new one."""

    def take_file(self, content: bytes) -> bool:
        """Replace what was pasted with a file; return whether the file is text."""
        try:
            self.rows.process(MultiDict({"rows": decode(content)}))
        except TableError as error:
            return self._refuse(error)
        self.column.data = []
        return True

    def preview(
        self, known: Known, doubt: Doubt, rows_most: int, *, keeps_ticks: bool
    ) -> Preview | None:
        """Check the table; None if it can't be read: the field then has the reason."""
        if not self.validate():
            return None
        try:
            sheet = read_sheet((self.rows.data or "").encode(), score, is_email)
        except TableError as error:
            self._refuse(error)
            return None
        if not 0 < len(sheet.rows) <= rows_most:
            self.rows.errors = [_too_many(len(sheet.rows), rows_most)]
            return None
        fields = self._fields_of(sheet)
        checked = _checked(sheet.rows, fields, known, doubt)
        ready = {row.number for row in checked if row.readiness is RowReadiness.READY}
        may_go = {row.number for row in checked if row.may_go}
        ticked = self._ticked() & may_go if keeps_ticks else ready
        names = sheet.columns or tuple(
            _("Column %(number)s", number=number + 1) for number in range(sheet.width)
        )
        return Preview(names, sheet.rows[0].cells, tuple(fields), checked, frozenset(ticked))

    def fingerprint(self, fields: Sequence[str]) -> str:
        """Return what tells a table and its columns from any other."""
        text = (self.rows.data or "").replace("\r\n", "\n")
        return hashlib.sha256("\0".join([text, *fields]).encode()).hexdigest()

    def is_confirmed(self, number: int) -> bool:
        """Return whether the number was typed; if not, say so beside the field."""
        if self.confirm.data == str(number):
            return True
        self.confirm.errors = [
            _("Enter the number of users that you’re registering: %(n)s.", n=number)
        ]
        return False

    def _ticked(self) -> set[int]:
        return {int(each) for each in self.row.data or () if each.isascii() and each.isdigit()}

    def _fields_of(self, sheet: Sheet) -> list[str]:
        """Return what the columns hold: as chosen, or else by their names or values."""
        chosen = list(self.column.data or ())
        if len(chosen) == sheet.width:
            named = [each for each in chosen if each]
            if len(named) == len(set(named)) and "email" in named:
                return chosen
            self.column.errors = [_("Choose each field once, and a column for the email.")]
        known = list(self.known_columns(sheet.columns))
        if len(known) == sheet.width and "email" in known:
            return known
        found = guess(sheet.columns) if sheet.columns else _by_values(sheet)
        if "email" not in found and not self.column.errors:
            self.column.errors = [_("Choose the column that holds the email.")]
        return found

    def _refuse(self, error: TableError) -> bool:
        words = WORDS.get(error.problem, WORDS[TableProblem.EMPTY])
        self.rows.errors = [str(words) % {"line": error.line, "found": error.found}]
        return False


def _by_values(sheet: Sheet) -> list[str]:
    place = next((place for place, cell in enumerate(sheet.rows[0].cells) if is_email(cell)), -1)
    return ["email" if number == place else "" for number in range(sheet.width)]


def _too_many(count: int, most: int) -> str:
    if not count:
        return str(WORDS[TableProblem.EMPTY])
    words = ngettext(
        "Use at most %(most)s row at a time: there are %(count)s.",
        "Use at most %(most)s rows at a time: there are %(count)s.",
        most,
        most=most,
        count=count,
    )
    return str(words)


def _checked(
    rows: Sequence[SheetRow], fields: Sequence[str], known: Known, doubt: Doubt
) -> tuple[CheckedRow, ...]:
    read = [_read(row, fields) for row in rows]
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


def _read(row: SheetRow, fields: Sequence[str]) -> CheckedRow:
    """Check a row as the form of one user does."""
    cells = {name: cell for name, cell in zip(fields, row.cells, strict=True) if name}
    form = RegistrationForm(MultiDict({name: typed(name, cell) for name, cell in cells.items()}))
    form.must_confirm(None)
    if form.validate():
        return CheckedRow(row.number, cells, {}, form.command())
    errors = {field.name: str(field.errors[0]) for field in form if field.errors}
    return CheckedRow(row.number, cells, errors)
