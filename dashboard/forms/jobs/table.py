"""A table that is pasted or uploaded: what its columns hold, and which rows are ticked."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from werkzeug.datastructures import MultiDict

from dashboard.forms.fields import ChoicesField, LocalizedForm, OpaqueField, PastedField, TextField
from dashboard.forms.jobs.columns import Columns, is_value
from dashboard.services.files.tables import unguarded
from dashboard.text import characters
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


@dataclass(frozen=True)
class Table:
    """A table: the names of its columns, the field of each, and its rows."""

    columns: tuple[str, ...]
    fields: tuple[str, ...]
    rows: tuple[SheetRow, ...] = field(repr=False)

    def cells(self, row: SheetRow) -> dict[str, str]:
        """Return the cells of a row by field; the table may be a file of ours, to correct."""
        named = zip(self.fields, row.cells, strict=True)
        return {name: unguarded(cell) for name, cell in named if name}


class TableField(PastedField):
    """A table that is pasted. Tabs and blanks at its start are cells.

    It may be an export of ours, with links in a column that is not used.
    """

    takes_links = True

    def tidy(self, text: str) -> str:
        """Return the table without empty lines around it."""
        return characters.normalise(text, "NFC").strip("\r\n")


class TableForm(LocalizedForm):
    """`rows column row seen confirm`: a text, what its columns hold, and which rows are ticked.

    `seen` identifies the table that the page showed: no other table is sent. Each form has
    `holds`, words for a table that doesn't say who its rows are about, and for the number to type.
    """

    rows = TableField(_l("Rows"), max_length=TEXT_MAX)
    column = ChoicesField(_l("Columns"), coerce=str, validate_choice=False)
    row = ChoicesField(_l("Rows to send"), coerce=str, validate_choice=False)
    seen = OpaqueField(max_length=FINGERPRINT)
    confirm = TextField(_l("Enter the number of users"))
    holds: ClassVar[Columns]
    says_whom: ClassVar[str]
    says_whom_once: ClassVar[str]
    says_number: ClassVar[str]
    known_columns: Callable[[Sequence[str]], Sequence[str]] = staticmethod(lambda _names: ())
    """Returns what the columns of a table with this header held before, nothing for a new one."""

    def take_file(self, content: bytes) -> bool:
        """Replace what was pasted with a file; return whether the file is text."""
        try:
            self.take_text(decode(content))
        except TableError as error:
            return self._refuse(error)
        return True

    def take_text(self, text: str) -> None:
        """Replace what was pasted."""
        self.rows.process(MultiDict({"rows": text}))
        self.column.data = []

    def read(self, rows_most: int) -> Table | None:
        """Return the table; None if it can't be read: the field then has the reason."""
        if not self.validate():
            return None
        try:
            sheet = read_sheet((self.rows.data or "").encode(), self.holds.score, is_value)
        except TableError as error:
            self._refuse(error)
            return None
        if not 0 < len(sheet.rows) <= rows_most:
            self.rows.errors = [_too_many(len(sheet.rows), rows_most)]
            return None
        names = sheet.columns or tuple(
            _("Column %(number)s", number=number + 1) for number in range(sheet.width)
        )
        return Table(names, tuple(self._fields_of(sheet)), sheet.rows)

    @property
    def ticked(self) -> set[int]:
        """The numbers of the rows that are ticked."""
        return {int(each) for each in self.row.data or () if each.isascii() and each.isdigit()}

    def is_confirmed(self, number: int) -> bool:
        """Return whether the number was typed; if not, say so beside the field."""
        if self.confirm.data == str(number):
            return True
        self.confirm.errors = [str(self.says_number) % {"n": number}]
        return False

    def fingerprint(self, fields: Sequence[str]) -> str:
        """Return what tells a table and its columns from any other."""
        text = (self.rows.data or "").replace("\r\n", "\n")
        return hashlib.sha256("\0".join([text, *fields]).encode()).hexdigest()

    def _fields_of(self, sheet: Sheet) -> list[str]:
        """Return what the columns hold: as chosen, or else by their names or values."""
        chosen, identify = list(self.column.data or ()), self.holds.identify
        if len(chosen) == sheet.width and set(chosen) <= {"", *self.holds.fields}:
            named = [each for each in chosen if each]
            if len(named) == len(set(named)) and not identify.isdisjoint(named):
                return chosen
            self.column.errors = [self.says_whom_once]
        known = list(self.known_columns(sheet.columns))
        if len(known) == sheet.width and not identify.isdisjoint(known):
            return known
        found = (
            self.holds.guess(sheet.columns)
            if sheet.columns
            else self.holds.by_values(sheet.rows[0].cells)
        )
        if identify.isdisjoint(found) and not self.column.errors:
            self.column.errors = [self.says_whom]
        return found

    def _refuse(self, error: TableError) -> bool:
        words = WORDS.get(error.problem, WORDS[TableProblem.EMPTY])
        self.rows.errors = [str(words) % {"line": error.line, "found": error.found}]
        return False


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
