"""Tables as files: CSV that no spreadsheet takes for formulas, and JSON lines.

CSV is RFC 4180 with a byte order mark, without which Excel does not read UTF-8. Text that a
spreadsheet would calculate gets an apostrophe before it, also behind what some spreadsheets take
for the end of a cell; so does an apostrophe, so that `read()` gives back the exact text. An empty
cell is no value, a lone apostrophe the empty text.
"""

import csv
import json
import re
import string
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from itertools import islice
from json.encoder import encode_basestring_ascii
from pathlib import Path
from typing import IO, TextIO

Value = str | int | None
Record = Mapping[str, Value]
BYTE_ORDER_MARK = "\ufeff"
Batch = Sequence[Sequence[Value]]  # some rows: the values of each column
BATCH = 100  # rows
DIGITS = 19  # of the largest number that a database holds
ROW_MAX = 2_000_000  # characters of a row that is read: ours have far fewer
_APART = r"(^|[;\t\r\n])"
# No end of a cell is skipped, so that nothing is read twice.
_UNSEEN = r"(?=(?:[^\S\t\r\n]|[\"\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff])*+"
_CALCULATED = re.compile(_APART + _UNSEEN + r"[=+\-@\t\r\n\0＝＋－＠'])")  # noqa: RUF001  as spreadsheets take them
_SIGNS = "=+-@'"  # of `_CALCULATED`, whatever follows
_PLAIN = "{" + string.ascii_letters + string.digits  # no formula begins with these
_NOT_PLAIN = re.compile(f"\n[^\n{_PLAIN}]")  # a line that may be one
_QUOTED = re.compile('[",\r\n]')
_GUARDED = re.compile(_APART + "'")


class Format(StrEnum):
    """A kind of file, by its ending."""

    CSV = "csv"
    JSON_LINES = "jsonl"


class UnreadableFileError(Exception):
    """The file was not written here."""


def write(file: IO[bytes], form: Format, columns: Sequence[str], rows: Iterable[Record]) -> int:
    """Write rows to a file; return how many there were."""
    count = 0

    def counted() -> Iterator[Record]:
        nonlocal count
        for row in rows:
            count += 1
            yield row

    for part in parts(form, columns, in_batches(columns, counted())):
        file.write(part)
    return count


def in_batches(columns: Sequence[str], rows: Iterable[Record]) -> Iterator[Batch]:
    """Return the values of rows by columns, some rows at a time."""
    left = iter(rows)
    while batch := list(islice(left, BATCH)):
        yield [[row[name] for row in batch] for name in columns]


def parts(form: Format, columns: Sequence[str], batches: Iterable[Batch]) -> Iterator[bytes]:
    """Return such a file a part at a time, as the batches come."""
    head = f"{BYTE_ORDER_MARK}{','.join(columns)}\r\n" if form is Format.CSV else ""
    line = "{" + ", ".join(f"{json.dumps(name)}: %s" for name in columns) + "}\n"
    for batch in batches:
        if form is Format.CSV:
            rows = zip(*map(_cells, batch), strict=True)
            text = head + "\r\n".join(map(",".join, rows)) + "\r\n"
        else:
            text = "".join(map(line.__mod__, zip(*map(_json, batch), strict=True)))
        yield text.encode(errors="replace")
        head = ""
    if head:
        yield head.encode()


def read(path: Path, numbers: frozenset[str]) -> Iterator[dict[str, object]]:
    """Read such a file row by row; `numbers` names the columns that hold numbers.

    Raises:
        UnreadableFileError: it is something else, or damaged.

    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            start = file.read(1)
            file.seek(0)
            lines = _Lines(file)
            yield from _json_lines(lines) if start in {"{", ""} else _csv_rows(lines, numbers)
    except OSError as error:
        raise UnreadableFileError(f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError:
        raise UnreadableFileError(f"{path} is not UTF-8 text.") from None
    except ValueError as error:
        raise UnreadableFileError(f"{path}, {error}") from error


def unguarded(text: str) -> str:
    """Return a cell of a table that may be ours, without what guards it against formulas."""
    plain = _GUARDED.sub(r"\1", text)
    return plain if _CALCULATED.sub(r"\1'", plain) == text else text


def _cells(values: Sequence[Value]) -> list[str]:
    """Return a column as cells, guarded against formulas, and quoted where they have to be.

    A whole column is looked at first: mostly no cell of it can be a formula.
    """
    texts = [
        "" if each is None else each if isinstance(each, str) else str(each) for each in values
    ]
    whole = "\n".join(["", *texts])
    has_ends = whole.count("\n") > len(texts) or any(end in whole for end in ";\t\r")
    if has_ends:
        texts = [text and _CALCULATED.sub(r"\1'", text) for text in texts]
    elif _NOT_PLAIN.search(whole):
        texts = [_guarded(text) for text in texts]
    if "" in texts:  # an empty cell is no value
        texts = [text if given != "" else "'" for text, given in zip(texts, values, strict=True)]
    if has_ends or '"' in whole or "," in whole:
        return [_quoted(text) for text in texts]
    return texts


def _guarded(text: str) -> str:
    """Guard a text without what some programs take for the end of a cell."""
    if not text or text[0] in _PLAIN:
        return text
    return f"'{text}" if text[0] in _SIGNS else _CALCULATED.sub(r"\1'", text)


def _quoted(text: str) -> str:
    if _QUOTED.search(text):
        return '"' + text.replace('"', '""') + '"'
    return text


def _json(values: Sequence[Value]) -> Iterable[str]:
    texts = [each for each in values if isinstance(each, str)]
    if len(texts) == len(values):
        return map(encode_basestring_ascii, texts)
    return ["null" if each is None else json.dumps(each) for each in values]


def _uncell(cell: str) -> str | None:
    return _GUARDED.sub(r"\1", cell) if cell else None


class _Lines:
    """The lines of a file, of which no row may have more than `ROW_MAX` characters."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._number = 0
        self._left = ROW_MAX

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._file.readline(self._left + 1)
        if not line:
            raise StopIteration
        self._number += 1
        self._left -= len(line)
        if self._left < 0:
            raise ValueError(f"line {self._number}: a row is too long.")
        return line

    def begin_row(self) -> None:
        """Begin to count the characters of the next row."""
        self._left = ROW_MAX


def _csv_rows(file: _Lines, numbers: frozenset[str]) -> Iterator[dict[str, object]]:
    csv.field_size_limit(ROW_MAX)
    lines = csv.reader(file, strict=True)
    try:
        columns = next(lines, [])
        if not numbers <= set(columns) or len(set(columns)) < len(columns):
            raise ValueError("line 1: it must name the columns, each once.")
        file.begin_row()
        for cells in lines:
            file.begin_row()
            line = lines.line_num
            if len(cells) != len(columns):
                raise ValueError(f"line {line}: it has {len(cells)} cells, not {len(columns)}.")
            row = dict(zip(columns, map(_uncell, cells), strict=True))
            yield {**row, **{name: _number(row[name], name, line) for name in numbers}}
    except csv.Error:
        wrong = f"line {lines.line_num}: a cell is too long, or a quotation mark does not end one."
        raise ValueError(wrong) from None


def _number(text: str | None, column: str, line: int) -> int | None:
    if text is None:
        return None
    if len(text) > DIGITS or not (text.isascii() and text.isdigit()):
        raise ValueError(f"line {line}, column {column}: it must be a whole number.")
    return int(text)


def _json_lines(file: _Lines) -> Iterator[dict[str, object]]:
    for line, text in enumerate(file, start=1):
        file.begin_row()
        try:
            row = json.loads(text, object_pairs_hook=_named_once)
        except (ValueError, RecursionError):
            row = None
        if not isinstance(row, dict):
            raise ValueError(f"line {line}: it must be a JSON object that has each name once.")  # noqa: TRY004  as the others
        yield row


def _named_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    named = dict(pairs)
    if len(named) < len(pairs):  # readers differ in which of two they show
        raise ValueError("a name is there twice")
    return named
