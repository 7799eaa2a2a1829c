"""A file of links: what cannot be one is named by its line, and the latest start leads."""

from uuid import UUID

import pytest

from dashboard.services.kyc.link_import import KycImport
from dashboard.services.kyc_links import KycLinks
from dashboard.store.audit.chain import Chain
from dashboard.store.db.database import Database
from dashboard.store.kyc import inquiries
from dashboard.text.files import TableError
from tests.support.clock import TestClock

HEAD = "userId,inquiryId,url,startedAt"
USER = "11111111-2222-4333-8444-555555555555"
LINK = "https://inquiry.withpersona.com/verify?inquiry-id=inq_2"
FIRST = f"{USER},inq_1,https://inquiry.withpersona.com/verify?inquiry-id=inq_1,2026-01-01T00:00:00Z"


@pytest.fixture
def links(database: Database, chain: Chain, clock: TestClock) -> KycImport:
    return KycImport(database, chain, clock, KycLinks(("inquiry.withpersona.com",)))


def file(*lines: str) -> bytes:
    return "\n".join(lines).encode()


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (f'{USER},inq_2,"{"a" * 200_000}",2026-01-01T00:00:00Z', "url: use at most 2000"),
        (f"{USER},inq_2,{LINK},0001-01-01T00:00:00+14:00", "startedAt: enter a past"),
        (f"{USER},inq_2,{LINK},2019-12-31T00:00:00Z", "startedAt: enter a past"),
        (f"{USER},inq_2,{LINK},2099-01-01T00:00:00Z", "startedAt: enter a past"),
        (f"{USER},inq_2,{LINK},2026-01-01T00:00:00", "startedAt: enter a past"),
        (f"{USER},inq_2,javascript:alert(1),2026-01-01T00:00:00Z", "url: enter the verif"),
        (f"{USER},inq_2,data:text/html;x,2026-01-01T00:00:00Z", "url: enter the verif"),
        (f"{USER},inq_2,verify,2026-01-01T00:00:00Z", "url: enter the verif"),
        (f"{USER},inq_2,https://[::1,2026-01-01T00:00:00Z", "url: enter the verif"),
        (f"{USER},inq_2,{LINK[:-1]}3,2026-01-01T00:00:00Z", "inquiryId: ent"),
        (f"{USER},inq_1,{LINK},2026-01-01T00:00:00Z", "the same value is in line 2"),
        (f"ana,inq_2,{LINK},2026-01-01T00:00:00Z", "userId: enter a user ID"),
        (f"{USER},inq_2,{LINK}&x=1,2026-01-01T00:00:00Z", "url: enter the verif"),
    ],
)
def test_a_row_that_cannot_be_taken_is_named_and_nothing_is_taken(
    links: KycImport, database: Database, row: str, said: str
) -> None:
    with pytest.raises(TableError, match=r"Line 3, column ") as refused:
        links.take(file(HEAD, FIRST, row))
    assert said in str(refused.value)
    with database.read() as connection:
        assert inquiries.of_user(connection, UUID(USER)) == []


def test_an_inquiry_of_another_user_is_named_and_nothing_is_taken(
    links: KycImport, database: Database
) -> None:
    other = USER.replace("1", "2")
    assert links.take(file(HEAD, FIRST)) == 1
    assert links.take(file(HEAD, FIRST)) == 0
    new = f"{other},inq_2,{LINK},2026-01-01T00:00:00Z"
    with pytest.raises(TableError) as refused:
        links.take(file(HEAD, new, FIRST.replace(USER, other)))
    assert str(refused.value) == (
        "Line 3, column inquiryId: this inquiry is kept for another user."
    )
    with database.read() as connection:
        assert inquiries.of_user(connection, UUID(other)) == []


def test_a_start_a_moment_ago_is_no_start_to_come(links: KycImport, clock: TestClock) -> None:
    assert links.take(file(HEAD, f"{USER},inq_2,{LINK},{clock().isoformat()}")) == 1


@pytest.mark.parametrize("files", [1, 2])
def test_the_latest_start_of_a_user_leads_whichever_came_first(
    links: KycImport, database: Database, files: int
) -> None:
    later = f"{USER},inq_later,{LINK.removesuffix('2')}later,2026-03-01T00:00:00Z"
    if files == 1:
        links.take(file(HEAD, later, FIRST))
    else:
        links.take(file(HEAD, later))
        links.take(file(HEAD, FIRST))
    with database.read() as connection:
        leader = inquiries.leading(inquiries.of_user(connection, UUID(USER)))
    assert leader
    assert leader.inquiry_id == "inq_later"
