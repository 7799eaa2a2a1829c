"""Much that we remember, quickly: users as seen, and a KYC start for each of them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from uuid import UUID

from sqlalchemy import insert

from dashboard.store.db.database import Database
from dashboard.store.kyc.states import InquirySource, InquiryState
from dashboard.store.schema import inquiries, sightings
from tests.bench.upstream import user_id

BATCH = 10_000
EVERY = timedelta(seconds=157)  # 200,000 in a year
STATUSES = ("active", "active", "active", "pending", "rejected")  # in turn


def fill(database: Database, first: int, count: int) -> None:
    """Remember users of these numbers: a sighting and a start with its link each."""
    with database.write() as connection:
        rows = _rows(first, count)
        while batch := list(islice(rows, BATCH)):
            connection.execute(insert(sightings), [seen for seen, _ in batch])
            connection.execute(insert(inquiries), [started for _, started in batch])


def _rows(first: int, count: int) -> Iterator[tuple[dict[str, object], dict[str, object]]]:
    now = datetime.now(UTC)
    for number in range(first, first + count):
        who, at = UUID(user_id(number)), now - EVERY * number
        email = f"user.{number}@example.com"
        yield (
            {
                "user_id": who,
                "email": email,
                "email_folded": email,
                "status": STATUSES[number % len(STATUSES)],
                "country_code": "CO",
                "first_seen_at": at,
                "last_seen_at": at,
            },
            {
                "user_id": who,
                "state": InquiryState.HELD.value,
                "inquiry_id": f"inq_{number}",
                "verification_url": f"https://inquiry.withpersona.com/verify?inquiry-id=inq_{number}",
                "started_at": at,
                "staff_id": 1,
                "source": InquirySource.HERE.value,
            },
        )
