"""One user as a page shows them: what the API says, what we know, and what to do next."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from dashboard.partner.responses import Answer, User, UserStatus
from dashboard.services.kyc.next_step import NextStep, next_step
from dashboard.store.directory.entries import DirectoryUser
from dashboard.store.kyc.inquiries import Inquiry, leading
from dashboard.store.tokens.grants import Grant
from dashboard.store.users.sent import SentFacts
from dashboard.store.users.sightings import Sighting


@dataclass(frozen=True)
class UserRecord:
    """One user: what the API says now, what we know, and what to do next."""

    answer: Answer[User]
    sent: SentFacts
    status_since_at: datetime | None  # the first look that saw this status
    inquiry: Inquiry | None
    next_step: NextStep
    starts: tuple[Inquiry, ...]
    grants: tuple[Grant, ...]
    token_until_at: datetime | None  # of the last token that someone received and that still works

    @property
    def user(self) -> User:
        """The user as the API has them."""
        return self.answer.value


@dataclass(frozen=True)
class StoredFacts:
    """Our own knowledge of a user, beside the API's."""

    seen: list[Sighting]
    starts: list[Inquiry]
    sent: SentFacts
    issued: list[Grant]
    token_until_at: datetime | None


def record_of(
    answer: Answer[User], known: StoredFacts, *, now: datetime, link_ttl: timedelta
) -> UserRecord:
    """Put together what the API says and what we know."""
    status, newest = answer.value.status_text, next(iter(known.seen), None)
    return UserRecord(
        answer=answer,
        sent=known.sent,
        status_since_at=newest.first_seen_at if newest and newest.status == status else None,
        inquiry=leading(known.starts),
        next_step=next_step(status, known.starts, known.seen, now=now, link_ttl=link_ttl),
        starts=tuple(known.starts),
        grants=tuple(known.issued),
        token_until_at=known.token_until_at,
    )


def kept(row: DirectoryUser) -> Answer[User]:
    """Return a user of our own copy as the answer that named them."""
    is_known = row.status in set(UserStatus)
    user = User(
        id=row.user_id,
        email=row.email,
        status=UserStatus(row.status) if is_known else UserStatus.UNKNOWN,
        status_text=row.status,
        country_code=row.country_code or None,
        phone=row.phone or None,
        preferred_language=row.language or None,
        created_at=row.registered_at,
    )
    return Answer(user, row.last_seen_at, took_ms=0, status=200, raw=None, request_id=None)
