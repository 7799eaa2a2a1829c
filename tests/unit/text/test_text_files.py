"""Tables that people bring, as their programs write them."""

from pathlib import Path

import pytest

from dashboard.text.files import (
    MAX_BYTES,
    TableError,
    TableProblem,
    read_file,
    read_table,
    refuse_repeated,
)
from tests.support.sampling import all_of

COLUMNS = {"userId": 10, "name": 20}
PLAIN = "userId,name\nu1,José\nu2,Ana\n"


def rows(content: bytes) -> list[tuple[int, str, str]]:
    return [
        (row.line, row.cells["userId"], row.cells["name"]) for row in read_table(content, COLUMNS)
    ]


@all_of(
    "content",
    [
        PLAIN.encode(),
        PLAIN.encode("utf-8-sig"),
        PLAIN.replace(",", ";").encode("utf-8-sig"),
        PLAIN.replace(",", "\t").encode("utf-16"),
        PLAIN.replace("\n", "\r\n").replace(",", "\t").encode("utf-16"),
        b"\xfe\xff" + PLAIN.encode("utf-16-be"),
        PLAIN.replace(",", "|").encode(),
        PLAIN.replace("\n", "\r\n").encode(),
        PLAIN.replace("\n", "\r").encode(),
        PLAIN.replace("José", "Jose\u0301").encode(),
        PLAIN.replace("userId,name", " UserID\u200b,\ufeffNAME ").encode(),
        PLAIN.replace("userId,name", '"userId","name"').replace(",", ";").encode(),
        PLAIN.replace("u1,José", '"u1" ,"José"').replace('" ', '"').encode(),
        (PLAIN + ",\n  ,\u200b\n\n").encode(),
        PLAIN.replace("\n", ",,\n").encode(),
    ],
)
def test_a_table_is_read_in_whatever_form_it_comes(content: bytes) -> None:
    assert rows(content) == [(2, "u1", "José"), (3, "u2", "Ana")]


@all_of("first", ["sep=;", "SEP=;", '"sep=;"'])
@all_of("line_end", ["\n", "\r\n", "\r"])
def test_the_line_that_names_the_separator_is_no_row(first: str, line_end: str) -> None:
    content = f"{first}\n{PLAIN.replace(',', ';')}".replace("\n", line_end).encode()
    assert rows(content) == [(3, "u1", "José"), (4, "u2", "Ana")]


def test_a_tab_may_be_named_as_the_separator() -> None:
    assert len(rows(("sep=\t\n" + PLAIN.replace(",", "\t")).encode())) == 2
    assert len(rows(f"sep=\r\n{PLAIN}".encode())) == 2


def test_a_line_is_counted_as_an_editor_counts_it() -> None:
    content = b'userId,name,note\nu1,A,"one\ntwo\nthree"\n\nu2,B,\n'
    assert rows(content) == [(2, "u1", "A"), (6, "u2", "B")]


@all_of(
    "content,problem,said",
    [
        (b"", TableProblem.EMPTY, "The file is empty."),
        (b"\n \n", TableProblem.EMPTY, "The file is empty."),
        (
            b"PK\x03\x04...",
            TableProblem.WORKBOOK,
            "This is an Excel workbook. Save it as “CSV UTF-8”.",
        ),
        (
            PLAIN.encode("cp1252"),
            TableProblem.ENCODING,
            "Line 2 is not UTF-8 text. Save the file as “CSV UTF-8”.",
        ),
        (PLAIN.encode("utf-16-le"), TableProblem.ENCODING, "is not UTF-8 text. Save the file"),
        (b"userId\nu1\n", TableProblem.NO_COLUMN, "Line 1 has no column name. It has: userid."),
        (b"userId,nick name,\n", TableProblem.NO_COLUMN, "It has: userid, nick name, ."),
        (b"abcdef,https://a.example?b=abcdef\n", TableProblem.NO_COLUMN, "It has: …, …."),
        (b"abcdef\n", TableProblem.NO_COLUMN, "It has: …."),
        (b"userIdu1,abcdef,name,A2\n", TableProblem.NO_COLUMN, "It has: …, …, name, …."),
        (b"userId,name,Name\n", TableProblem.COLUMN_TWICE, "Line 1 has the column name twice."),
        (b"userId,name\nu1\n", TableProblem.SHORT, "Line 2 ends before the column name."),
        (b"userId,name\nu1,A,B\n", TableProblem.LONG, "Line 2 has 3 cells, more than there are"),
        (b"userId,name\nu1, \n", TableProblem.EMPTY_CELL, "Line 2, column name: enter a value."),
        (
            b"userId,name\nu1," + b"A" * 21,
            TableProblem.TOO_LONG,
            "Line 2, column name: use at most 20 characters.",
        ),
        (
            b'userId,name\nu1,"A\nB"\n',
            TableProblem.INVISIBLE,
            "Line 2, column name: remove a line end.",
        ),
        (
            "userId,name\nu1,A\u202eB\n".encode(),
            TableProblem.INVISIBLE,
            "remove the character U+202E.",
        ),
        (b'userId,name\nu1,"A\nu2,B\n', TableProblem.QUOTES, "Line 2 has a quotation mark"),
        (b'userId,name\nu1,"A"B\n', TableProblem.QUOTES, "Line 2 has a quotation mark"),
    ],
)
def test_what_is_wrong_is_told_in_plain_words(
    content: bytes, problem: TableProblem, said: str
) -> None:
    with pytest.raises(TableError) as refused:
        rows(content)
    assert refused.value.problem is problem
    assert said in str(refused.value)


def test_a_repeated_id_is_told_with_both_lines() -> None:
    table = read_table(b"userId,name\nu1,A\nu2,B\nu1,C\n", COLUMNS)
    with pytest.raises(TableError, match=r"Line 4, column userId: the same value is in line 2\."):
        refuse_repeated(table, "userId")


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.csv"):
        with pytest.raises(TableError, match="The file cannot be read: "):
            read_file(path)
    large = tmp_path / "large.csv"
    large.write_bytes(b"a" * (MAX_BYTES + 1))
    with pytest.raises(TableError, match="more than 5,000,000 bytes"):
        read_file(large)
