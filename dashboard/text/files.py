"""Imported tables: CSV as Excel, LibreOffice or a program writes it.

UTF-8 or UTF-16; commas, semicolons, tabs or bars; Excel's first line `sep=;`; quoted cells with
line ends. Rows without any text are left out. Where anything is wrong, nothing is read.
"""

import codecs
import csv
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from io import StringIO
from pathlib import Path
from typing import TypeVar

from dashboard.text import characters

MAX_BYTES = 5_000_000
_PADDING_MAX = 100  # blanks around a text
_SEPARATORS = ",;\t|"
_ENCODINGS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_LINE_ENDS = {"U+000A": "a line end", "U+000D": "a line end", "U+0009": "a tab"}
_NAME = re.compile(r"(?:[^\W\d]{1,20}(?:[ :-][^\W\d]{1,20}){0,2})?")
T = TypeVar("T")
Records = Iterator[tuple[int, list[str]]]


class TableProblem(Enum):
    """Why a table cannot be read: a sentence of `line`, `column` and `found` each."""

    UNREADABLE = "The file cannot be read: {found}."
    TOO_LARGE = "The file has more than {found} bytes."
    WORKBOOK = "This is an Excel workbook. Save it as “CSV UTF-8”."
    EMPTY = "The file is empty."
    ENCODING = "Line {line} is not UTF-8 text. Save the file as “CSV UTF-8”."
    QUOTES = "Line {line} has a quotation mark that does not end its cell."
    NO_COLUMN = "Line {line} has no column {column}. It has: {found}."
    COLUMN_TWICE = "Line {line} has the column {column} twice."
    SHORT = "Line {line} ends before the column {column}."
    LONG = "Line {line} has {found} cells, more than there are columns."
    EMPTY_CELL = "Line {line}, column {column}: enter a value."
    TOO_LONG = "Line {line}, column {column}: use at most {found} characters."
    INVISIBLE = "Line {line}, column {column}: remove {found}."
    VALUE = "Line {line}, column {column}: {found}."
    REPEATED = "Line {line}, column {column}: the same value is in line {found}."


class TableError(Exception):
    """A table cannot be read; nothing of it was used. The text is for the command line."""

    def __init__(
        self, problem: TableProblem, line: int = 0, column: str = "", found: object = ""
    ) -> None:
        super().__init__(problem.value.format(line=line, column=column, found=found))
        self.problem = problem
        self.line = line
        self.column = column
        self.found = found


@dataclass(frozen=True)
class Row:
    """A row: the line that it begins in, from 1, and its text by column."""

    line: int
    cells: Mapping[str, str]

    def get(self, column: str, read: Callable[[str], T], wanted: str) -> T:
        """Return what `read` makes of a cell; `wanted` says what to enter where it refuses.

        Raises:
            TableError: `read` raised ValueError or OverflowError.

        """
        try:
            return read(self.cells[column])
        except (ValueError, OverflowError):
            raise TableError(TableProblem.VALUE, self.line, column, wanted) from None


def read_file(path: Path) -> bytes:
    """Return what a file holds.

    Raises:
        TableError: it cannot be read, or is larger than `MAX_BYTES`.

    """
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise TableError(TableProblem.UNREADABLE, found=error.strerror) from None
    if len(content) > MAX_BYTES:
        raise TableError(TableProblem.TOO_LARGE, found=f"{MAX_BYTES:,}")
    return content


def read_table(content: bytes, columns: Mapping[str, int]) -> list[Row]:
    """Return the rows, each with a text for each of these columns; others are left out.

    `columns` holds the longest text of each. Texts are trimmed, composed and visible.

    Raises:
        TableError: something is wrong anywhere in the file.

    """
    text, skipped, separators = without_separator_line(decode(content))
    tables = [records(text, separator, skipped) for separator in separators]
    line, header, table = _best(tables, columns)
    places = _places(header, columns, line)
    return [
        Row(line, _cells(cells, places, columns, line))
        for line, cells in table
        if not is_blank(cells) and _fits(cells, header, line)
    ]


def refuse_repeated(rows: Sequence[Row], column: str) -> None:
    """Raise TableError where two rows have the same text in a column."""
    seen: dict[str, int] = {}
    for row in rows:
        first = seen.setdefault(row.cells[column], row.line)
        if first != row.line:
            raise TableError(TableProblem.REPEATED, row.line, column, first)


def decode(content: bytes) -> str:
    """Return a file as text; raises TableError."""
    if content.startswith(_WORKBOOKS):
        raise TableError(TableProblem.WORKBOOK)
    encoding = next((name for mark, name in _ENCODINGS if content.startswith(mark)), "utf-8")
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise TableError(TableProblem.ENCODING, line) from None
    if "\0" in text:  # UTF-16 without its mark, or no text at all
        raise TableError(TableProblem.ENCODING, text.count("\n", 0, text.index("\0")) + 1)
    return text


def without_separator_line(text: str) -> tuple[str, int, str]:
    """Return the table, how many lines were before it, and the separators that it may have."""
    line = StringIO(text, newline="").readline()
    first, rest = line.rstrip("\r\n"), text[len(line) :]
    told = characters.trim(first).strip('"')
    name, _, separator = first.strip('"').partition("=")
    if characters.trim(name).lower() == "sep" and len(separator) == 1:
        return rest, 1, separator
    if told.lower() == "sep=":  # a tab, which was trimmed, or nothing
        return rest, 1, _SEPARATORS
    return text, 0, _SEPARATORS


def records(text: str, separator: str, skipped: int) -> Records:
    """Yield each record with the line that it begins in; raises TableError."""
    csv.field_size_limit(MAX_BYTES)
    reader = csv.reader(StringIO(text, newline=""), delimiter=separator, strict=True)
    while True:
        line = skipped + reader.line_num + 1
        try:
            record = next(reader, None)
        except csv.Error:
            raise TableError(TableProblem.QUOTES, line) from None
        if record is None:
            return
        yield line, record


def _best(tables: Sequence[Records], columns: Mapping[str, int]) -> tuple[int, list[str], Records]:
    """Return the line and names of the header that has most of the columns, and what follows."""
    found, refused = [], []
    for table in tables:
        try:
            line, cells = next(record for record in table if not is_blank(record[1]))
        except StopIteration:
            raise TableError(TableProblem.EMPTY) from None
        except TableError as error:
            refused.append(error)
            continue
        header = [characters.trim(cell).casefold() for cell in cells]
        count = sum(name.casefold() in header for name in columns)
        found.append((count, line, header, table))
    if not found:
        raise refused[0]
    _, line, header, table = max(found, key=lambda each: each[0])
    return line, header, table


def _places(header: Sequence[str], columns: Mapping[str, int], line: int) -> dict[str, int]:
    places = {}
    for name in columns:
        times = header.count(name.casefold())
        if times == 0:
            raise TableError(TableProblem.NO_COLUMN, line, name, _shown(header, columns))
        if times > 1:
            raise TableError(TableProblem.COLUMN_TWICE, line, name)
        places[name] = header.index(name.casefold())
    return places


def _shown(header: Sequence[str], columns: Mapping[str, int]) -> str:
    """Return the names of a header, only those of ours where it may be a row with a secret."""
    ours = {name.casefold() for name in columns}
    is_header = not ours.isdisjoint(header) and all(map(_NAME.fullmatch, header))
    return ", ".join(name if is_header or name in ours else "…" for name in header)[:200]


def is_blank(cells: Sequence[str]) -> bool:
    """Return whether a row has no text."""
    return all(len(cell) <= _PADDING_MAX and not characters.trim(cell) for cell in cells)


def _fits(cells: Sequence[str], header: Sequence[str], line: int) -> bool:
    if not is_blank(cells[len(header) :]):
        raise TableError(TableProblem.LONG, line, found=len(cells))
    return True


def _cells(
    cells: Sequence[str], places: Mapping[str, int], columns: Mapping[str, int], line: int
) -> dict[str, str]:
    return {name: _cell(cells, places[name], name, columns[name], line) for name in columns}


def _cell(cells: Sequence[str], place: int, column: str, longest: int, line: int) -> str:
    if place >= len(cells):
        raise TableError(TableProblem.SHORT, line, column)
    if len(cells[place]) > longest + _PADDING_MAX:
        raise TableError(TableProblem.TOO_LONG, line, column, longest)
    text = characters.clean(cells[place])
    if not text:
        raise TableError(TableProblem.EMPTY_CELL, line, column)
    if len(text) > longest:
        raise TableError(TableProblem.TOO_LONG, line, column, longest)
    if unseen := characters.find_invisible(text):
        shown = _LINE_ENDS.get(unseen, f"the character {unseen}")
        raise TableError(TableProblem.INVISIBLE, line, column, shown)
    return text
