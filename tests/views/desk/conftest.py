"""A desk with users on it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from dashboard.store.db.database import Database
from dashboard.store.directory import rows
from dashboard.store.directory.rows import SeenUser
from dashboard.store.kyc import inquiries
from dashboard.store.kyc.inquiries import Inquiry
from dashboard.store.kyc.states import InquirySource, InquiryState
from dashboard.store.staff import members as staff
from dashboard.store.users import sightings
from tests.support.browsing import Page
from tests.support.directory import fill

LINK = "https://inquiry.withpersona.com/verify?inquiry-id=inq_{}"


def hours_ago(hours: float) -> datetime:
    return datetime.now(UTC) - timedelta(hours=hours)


@dataclass
class People:
    """Users of a test, by the names before the @ of their emails."""

    database: Database

    def seen(
        self,
        name: str,
        status: str = "pending",
        *,
        registered: float = 1,
        user_id: UUID | None = None,
        at: datetime | None = None,
        facts: Mapping[str, Any] | None = None,
    ) -> UUID:
        """Record an answer of the API about someone who registered so many hours ago."""
        user = SeenUser(
            user_id=user_id or uuid4(),
            email=f"{name}@example.com",
            status=status,
            country_code="CO",
            preferred_language="es",
            registered_at=hours_ago(registered),
            **(facts or {}),
        )
        with self.database.write() as connection:
            rows.record(connection, [user], at or datetime.now(UTC))
            sightings.record(connection, [user], at or datetime.now(UTC))
        return user.user_id

    def started(
        self,
        name: str,
        hours: float,
        state: InquiryState = InquiryState.HELD,
        *,
        status: str = "pending",
        source: InquirySource = InquirySource.HERE,
        user_id: UUID | None = None,
    ) -> UUID:
        """Let someone's KYC have started so many hours ago."""
        user = self.seen(name, status, registered=hours + 1, user_id=user_id)
        held = state is InquiryState.HELD
        with self.database.write() as connection:
            inquiry = Inquiry(
                user_id=user,
                state=state,
                started_at=hours_ago(hours),
                source=source,
                inquiry_id=f"inq_{name}" if held else None,
                verification_url=LINK.format(name) if held else None,
            )
            here = source is InquirySource.HERE
            inquiries.add(connection, inquiry, staff.every(connection)[0].id if here else None)
        return user


@pytest.fixture
def people(database: Database) -> People:
    """Give a desk whose directory a sweep has filled, without anyone yet."""
    fill(database, [])
    return People(database)


def names(page: Page) -> list[str]:
    """Return the users of the table by the first words of their emails, in their order."""
    return re.findall(r'id="k-[^"]+"><bdi>([a-z0-9]+)<wbr>@example\.com', page.text)


def everyone(people: People) -> dict[str, UUID]:
    """Put a user into each lane."""
    made = {
        "new": people.seen("new", registered=5),
        "fresh": people.started("fresh", 3),
        "expired": people.started("expired", 60),
        "elsewhere": people.started("elsewhere", 30, InquiryState.ELSEWHERE),
        "unknown": people.started("unknown", 1, InquiryState.UNKNOWN),
        "active": people.started("active", 90),
        "closed": people.started("closed", 91),
    }
    people.seen("active", "active", user_id=made["active"])
    people.seen("closed", "banned", user_id=made["closed"])
    return made
