"""An export of the audit in which something is wrong: named by line and column, never repeated."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from dashboard.services.exports.verify_file import NUMBERS
from dashboard.services.files import tables
from dashboard.services.files.tables import UnreadableFileError
from dashboard.store.audit import rows as audit_rows
from tests.unit.cli.test_audit_file import run as run  # noqa: PLC0414  a fixture


def whole(**values: object) -> dict[str, object]:
    """Return a row as an export has it, but for these values."""
    columns = dict.fromkeys(audit_rows.COLUMNS)
    return {**columns, "seq": 1, "prev": "", "mac": "0" * 64, **values}


@pytest.mark.parametrize(
    "value",
    [
        {"seq": "x" * 1_000_000},
        {"seq": 10**400},
        {"seq": 2**63},
        {"seq": 0},
        {"seq": True},
        {"seq": 1.0},
        {"mac": "\x1b]0;title\x07"},
        {"mac": "\ud800"},
        {"mac": "0" * 1_000_000},
        {"mac": None},
    ],
)
def test_a_row_that_no_audit_has_is_refused_and_nothing_of_it_is_printed(
    run: Callable[..., tuple[int, str]], tmp_path: Path, value: dict[str, object]
) -> None:
    file = tmp_path / "audit.jsonl"
    file.write_text(f"{json.dumps(whole())}\n{json.dumps(whole(**{'seq': 2, **value}))}\n")
    status, said = run(str(file))
    assert (status, said) == (1, "The row after row 1 isn't an entry of an audit log.\n")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (json.dumps(whole()) + "\nnope\n", "line 2: it must be a JSON object"),
        (json.dumps(whole()) + "\n\n", "line 2: it must be a JSON object"),
        (json.dumps(whole())[:-1] + ', "reason": "x"}', "line 1: it must be a JSON object"),
        ('{"a":' + "[" * 100_000, "line 1: it must be a JSON object"),
        ("seq,staff_id,attempt_seq,seq\r\n1,,,1\r\n", "line 1: it must name the columns"),
        ("seq,staff_id,attempt_seq\r\n1,,\r\nx,,\r\n", "line 3, column seq: it must be a whole"),
        ("seq,staff_id,attempt_seq\r\n" + "9" * 5000 + ",,\r\n", "line 2, column seq: it must"),
        ("seq,staff_id,attempt_seq\r\n1,,\r\n1,\r\n", "line 3: it has 2 cells, not 3."),
        ('seq,staff_id,attempt_seq\r\n"1,,\r\n', "line 2: a cell is too long, or a quotation"),
    ],
)
def test_what_is_wrong_is_named_by_line_and_column(
    tmp_path: Path, content: str, words: str
) -> None:
    file = tmp_path / "audit"
    file.write_text(content)
    with pytest.raises(UnreadableFileError, match=words):
        list(tables.read(file, NUMBERS))


@pytest.mark.parametrize(
    "content",
    [
        '{"seq": 1, "reason": "' + "x" * tables.ROW_MAX,
        "seq,staff_id,attempt_seq\r\n1,," + "x" * tables.ROW_MAX,
        "seq,staff_id,attempt_seq\r\n1,," + '"x\n",' * (tables.ROW_MAX // 4),
        "seq,staff_id,attempt_seq" + ",x" * tables.ROW_MAX,
    ],
    ids=["an object", "a line", "a row of many lines", "names of columns"],
)
def test_a_row_without_an_end_is_not_read_to_its_end(tmp_path: Path, content: str) -> None:
    file = tmp_path / "audit"
    file.write_text(content)
    with pytest.raises(UnreadableFileError, match=r"line \d+: a row is too long\."):
        list(tables.read(file, NUMBERS))


def test_text_in_another_encoding_is_named(tmp_path: Path) -> None:
    file = tmp_path / "audit"
    file.write_bytes("seq,staff_id\r\n".encode("utf-16"))
    with pytest.raises(UnreadableFileError, match="is not UTF-8 text"):
        list(tables.read(file, NUMBERS))
