"""Tables as files: CSV that no spreadsheet takes for formulas, and JSON lines.

CSV is RFC 4180 with a byte order mark, without which Excel does not read UTF-8. Text that a
spreadsheet would calculate gets an apostrophe before it, also behind what some spreadsheets take
for the end of a cell; so does an apostrophe, so that `read()` gives back the exact text. An empty
cell is no value, a lone apostrophe the empty text.
"""

import csv
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from io import StringIO
from pathlib import Path
from typing import IO

Value = str | int | None
Record = Mapping[str, Value]
BYTE_ORDER_MARK = "\ufeff"
PART = 2**16  # characters
DIGITS = 19  # of the largest number that a database holds
_APART = r"(^|[;\t\r\n])"
# No end of a cell is skipped, so that nothing is read twice.
_UNSEEN = r"(?=(?:[^\S\t\r\n]|[\"\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff])*+"
_CALCULATED = re.compile(_APART + _UNSEEN + r"[=+\-@\t\r\n\0＝＋－＠'])")  # noqa: RUF001  as spreadsheets take them
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

    for part in parts(form, columns, counted()):
        file.write(part)
    return count


def parts(form: Format, columns: Sequence[str], rows: Iterable[Record]) -> Iterator[bytes]:
    """Return such a file a part at a time, as the rows come."""
    text = StringIO(newline="")
    writer = csv.writer(text)
    if form is Format.CSV:
        text.write(BYTE_ORDER_MARK)
        writer.writerow(columns)
    for row in rows:
        if form is Format.CSV:
            writer.writerow(_cells([row[name] for name in columns]))
        else:
            text.write(json.dumps({name: row[name] for name in columns}) + "\n")
        if text.tell() >= PART:
            yield _taken(text)
    if text.tell():
        yield _taken(text)


def _taken(text: StringIO) -> bytes:
    part = text.getvalue().encode(errors="replace")
    text.seek(0)
    text.truncate()
    return part


def read(path: Path, numbers: frozenset[str]) -> Iterator[dict[str, object]]:
    """Read such a file row by row; `numbers` names the columns that hold numbers.

    Raises:
        UnreadableFileError: it is something else, or damaged.

    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            start = file.read(1)
            file.seek(0)
            yield from _json_lines(file) if start in {"{", ""} else _csv_rows(file, numbers)
    except OSError as error:
        raise UnreadableFileError(f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError:
        raise UnreadableFileError(f"{path} is not UTF-8 text.") from None
    except ValueError as error:
        raise UnreadableFileError(f"{path}, {error}") from error


def _cells(values: Sequence[Value]) -> Sequence[Value]:
    """Guard the cells of a row against formulas; one test of the row mostly shows no need.

    Every text is tested behind what some programs take for the end of a cell, as in the file.
    """
    texts = [value for value in values if isinstance(value, str)]
    if all(texts) and not _CALCULATED.search("\t".join(texts)):
        return values
    return [_cell(value) for value in values]


def _cell(value: Value) -> Value:
    if isinstance(value, str):
        return _CALCULATED.sub(r"\1'", value) or "'"
    return value


def _uncell(cell: str) -> str | None:
    return _GUARDED.sub(r"\1", cell) if cell else None


def _csv_rows(file: Iterable[str], numbers: frozenset[str]) -> Iterator[dict[str, object]]:
    csv.field_size_limit(2**24)
    lines = csv.reader(file, strict=True)
    try:
        columns = next(lines, [])
        if not numbers <= set(columns) or len(set(columns)) < len(columns):
            raise ValueError("line 1: it must name the columns, each once.")
        for cells in lines:
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


def _json_lines(file: Iterable[str]) -> Iterator[dict[str, object]]:
    for line, text in enumerate(file, start=1):
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
