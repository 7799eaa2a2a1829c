"""Tables of people, with any columns: each cell as it was given, for others to check.

Encoding, separator, quotation and line ends are as in `text/files.py`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from dashboard.text import characters
from dashboard.text.files import (
    Records,
    TableError,
    TableProblem,
    decode,
    is_blank,
    records,
    without_separator_line,
)

COLUMNS_MAX = 50
Score = Callable[[Sequence[str]], int]


@dataclass(frozen=True)
class SheetRow:
    """A row: its number among those with text, from 1, and its cells, trimmed."""

    number: int
    cells: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True)
class Sheet:
    """A table. `columns` is empty if its first row holds values."""

    columns: tuple[str, ...] = field(repr=False)
    rows: tuple[SheetRow, ...]
    width: int


def read_sheet(content: bytes, score: Score, is_value: Callable[[str], bool]) -> Sheet:
    """Return a table. `score` says how likely the first row is to hold names, by separator.

    Raises:
        TableError: it isn't text, or its rows don't have the same width.

    """
    text, skipped, separators = without_separator_line(decode(content))
    refused, tables = list[TableError](), list[list[tuple[int, list[str]]]]()
    for separator in separators:
        try:
            tables.append(_read(records(text, separator, skipped)))
        except TableError as error:
            refused.append(error)
    if not tables:
        raise refused[0]
    table = max(tables, key=lambda each: (score(each[0][1]), len(each[0][1])) if each else (0, 0))
    if not table:
        raise TableError(TableProblem.EMPTY)
    (_, first), width = table[0], len(table[0][1])
    has_names = not any(map(is_value, first))
    for line, cells in table:
        if len(cells) > width or width > COLUMNS_MAX:
            raise TableError(TableProblem.LONG, line, found=len(cells))
    rows = table[1:] if has_names else table
    return Sheet(
        tuple(first) if has_names else (),
        tuple(
            SheetRow(number, tuple(cells + [""] * (width - len(cells))))
            for number, (_, cells) in enumerate(rows, start=1)
        ),
        width,
    )


def _read(table: Records) -> list[tuple[int, list[str]]]:
    return [
        (line, _trimmed([characters.clean(cell) for cell in cells]))
        for line, cells in table
        if not is_blank(cells)
    ]


def _trimmed(cells: list[str]) -> list[str]:
    """Return cells without empty ones at the end."""
    while cells and not cells[-1]:
        cells.pop()
    return cells
