"""A file of links: what cannot be one is named by its line, and the latest start leads."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from dashboard.services.kyc_import import KycImport, UnreadableRowError
from dashboard.services.kyc_links import KycLinks
from dashboard.services.next_step import leading
from dashboard.store import desk, inquiries
from dashboard.store.audit import Chain
from dashboard.store.database import Database
from dashboard.store.desk import Wanted
from tests.conftest import TestClock

HEAD = "userId,inquiryId,url,startedAt"
USER = "11111111-2222-4333-8444-555555555555"
FIRST = f"{USER},inq_1,https://inquiry.withpersona.com/verify?inquiry-id=inq_1,2026-01-01T00:00:00Z"


@pytest.fixture
def links(database: Database, chain: Chain, clock: TestClock) -> KycImport:
    return KycImport(database, chain, clock, KycLinks(("inquiry.withpersona.com",)))


@pytest.mark.parametrize(
    "row",
    [
        f'{USER},inq_2,"{"a" * 200_000}",2026-01-01T00:00:00Z',
        f"{USER},inq_2,https://x.example,0001-01-01T00:00:00+14:00",
        f"{USER},inq_2,https://x.example,2099-01-01T00:00:00Z",
        f"{USER},inq_2,javascript:alert(1),2026-01-01T00:00:00Z",
        f"{USER},inq_2,data:text/html;x,2026-01-01T00:00:00Z",
        f"{USER},inq_2,verify,2026-01-01T00:00:00Z",
        f"{USER},inq_2,https://[::1,2026-01-01T00:00:00Z",
        f"{USER},inq_2",
        f"{USER},inq_2,https://inquiry.withpersona.com/verify?inquiry-id=inq_3,2026-01-01T00:00:00Z",
        f"{USER},inq_2,https://x.example/verify?inquiry-id=inq_2,2026-01-01T00:00:00Z",
    ],
)
def test_a_row_that_can_be_none_is_named_and_nothing_is_taken(
    links: KycImport, database: Database, row: str
) -> None:
    with pytest.raises(UnreadableRowError, match="Line 3 cannot be read"):
        links.take([HEAD, FIRST, row])
    with database.read() as connection:
        assert inquiries.of_user(connection, UUID(USER)) == []


def test_a_start_a_moment_ago_is_no_start_to_come(links: KycImport, clock: TestClock) -> None:
    assert (
        links.take(
            [
                HEAD,
                f"{USER},inq_2,https://inquiry.withpersona.com/verify?inquiry-id=inq_2,{clock().isoformat()}",
            ]
        )
        == 1
    )


@pytest.mark.parametrize("files", [1, 2])
def test_the_latest_start_of_a_user_leads_whichever_came_first(
    links: KycImport, database: Database, files: int
) -> None:
    later = f"{USER},inq_later,https://inquiry.withpersona.com/verify?inquiry-id=inq_later,2026-03-01T00:00:00Z"
    if files == 1:
        links.take([HEAD, later, FIRST])
    else:
        links.take([HEAD, later])
        links.take([HEAD, FIRST])
    expired_at = datetime.now(UTC) - timedelta(hours=24)
    with database.read() as connection:
        leader = leading(inquiries.of_user(connection, UUID(USER)))
        shown = desk.of_users(connection, Wanted(expired_at, expired_at), [UUID(USER)])
    assert leader
    assert leader.inquiry_id == "inq_later"
    assert shown[UUID(USER)].inquiry.inquiry_id == "inq_later"
