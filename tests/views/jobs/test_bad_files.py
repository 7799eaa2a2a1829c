"""Files that people bring: any separator or encoding, and a clear error for what is no table."""

from io import BytesIO

import pytest

from tests.support.browsing import Page, Visitor
from tests.support.pages.jobs import PATH, table
from tests.support.pages.many.starts import PATH as START_KYC
from tests.support.sampling import all_of
from tests.support.servers.simulator_process import RunningSimulator

ROWS = table(["ana@example.com"]) + "\n"


def upload(visitor: Visitor, content: bytes, *, status: int, path: str = PATH) -> Page:
    data = {"do": "check", "file": (BytesIO(content), "users.csv")}
    sent = {**data, "csrf_token": visitor.csrf_token()}
    return Page(visitor.http.post(path, data=sent, content_type="multipart/form-data"), status)


@all_of(
    "content",
    [
        ROWS.encode(),
        ROWS.encode("utf-8-sig"),
        ROWS.encode("utf-16"),
        ROWS.replace(",", ";").encode(),
        ROWS.replace(",", "\t").encode(),
        ROWS.replace(",", "|").encode(),
        ROWS.replace("\n", "\r\n").encode(),
        b"sep=;\n" + ROWS.replace(",", ";").encode(),
        ROWS.replace("ana@example.com", '"ana@example.com"').encode(),
        ("\n\n" + ROWS + "\n,,,,\n").encode(),
        ("\t" + ROWS.replace(",", "\t").replace("\n", "\n1\t", 1)).encode(),
        ("\t" + ROWS.replace(",", "\t").replace("\n", "\n\t", 1)).encode("utf-16"),
    ],
)
def test_a_file_is_read_whatever_program_wrote_it(onboarding: Visitor, content: bytes) -> None:
    page = upload(onboarding, content, status=200)
    assert "1 ready · 0 to fix" in page.words


@pytest.mark.parametrize("path", [PATH, START_KYC])
@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"PK\x03\x04rest", "This is an Excel workbook."),
        (b"email\ncaf\xe9@example.com\n", "Line 2 isn’t UTF-8 text."),
        (b"\xff\xfe\x00", "Line 1 isn’t UTF-8 text."),
        (b"e\0m\0a\0i\0l\0", "Line 1 isn’t UTF-8 text."),
        (b'email,country\n"a@example.com,CO\n', "Line 2 has a quotation mark"),
        (b"email\na@example.com,CO,1\n", "Line 2 has 3 cells, more than there are columns."),
        (b"\n \n", "Paste rows, or choose a file."),
        (b"email,country\n", "Paste rows, or choose a file."),
        (b"x" * 100_200, "Use at most 100000 characters."),
    ],
)
def test_a_file_that_is_no_table_gets_an_error_with_its_line_and_nothing_is_sent(
    admin: Visitor, simulator: RunningSimulator, content: bytes, said: str, path: str
) -> None:
    page = upload(admin, content, status=422, path=path)
    assert said in page.words
    assert simulator.requests() == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_a_table_of_applicants_is_read_whatever_program_wrote_it(
    admin: Visitor, separator: str, encoding: str
) -> None:
    rows = "Correo,Nombres,Apellidos,Fecha de nacimiento\r\nana@example.com,Ana,Peña,1990-02-03\r\n"
    content = rows.replace(",", separator).encode(encoding)
    page = upload(admin, content, status=200, path=START_KYC)
    assert "0 ready · 1 to fix" in page.words
    assert "Peña" in page.words
    assert "1990-02-03" in page.words


@pytest.mark.parametrize("text", ["a@example.com", "00000000-0000-0000-0000-000000000001"])
def test_a_list_without_names_of_columns_says_whom_it_is_about(admin: Visitor, text: str) -> None:
    page = upload(admin, text.encode(), status=200, path=START_KYC)
    assert "Column 1" in page.words
    assert "Enter the first name." in page.words
    assert "We haven’t seen a user with this" in page.words


def test_a_list_of_emails_without_names_of_columns_is_recognised(onboarding: Visitor) -> None:
    page = upload(onboarding, b"a@example.com\nb@example.com\n", status=200)
    assert "Column 1" in page.words
    assert "0 ready · 2 to fix" in page.words
    assert "Choose a country." in page.words


def test_a_hostile_cell_is_shown_as_text(onboarding: Visitor) -> None:
    cell = "<script>alert(1)</script>"
    page = upload(onboarding, f"email,country\n{cell},{cell}\n".encode(), status=200)
    assert "<script>alert" not in page.text
    assert cell in page.words


def test_a_file_that_is_too_large_is_refused(onboarding: Visitor) -> None:
    upload(onboarding, b"x" * 300_000, status=413)
