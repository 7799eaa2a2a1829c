"""Recent activity: what staff did, and the changes of status that anyone here saw."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby, islice
from uuid import UUID

from dashboard.services.actions import Action
from dashboard.services.attempts.conflicts import RUNNING_FOR_AT_MOST
from dashboard.services.audit.log import NOT_CHANGES
from dashboard.services.permissions import Permission
from dashboard.services.ports import Clock
from dashboard.services.readers import Reader
from dashboard.store.audit import lines as audit_lines
from dashboard.store.audit.chain import Outcome
from dashboard.store.audit.lines import AuditLine, LineFilters
from dashboard.store.db.database import Database
from dashboard.store.directory import follow_up
from dashboard.store.users import sightings
from dashboard.store.users.sightings import Sighting

HAPPENED, LOOKED_AT = 8, 40
ON_USERS = (
    Permission.USERS_REGISTER,
    Permission.KYC_START,
    Permission.TOKENS_ISSUE,
    Action.TOKENS_PRIVY,
    Action.KYC_IMPORT,
)


@dataclass(frozen=True)
class Happened:
    """An action of staff (`line`), or a change of status that was seen (`seen`)."""

    at: datetime
    email: str | None
    line: AuditLine | None = None
    seen: Sighting | None = None

    @property
    def kind(self) -> tuple[object, ...]:
        """What equal neighbours share; only equal changes and successes about users are grouped."""
        if self.seen:
            return ("seen", self.seen.status)
        done = self.line
        about_user = done and done.action in ON_USERS and done.subject_kind == "user"
        if done and about_user and done.outcome is Outcome.SUCCEEDED:
            return (done.action, done.staff_id, done.staff_email)
        return (done.seq if done else None,)


class Activity:
    """Reads what happened."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def recent(
        self, reader: Reader, staff_email: str, *, everything: bool
    ) -> tuple[tuple[Happened, ...], ...]:
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
            if reader.hides_test_users:
                tests = follow_up.tests_among(
                    connection, [*about, *(each.user_id for each in changes)]
                )
                lines = [line for line in lines if line.subject_id not in set(map(str, tests))]
                changes = [each for each in changes if each.user_id not in tests]
        done = [Happened(line.at, _email_about(line, seen), line=line) for line in lines]
        turned = [Happened(change.first_seen_at, change.email, seen=change) for change in changes]
        newest_first = sorted([*done, *turned], key=lambda each: each.at, reverse=True)
        groups = (tuple(group) for _, group in groupby(newest_first, lambda each: each.kind))
        return tuple(islice(groups, HAPPENED))


def _email_about(line: AuditLine, seen: Mapping[UUID, Sighting]) -> str | None:
    if line.subject_kind != "user":
        return None
    user_id = UUID(line.subject_id)
    return seen[user_id].email if user_id in seen else None
