"""The form that registers many users: a table, what its columns hold, and which rows go."""

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from werkzeug.datastructures import MultiDict

from dashboard.forms.fields import ChoicesField, LocalizedForm, OpaqueField, PastedField, TextField
from dashboard.forms.jobs.columns import FIELDS, guess, is_email, score, typed
from dashboard.forms.registrations import RegistrationForm
from dashboard.services.jobs.register import KnownEmail, NewRow, as_row
from dashboard.services.registrations.register import NewUser
from dashboard.text.emails import comparable
from dashboard.text.files import TableError, TableProblem, decode
from dashboard.text.sheets import Sheet, SheetRow, read_sheet

TEXT_MAX = 100_000
ROWS_MAX = 500  # of the setting JOB_ROWS
FINGERPRINT = 64
LEFT_OUT = ("email", "country", "phone", "language", "type", "problem")
WORDS = {
    TableProblem.WORKBOOK: _l("This is an Excel workbook. Save it as “CSV UTF-8”."),
    TableProblem.EMPTY: _l("Paste rows, or choose a file."),
    TableProblem.ENCODING: _l("Line %(line)s isn’t UTF-8 text. Save the file as “CSV UTF-8”."),
    TableProblem.QUOTES: _l("Line %(line)s has a quotation mark that doesn’t end its cell."),
    TableProblem.LONG: _l("Line %(line)s has %(found)s cells, more than there are columns."),
}
Known = Callable[[Collection[str]], Mapping[str, KnownEmail]]


class RowReadiness(StrEnum):
    """Whether a row can be registered."""

    READY = "ready"
    FIX = "fix"
    REPEATED = "repeated"  # the email is in an earlier row
    KNOWN = "known"  # the email is known here


@dataclass(frozen=True)
class CheckedRow:
    """A row, what each cell says by field, and what is wrong with it."""

    number: int
    cells: Mapping[str, str] = field(repr=False)
    errors: Mapping[str, str]
    user: NewUser | None = field(default=None, repr=False)
    same_as: int | None = None
    known: KnownEmail | None = None

    @property
    def readiness(self) -> RowReadiness:
        """Whether it can be registered."""
        if self.user is None:
            return RowReadiness.FIX
        if self.same_as:
            return RowReadiness.REPEATED
        return RowReadiness.KNOWN if self.known else RowReadiness.READY

    @property
    def problem(self) -> str:
        """What is wrong, in words."""
        match self.readiness:
            case RowReadiness.FIX:
                return " ".join(self.errors.values())
            case RowReadiness.REPEATED:
                return str(_("Same email as row %(row)s.", row=self.same_as))
            case RowReadiness.KNOWN:
                return str(_("This email is known here."))
            case RowReadiness.READY:
                return ""


@dataclass(frozen=True)
class Preview:
    """A table that was checked: its columns, the field of each, and its rows."""

    columns: tuple[str, ...]
    first: tuple[str, ...] = field(repr=False)
    fields: tuple[str, ...]
    rows: tuple[CheckedRow, ...]
    ticked: frozenset[int]

    @property
    def chosen(self) -> list[CheckedRow]:
        """Return the rows that go."""
        return [row for row in self.rows if row.number in self.ticked]

    @property
    def left_out(self) -> list[CheckedRow]:
        """Return the rows that stay."""
        return [row for row in self.rows if row.number not in self.ticked]

    @property
    def worst_first(self) -> list[CheckedRow]:
        """Return the rows, those with problems first."""
        is_ready = [row.readiness is RowReadiness.READY for row in self.rows]
        rows = list(zip(self.rows, is_ready, strict=True))
        return [row for row, ready in rows if not ready] + [row for row, ready in rows if ready]

    def count(self, readiness: RowReadiness) -> int:
        """Return how many rows are so."""
        return sum(row.readiness == readiness for row in self.rows)

    def to_start(self) -> list[NewRow]:
        """Return the rows of the job."""
        return [
            as_row(row.number, row.user, anyway=row.known is not None)
            for row in self.chosen
            if row.user
        ]

    def to_correct(self) -> Iterable[Mapping[str, str]]:
        """Return the rows that stay, as a file has them."""
        for row in self.left_out:
            values = [row.cells.get(name, "") for name in FIELDS]
            yield dict(zip(LEFT_OUT, [*values, row.problem], strict=True))


class RegisterManyForm(LocalizedForm):
    """`rows column row seen confirm`: a text, what its columns hold, and which rows are ticked.

    `seen` is of the table that the page showed: no other one is sent.
    """

    rows = PastedField(_l("Rows"), max_length=TEXT_MAX)
    column = ChoicesField(_l("Columns"), choices=("", *FIELDS))
    row = ChoicesField(_l("Rows to register"), coerce=str, validate_choice=False)
    seen = OpaqueField(max_length=FINGERPRINT)
    confirm = TextField(_l("Enter the number of users"))

    def take_file(self, content: bytes) -> bool:
        """Put a file in place of what was pasted; return whether it is a text."""
        try:
            self.rows.process(MultiDict({"rows": decode(content)}))
        except TableError as error:
            return self._refuse(error)
        self.column.data = []
        return True

    def preview(self, known: Known, rows_most: int, *, keeps_ticks: bool) -> Preview | None:
        """Check the table; None where it can't be read, and why is beside the field."""
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
        checked = _checked(sheet.rows, fields, known)
        ready = {row.number for row in checked if row.readiness is RowReadiness.READY}
        may_go = ready | {row.number for row in checked if row.readiness is RowReadiness.KNOWN}
        ticked = self._ticked() & may_go if keeps_ticks else ready
        names = sheet.columns or tuple(
            _("Column %(number)s", number=number + 1) for number in range(sheet.width)
        )
        return Preview(names, sheet.rows[0].cells, tuple(fields), checked, frozenset(ticked))

    def fingerprint(self, fields: Sequence[str]) -> str:
        """Return what tells one table with its columns from another."""
        text = (self.rows.data or "").replace("\r\n", "\n")
        return hashlib.sha256("\0".join([text, *fields]).encode()).hexdigest()

    def is_confirmed(self, number: int) -> bool:
        """Return whether the number was typed; if not, say so beside the field."""
        if self.confirm.data == str(number):
            return True
        self.confirm.errors = [_("Enter the number of users that you register: %(n)s.", n=number)]
        return False

    def _ticked(self) -> set[int]:
        return {int(each) for each in self.row.data or () if each.isascii() and each.isdigit()}

    def _fields_of(self, sheet: Sheet) -> list[str]:
        """Return what the columns hold: as chosen, else by their names or their values."""
        chosen = list(self.column.data or ())
        if len(chosen) == sheet.width:
            named = [each for each in chosen if each]
            if len(named) == len(set(named)) and "email" in named:
                return chosen
            self.column.errors = [_("Choose each field once, and a column for the email.")]
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
    rows: Sequence[SheetRow], fields: Sequence[str], known: Known
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
        checked.append(CheckedRow(row.number, row.cells, {}, row.user, same_as, found.get(key)))
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
