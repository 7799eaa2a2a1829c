"""The audit's search for a reason that many lines share reads the newest ones only."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from dashboard.store.audit.chain import Chain
from dashboard.store.audit.lines import AuditLine, LineFilters, lines
from dashboard.store.db.database import Database
from tests.bench.audit_fill import fill
from tests.store.plans import plans
from tests.support.sampling import all_of

GIVEN_UP = datetime.now(UTC) - timedelta(minutes=1)
ROWS, EVERY, PAGE = 600, 10_000, 7


def pages(database: Database, filters: LineFilters) -> Iterator[list[AuditLine]]:
    """Give the pages of a search, newest first."""
    before = filters.before
    while True:
        with database.read() as connection:
            wanted = LineFilters(**{**vars(filters), "before": before})
            page = lines(connection, wanted, PAGE, GIVEN_UP)
        if not page:
            return
        yield page
        before = page[-1].seq


@pytest.mark.each_on_postgres
@all_of(
    "text,others",
    product(
        ["case 1", "CASE", "se 12", "99", "2", "case 271", "no such"],
        [
            LineFilters(),
            LineFilters(action="kyc:start"),
            LineFilters(person="p3@example.com"),
            LineFilters(from_seq=200, before=450),
        ],
    ),
)
def test_its_pages_have_the_lines_of_a_plain_reading(
    database: Database, chain: Chain, text: str, others: LineFilters
) -> None:
    with database.read() as connection:
        is_empty = not lines(connection, LineFilters(), 1, GIVEN_UP)
    if is_empty:
        fill(database, chain, ROWS)
    with database.read() as connection:
        every = lines(connection, others, EVERY, GIVEN_UP)
    expected = [each.seq for each in every if text.lower() in (each.reason or "").lower()]
    for partly in (True, False):
        filters = LineFilters(**{**vars(others), "text": text, "partly": partly})
        assert [each.seq for page in pages(database, filters) for each in page] == expected


@pytest.mark.sqlite
def test_reasons_are_read_in_the_order_of_their_index(database: Database, chain: Chain) -> None:
    fill(database, chain, ROWS)
    with database.read() as connection, plans(database) as found:
        filters = LineFilters(text="case", partly=True, before=400)
        lines(connection, filters, PAGE, GIVEN_UP)
    reasons = found[-1]
    assert reasons.startswith("SCAN audit_index VIRTUAL TABLE"), reasons
    assert "TEMP B-TREE" not in reasons, reasons
