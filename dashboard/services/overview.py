"""The overview: what needs attention, what happened, how many users there are."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import groupby, islice
from uuid import UUID

import structlog

from dashboard.partner.errors import PartnerError
from dashboard.partner.list_filters import UserQuery
from dashboard.services.actions import Action
from dashboard.services.attempts.conflicts import RUNNING_FOR_AT_MOST
from dashboard.services.audit.log import NOT_CHANGES
from dashboard.services.kyc_desk import Desk
from dashboard.services.permissions import Permission
from dashboard.services.ports import Clock, UserSource
from dashboard.services.upstream.monitor import UpstreamMonitor
from dashboard.store import registrations
from dashboard.store.audit import lines as audit_lines
from dashboard.store.audit.chain import Outcome
from dashboard.store.audit.lines import AuditLine, LineFilters
from dashboard.store.db.database import Database, StoreError
from dashboard.store.db.timeouts import BRIEFLY_MS
from dashboard.store.kyc import desk
from dashboard.store.kyc.lanes import DeskRow, Lane
from dashboard.store.limits.table import LimitStorage
from dashboard.store.registrations import Registration
from dashboard.store.tokens import grants
from dashboard.store.tokens.grants import Grant
from dashboard.store.users import sightings
from dashboard.store.users import status_counts as counts
from dashboard.store.users.sightings import Sighting
from dashboard.store.users.status_counts import CachedCount

FRESH = timedelta(seconds=60)
SHOWN, MORE, HAPPENED, LOOKED_AT = 6, 50, 8, 40
log = structlog.get_logger()
ON_USERS = (
    Permission.USERS_REGISTER,
    Permission.KYC_START,
    Permission.TOKENS_ISSUE,
    Action.TOKENS_PRIVY,
    Action.KYC_IMPORT,
)


class AttentionKind(StrEnum):
    """Kinds of things that need attention."""

    UNKNOWN = "unknown"
    EXPIRED = "expired"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True)
class TokenMayExist:
    """A token whose answer was lost; `email` is None for a user that we never saw or know."""

    grant: Grant
    email: str | None


AttentionItem = Registration | TokenMayExist | DeskRow


@dataclass(frozen=True)
class Attention:
    """Things that need attention. `counts` are exact, `items` the first of the kinds asked for."""

    kind: AttentionKind | None
    items: tuple[AttentionItem, ...]
    counts: Mapping[AttentionKind, int]

    @property
    def left(self) -> int:
        """How many items of what was asked for are not among the first."""
        return (self.counts[self.kind] if self.kind else self.total) - len(self.items)

    @property
    def total(self) -> int:
        """The number of things of all kinds."""
        return sum(self.counts.values())


@dataclass(frozen=True)
class Happened:
    """An action of staff (`line`), or a change of status that was seen (`seen`)."""

    at: datetime
    email: str | None
    line: AuditLine | None = None
    seen: Sighting | None = None

    @property
    def kind(self) -> tuple[object, ...]:
        """What equal neighbours share; only successes about users are told together."""
        if self.seen:
            return ("seen", self.seen.status)
        done = self.line
        about_user = done and done.action in ON_USERS and done.subject_kind == "user"
        if done and about_user and done.outcome is Outcome.SUCCEEDED:
            return (done.action, done.staff_id, done.staff_email)
        return (done.seq if done else None,)


@dataclass(frozen=True)
class StatusCount:
    """The number of users of a status. `failed` says that the API did not give one just now."""

    status: str
    count: CachedCount | None
    failed: bool = False

    @property
    def is_coming(self) -> bool:
        """Return whether another request is asking right now."""
        return self.count is None and not self.failed


class Overview:
    """Reads what we keep; only `count` asks the API."""

    def __init__(
        self,
        source: UserSource,
        desk_: Desk,
        upstream: UpstreamMonitor,
        database: Database,
        clock: Clock,
    ) -> None:
        self._source = source
        self._desk = desk_
        self._upstream = upstream
        self._database = database
        self._clock = clock
        self._windows = LimitStorage(database, clock, BRIEFLY_MS)

    def attention(self, kind: AttentionKind | None, rows: int | None = None) -> Attention:
        """Return what needs attention, lost answers first, then the oldest start first."""
        now, limit = self._clock(), rows or (MORE if kind else SHOWN)
        with self._database.read() as connection:
            wanted = self._desk.wanted()
            given_up_at = wanted.given_up_at
            lanes = desk.first_rows_by_lane(connection, wanted, limit)
            lost = registrations.lost(connection, given_up_at, limit)
            tokens = grants.may_exist(connection, now, given_up_at, limit)
            users = [grant.user_id for grant in tokens if grant.user_id]
            seen = sightings.newest(connection, users)
            unknown = lanes[Lane.UNKNOWN].size + registrations.count_lost(connection, given_up_at)
            unknown += grants.count_may_exist(connection, now, given_up_at)
        items: dict[AttentionKind, list[AttentionItem]] = {
            AttentionKind.UNKNOWN: [
                *lost,
                *lanes[Lane.UNKNOWN].rows,
                *(TokenMayExist(grant, _email(grant.user_id, seen)) for grant in tokens),
            ],
            AttentionKind.EXPIRED: [*lanes[Lane.EXPIRED].rows],
            AttentionKind.ELSEWHERE: [*lanes[Lane.LINK_LOST].rows, *lanes[Lane.ELSEWHERE].rows],
        }
        chosen = items[kind] if kind else [item for each in AttentionKind for item in items[each]]
        return Attention(
            kind,
            tuple(chosen[:limit]),
            {
                AttentionKind.UNKNOWN: unknown,
                AttentionKind.EXPIRED: lanes[Lane.EXPIRED].size,
                AttentionKind.ELSEWHERE: lanes[Lane.ELSEWHERE].size + lanes[Lane.LINK_LOST].size,
            },
        )

    def activity(self, staff_email: str, *, everything: bool) -> tuple[tuple[Happened, ...], ...]:
        """Return what happened last, newest first, equal neighbours together.

        `everything` is for people who may read the audit log; others see what was done about users,
        which users' pages show them too, and what they did themselves. Log-ins, reads and what
        was refused to colleagues are in the audit log only.
        """
        filters = LineFilters(without=NOT_CHANGES, refused_to=staff_email)
        if not everything:
            filters = replace(filters, actions=ON_USERS, or_by=staff_email)
        with self._database.read() as connection:
            lines = audit_lines.lines(
                connection, filters, LOOKED_AT, self._clock() - RUNNING_FOR_AT_MOST
            )
            changes = sightings.changes(connection, LOOKED_AT)
            about = [UUID(line.subject_id) for line in lines if line.subject_kind == "user"]
            seen = sightings.newest(connection, about)
        done = [Happened(line.at, _email_about(line, seen), line=line) for line in lines]
        turned = [Happened(change.first_seen_at, change.email, seen=change) for change in changes]
        newest_first = sorted([*done, *turned], key=lambda each: each.at, reverse=True)
        groups = (tuple(group) for _, group in groupby(newest_first, lambda each: each.kind))
        return tuple(islice(groups, HAPPENED))

    def count(self, status: str) -> StatusCount:
        """Return how many users have a status; at most one call in 60 s, for all staff together.

        The first request in each 60 s asks the API; others get the last answer.
        """
        with self._database.read() as connection:
            known = counts.find(connection, status)
        if known and abs(self._clock() - known.counted_at) < FRESH:
            return StatusCount(status, known)
        try:
            return self._count(status, known)
        except StoreError as error:  # busy: no window, and nothing to keep
            log.warning("count_not_kept", cause=str(error))
            return StatusCount(status, known)

    def _count(self, status: str, known: CachedCount | None) -> StatusCount:
        failure = f"count-failed:{status}"
        if self._windows.incr(f"count:{status}", FRESH.total_seconds()) > 1:
            return StatusCount(status, known, failed=bool(self._windows.get(failure)))
        try:
            counted = self._ask(status)
        except PartnerError:
            self._windows.incr(failure, FRESH.total_seconds())
            return StatusCount(status, known, failed=True)
        with self._database.write(BRIEFLY_MS) as connection:
            counts.put(connection, status, counted)
        return StatusCount(status, counted)

    def _ask(self, status: str) -> CachedCount:
        """Ask for a page of the list; its total counts, unless the filter is seen to be ignored."""
        answer = self._source.list_users(UserQuery(status=status))
        users = answer.value.users
        honoured = all(user.status_text == status for user in users)
        ignored = not honoured or self._upstream.ignores("status")
        return CachedCount(None if ignored else answer.value.total, answer.at)


def _email_about(line: AuditLine, seen: Mapping[UUID, Sighting]) -> str | None:
    return _email(UUID(line.subject_id), seen) if line.subject_kind == "user" else None


def _email(user_id: UUID | None, seen: Mapping[UUID, Sighting]) -> str | None:
    return seen[user_id].email if user_id and user_id in seen else None
