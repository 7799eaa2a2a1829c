"""`python -m dashboard kyc import`: the links of the partner's backend, all or none."""

from pathlib import Path
from uuid import UUID

import pytest

from dashboard.store.db.database import Database
from dashboard.store.kyc import inquiries
from tests.unit.cli.test_command_line import Run
from tests.unit.cli.test_command_line import run as run  # noqa: PLC0414  a fixture

GOOD = "userId,inquiryId,url,startedAt\n{},inq_A,https://inquiry.withpersona.com/verify?inquiry-id=inq_A,{}\n"
USER = "550e8400-e29b-41d4-a716-446655440000"


@pytest.mark.usefixtures("database")
def test_links_of_the_partner_s_backend_are_imported_once(
    run: Run, settings: dict[str, str], tmp_path: Path, database: Database
) -> None:
    file = tmp_path / "links.csv"
    file.write_text("\ufeff" + GOOD.format(USER, "2026-06-11T12:29:04Z"), encoding="utf-8")
    for new in (1, 0):
        done = run(f"kyc import {file}", settings=settings)
        assert done.stdout == f"New links imported: {new}.\n"
    with database.read() as connection:
        (row,) = inquiries.of_user(connection, UUID(USER))
    assert (row.inquiry_id, row.source, row.started_at.hour) == ("inq_A", "imported", 12)
    assert run("audit verify", settings=settings).returncode == 0


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "The file is empty."),
        ("userId,url\n", "Line 1 has no column inquiryId. It has: userid, url."),
        (GOOD.format("nobody", "2026-06-11T12:29:04Z"), "Line 2, column userId: enter a user ID."),
        (GOOD.format("0x" + "1" * 30, "2026-06-11T12:29:04Z"), "column userId: enter a user ID."),
        (GOOD.format("\u0661" * 32, "2026-06-11T12:29:04Z"), "column userId: enter a user ID."),
        (GOOD.format(USER, "yesterday"), "Line 2, column startedAt: enter a past time"),
        (
            GOOD.format(USER, "2026-06-11T12:29:04Z").replace(",inq_A,", ", ,"),
            "Line 2, column inquiryId: enter a value.",
        ),
        (
            GOOD.format(USER, "2026-06-11T12:29:04Z") + "x\n",
            "Line 3 ends before the column inquiryId.",
        ),
    ],
)
def test_a_row_that_cannot_be_read_is_named_and_nothing_is_taken(
    run: Run, settings: dict[str, str], tmp_path: Path, database: Database, text: str, said: str
) -> None:
    file = tmp_path / "links.csv"
    file.write_text(text)
    done = run(f"kyc import {file}", settings=settings)
    assert (done.returncode, said in done.stderr) == (1, True)
    with database.read() as connection:
        assert inquiries.of_user(connection, UUID(USER)) == []
