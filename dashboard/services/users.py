"""Users: searching the API, one user with what we know beside it, and what was seen last."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

import structlog

from dashboard.partner.wire import Answer, BadRow, User, UserPage
from dashboard.services.facts import facts_of
from dashboard.services.kyc_settlement import KycSettlement
from dashboard.services.next_step import NextStep, leading, next_step
from dashboard.services.ports import Clock, UserSource
from dashboard.services.settling import Looker
from dashboard.services.timeline import TimelineItem, timeline
from dashboard.services.upstream import Upstream
from dashboard.services.user_filters import Filter, UserFilters, find_broken, find_honoured, page_of
from dashboard.store import audit, grants, inquiries, registrations, sightings
from dashboard.store.database import BRIEFLY_MS, Database, StoreError
from dashboard.store.grants import Grant
from dashboard.store.inquiries import Inquiry
from dashboard.store.sightings import Sighting

__all__ = ["UserFilters", "UserList", "UserRecord", "Users"]

AUDIT_ROWS, GRANTS = 50, 20
log = structlog.get_logger()


@dataclass(frozen=True)
class ListedUser:
    """A row of the list. The type is known only where we sent it."""

    user: User
    user_type: str | None


@dataclass(frozen=True)
class UserList:
    """One page of users. `broken` names the filters that some row does not match.

    `named` is the one user whose exact email was searched for: the list has their facts, so that
    the answer to a caller takes one call.
    """

    filters: UserFilters
    rows: tuple[ListedUser | BadRow, ...]
    broken: tuple[Filter, ...]
    total: int | None
    page: int
    pages: int | None
    first: int
    next_cursor: str | None
    at: datetime
    named: "UserRecord | None" = None

    @property
    def is_newest_first(self) -> bool:
        """Say whether the rows that tell their time stand in this order."""
        users = [row.user for row in self.rows if isinstance(row, ListedUser)]
        times = [user.created_at for user in users if user.created_at]
        return times == sorted(times, reverse=True)

    @property
    def has_more(self) -> bool:
        """Say whether another page may follow where the API gives no total."""
        return self.pages is None and len(self.rows) >= self.filters.limit

    @property
    def last(self) -> int:
        """Position of the last row, from 1."""
        return self.first + len(self.rows) - 1


@dataclass(frozen=True)
class UserRecord:
    """One user: what the API says now, what we know, and what to do next."""

    answer: Answer[User]
    user_type: str | None
    inquiry: Inquiry | None
    next_step: NextStep
    timeline: tuple[TimelineItem, ...]
    grants: tuple[Grant, ...]

    @property
    def user(self) -> User:
        """What the API says."""
        return self.answer.value


class Users:
    """Finds users and remembers having seen them."""

    def __init__(
        self,
        source: UserSource,
        database: Database,
        clock: Clock,
        upstream: Upstream,
        kyc_settlement: KycSettlement,
        *,
        link_ttl: timedelta,
    ) -> None:
        self._source = source
        self._database = database
        self._clock = clock
        self._upstream = upstream
        self._kyc_settlement = kyc_settlement
        self._link_ttl = link_ttl

    def search(self, filters: UserFilters, *, exactly: bool = False) -> UserList:
        """Return one page of users from the API.

        `exactly` leaves who has the very email that is searched for: to somebody who sees emails
        masked, the rows that a part of one finds would tell the rest letter by letter.

        Raises:
            PartnerError: the API did not give a page.

        """
        answer = self._source.list_users(filters.query())
        if exactly and filters.q:
            answer = _only(filters.q, answer)
        users = [row for row in answer.value.rows if isinstance(row, User)]
        self._remember(users, answer.at)
        with self._database.read() as connection:
            types = registrations.user_types(connection, [user.id for user in users])
        rows = tuple(
            ListedUser(row, types.get(row.id)) if isinstance(row, User) else row
            for row in answer.value.rows
        )
        broken = find_broken(filters, users, types, answer.value)
        honoured = find_honoured(filters, users, types, answer.value, broken)
        self._upstream.saw_list(answer.value.shape, honoured, answer.at)
        listed = _listed(filters, answer, rows, broken)
        named = [user for user in users if user.email.casefold() == filters.q.casefold()]
        if len(named) == 1:
            return replace(listed, named=self._record(_about(named[0], answer)))
        return listed

    def get(self, user_id: UUID, by: Looker) -> UserRecord:
        """Return one user from the API, with what we know of them; it may settle a lost start.

        Raises:
            PartnerError: the API did not give the user.

        """
        answer = self._source.get_user(user_id)
        self._remember([answer.value], answer.at)
        self._kyc_settlement.saw(user_id, answer.value.status_text, by)
        return self._record(answer)

    def find_by_email(self, email: str) -> UUID | None:
        """Return the one user whom we have seen with exactly this email. Asks nobody."""
        with self._database.read() as connection:
            return sightings.find_by_email(connection, email)

    def find_last_seen(self, user_id: UUID) -> Sighting | None:
        """Return a user's facts as they were last seen. Asks nobody."""
        with self._database.read() as connection:
            seen = sightings.history(connection, user_id)
        return seen[0] if seen else None

    def _record(self, answer: Answer[User]) -> UserRecord:
        user_id = answer.value.id
        with self._database.read() as connection:
            seen = sightings.history(connection, user_id)
            starts = inquiries.of_user(connection, user_id)
            entries = audit.of_subject(connection, "user", str(user_id), AUDIT_ROWS)
            types = registrations.user_types(connection, [user_id])
            issued = grants.of_user(connection, user_id, GRANTS)
        return UserRecord(
            answer=answer,
            user_type=types.get(user_id),
            inquiry=leading(starts),
            next_step=next_step(
                answer.value.status_text, starts, seen, now=self._clock(), link_ttl=self._link_ttl
            ),
            timeline=timeline(seen, starts, entries),
            grants=tuple(issued),
        )

    def _remember(self, users: list[User], at: datetime) -> None:
        """Remember whom we saw. What the API said is told even where that fails."""
        facts = [facts_of(user) for user in users]
        with self._database.read() as connection:
            stale = sightings.stale(connection, facts, at)
        if not stale:
            return
        try:
            with self._database.write(BRIEFLY_MS) as connection:
                sightings.record(connection, stale, at)
        except StoreError as error:
            log.warning("sightings_not_recorded", cause=str(error))


def _only(email: str, answer: Answer[UserPage]) -> Answer[UserPage]:
    """Return a page with whoever has this email, and without what it tells of the others."""
    rows = tuple(
        row
        for row in answer.value.rows
        if isinstance(row, User) and row.email.casefold() == email.casefold()
    )
    told = {"rows": rows, "total": len(rows), "page": 1, "pages": 1, "next_cursor": None}
    return replace(answer, value=answer.value.model_copy(update=told))


def _about(user: User, answer: Answer[UserPage]) -> Answer[User]:
    """Return the answer to a list as one about a user of it."""
    return Answer(
        value=user,
        at=answer.at,
        took_ms=answer.took_ms,
        status=answer.status,
        raw=None,
        request_id=answer.request_id,
    )


def _listed(
    filters: UserFilters,
    answer: Answer[UserPage],
    rows: tuple[ListedUser | BadRow, ...],
    broken: tuple[Filter, ...],
) -> UserList:
    """Put the page together; where the API gave no counters, what we asked for stands."""
    found = answer.value
    page, limit = page_of(filters, found), found.limit or filters.limit
    pages = found.pages
    if pages is None and found.total is not None:
        pages = max(1, -(-found.total // limit))
    return UserList(
        filters=filters,
        rows=rows,
        broken=broken,
        total=found.total,
        page=page,
        pages=pages,
        first=(page - 1) * limit + 1,
        next_cursor=found.next_cursor,
        at=answer.at,
    )
