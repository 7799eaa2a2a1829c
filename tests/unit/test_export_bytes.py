"""A file is written column by column; each byte is as if cells were guarded and quoted singly."""

import csv
import itertools
import json
import re
from collections.abc import Iterator, Sequence
from io import StringIO

import pytest

from dashboard.services.files import tables
from dashboard.services.files.tables import Format, Value

SIGNS = ("", "=", "+", "-", "@", "'", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠", '"', ",", ";")  # noqa: RUF001  what spreadsheets calculate
OTHERS = (" ", "\u00a0", "\u200b", "\ufeff", "\u00ad", "{", "[", "a", "1", "é", "\ud800")
HOSTILE: tuple[Value, ...] = (
    *("".join(signs) for signs in itertools.product((*SIGNS, *OTHERS), repeat=2)),
    *(f"a{end}{unseen}{sign}b" for end in ";\t\r\n," for unseen in OTHERS for sign in SIGNS),
    *('{"a": "=1"}', '{"b": ";=1"}', None, 0, 7, -3, 2**63 - 1),
)
CALCULATED = re.compile(
    r"(^|[;\t\r\n])(?=(?:[^\S\t\r\n]|[\"\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff])*+"
    r"[=+\-@\t\r\n\0＝＋－＠'])"  # noqa: RUF001  as above
)


def lines(form: Format, rows: Sequence[tuple[Value, ...]]) -> bytes:
    """Write one value after the other, with the libraries."""
    if form is Format.JSON_LINES:
        named = (dict(zip("abc", row, strict=True)) for row in rows)
        return "".join(json.dumps(row) + "\n" for row in named).encode()
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow("abc")
    writer.writerows([cell(value) for value in row] for row in rows)
    return ("\ufeff" + text.getvalue()).encode(errors="replace")


def cell(value: Value) -> str:
    if value is None:
        return ""
    return CALCULATED.sub(r"\1'", str(value)) if value != "" else "'"


@pytest.mark.parametrize("form", Format)
@pytest.mark.parametrize("size", [1, 2, 500])
def test_a_file_has_the_bytes_of_its_cells_one_by_one(form: Format, size: int) -> None:
    rows = [(value, f"row {number}", None) for number, value in enumerate(HOSTILE)]
    written = b"".join(tables.parts(form, "abc", batches(rows, size)))
    assert written == lines(form, rows)


def batches(rows: Sequence[tuple[Value, ...]], size: int) -> Iterator[tables.Batch]:
    for start in range(0, len(rows), size):
        yield [*zip(*rows[start : start + size], strict=True)]


def test_a_cell_of_ours_is_read_as_it_was_and_any_other_stays() -> None:
    texts = [value for value in HOSTILE if isinstance(value, str) and value]
    assert [tables.unguarded(cell(text)) for text in texts] == texts
    for other in ("'Abd", "O'Brien", "'", "ana@example.com", "+57", "a 'b'", ""):
        assert tables.unguarded(other) == other
