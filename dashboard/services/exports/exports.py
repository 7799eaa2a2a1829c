"""Exports: a file of many rows, given for a stated reason, and recorded before it leaves.

The rows of an export are fixed, and its first part is made, before it is recorded. An audit row
never changes, so the rest of its file is made while it is given out; the desk's is written whole.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from datetime import datetime, timedelta
from itertools import chain, islice
from tempfile import SpooledTemporaryFile

from dashboard.services.actions import Action
from dashboard.services.attempts.conflicts import (
    RUNNING_FOR_AT_MOST,
    recording,
)
from dashboard.services.desk.desk import Desk
from dashboard.services.desk.filters import WAITING, DeskFilters
from dashboard.services.desk.models import DeskRow
from dashboard.services.exports.audit_table import AUDIT_COLUMNS, audit_batches, users_of
from dashboard.services.exports.held import HeldUsers
from dashboard.services.exports.links import LinkExports
from dashboard.services.exports.proof import Proofs
from dashboard.services.exports.users import UserExports
from dashboard.services.files import tables
from dashboard.services.files.order import IN_MEMORY, Export, Order, Size, parts_of
from dashboard.services.files.tables import Record
from dashboard.services.masking.personal import masked, without_personal
from dashboard.services.ports import Clock
from dashboard.services.readers import Reader
from dashboard.services.recorder.recorder import AuditRecorder, Details
from dashboard.store.audit import rows as audit_rows
from dashboard.store.audit.chain import Chain
from dashboard.store.audit.lines import LineFilters
from dashboard.store.db.database import Database
from dashboard.store.tags import tags

AUDIT_MAX, DESK_MAX = 1_000_000, 100_000  # rows
BATCH = 500  # rows whose tags are read together
DESK_COLUMNS = (
    "user_id",
    "email",
    "country",
    "status",
    "status_seen_at",
    "lane",
    "kyc_started_at",
    "started_by",
    "source",
    "inquiry_id",
    "verification_url",
    "name",
    "phone",
    "language",
    "waiting_since",
    "closed_at",
    "owner",
    "snoozed_until",
    "tags",
)


class Exports:
    """Writes files, and records who exported them."""

    def __init__(
        self, database: Database, signing: Chain, desk: Desk, clock: Clock, link_ttl: timedelta
    ) -> None:
        self._database = database
        self._recorder = AuditRecorder(signing, clock)
        self._desk = desk
        self._clock = clock
        self.users = UserExports(database, signing, clock)
        self.links = LinkExports(database, signing, desk, clock, link_ttl)
        self.proofs = Proofs(database, signing, clock)

    def size_of_audit(self, filters: LineFilters) -> Size:
        """Return how large an export would be."""
        return _size(self._numbers(filters)[1], AUDIT_MAX)

    def audit(self, filters: LineFilters, order: Order) -> Export:
        """Export the rows of the lines that match, the newest of them where there are too many.

        Raises:
            BudgetSpentError: the person has exported as much as they may in an hour.
            StoreError: the audit cannot be read, or the export not recorded; nothing leaves.

        """
        chosen, total = self._numbers(filters)
        batches = audit_batches(self._database, chosen, plain=order.plain)
        parts = tables.parts(order.form, AUDIT_COLUMNS, batches)
        first = [*islice(parts, 1)]
        size = _size(total, AUDIT_MAX)
        held = HeldUsers(self._database, rows=size.rows)
        held.note(users_of(self._database, chosen))
        self._record(Action.AUDIT_EXPORT, _asked(filters), order, size, held)
        held.flush()
        return Export(chain(first, parts), size, self._clock())

    def size_of_desk(self, filters: DeskFilters, reader: Reader) -> Size:
        """Return how large an export would be."""
        return _size(self._desk.count(filters, reader), DESK_MAX)

    def desk(self, filters: DeskFilters, reader: Reader, order: Order) -> Export:
        """Export the rows of the desk, with their links, in the order of the page.

        Raises:
            BudgetSpentError: the person has exported as much as they may in an hour.
            StoreError: the desk cannot be read, or the export not recorded; nothing leaves.

        """
        walked = self._desk.walk(filters, reader, DESK_MAX)
        held = HeldUsers(self._database, rows=DESK_MAX)
        rows = (
            {**_desk_row(row, plain=order.plain), "tags": names}
            for row, names in self._with_tags(_noted(walked, held))
        )
        total = self._desk.count(filters, reader)
        with ExitStack() as unless_given_out:
            file = unless_given_out.enter_context(SpooledTemporaryFile(IN_MEMORY))
            written = tables.write(file, order.form, DESK_COLUMNS, rows)
            size = Size(written, max(0, total - written))
            hidden = {"filter_test_users": "hidden"} if reader.hides_test_users else {}
            self._record(Action.KYC_EXPORT, {**_asked(filters), **hidden}, order, size, held)
            held.flush()
            file.seek(0)
            unless_given_out.pop_all()
        return Export(parts_of(file), size, self._clock())

    def _numbers(self, filters: LineFilters) -> tuple[Sequence[int], int]:
        given_up_at = self._clock() - RUNNING_FOR_AT_MOST
        with self._database.read() as connection:
            return audit_rows.numbers(connection, filters, given_up_at, AUDIT_MAX)

    def _with_tags(self, rows: Iterator[DeskRow]) -> Iterator[tuple[DeskRow, str | None]]:
        """Give the rows with the names of their users' tags."""
        while batch := list(islice(rows, BATCH)):
            with self._database.read() as connection:
                found = tags.of_users(connection, [row.user.user_id for row in batch])
            for row in batch:
                names = "; ".join(tag.name for tag in found.get(row.user.user_id, ()))
                yield row, names or None

    def _record(
        self,
        action: Action,
        asked: Details,
        order: Order,
        size: Size,
        held: HeldUsers,
    ) -> None:
        with recording(self._database) as connection:
            seq = self._recorder.record(
                connection,
                action,
                order.actor,
                reason=order.reason,
                details={
                    **asked,
                    "format": order.form.value,
                    "left_out": size.left_out,
                    "rows": size.rows,
                },
            )
            held.recorded(connection, self._clock(), seq)


def _noted(rows: Iterable[DeskRow], held: HeldUsers) -> Iterator[DeskRow]:
    for row in rows:
        held.note([row.user.user_id])
        yield row


def _size(total: int, most: int) -> Size:
    return Size(min(total, most), max(0, total - most))


def _asked(filters: LineFilters | DeskFilters) -> Details:
    """Return the filters that were set, as the audit keeps them: for good, so no word of a search.

    Words name people; how many there were says that the file does not have everyone.
    """
    default = vars(type(filters)())
    return {
        "filter_words" if name == "search" else f"filter_{name}": _written(name, value)
        for name, value in vars(filters).items()
        if value != default[name]
    }


def _written(name: str, value: object) -> str | int:
    """Return a filter's value; a text may hold the email of a user."""
    if name == "search":
        return len(str(value).split())
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, tuple):
        return " ".join(value)
    return without_personal(str(value)) if name == "text" else str(value)


def _desk_row(row: DeskRow, *, plain: bool) -> Record:
    user, kept, is_waiting = row.user, row.inquiry, row.lane in WAITING
    return {
        "user_id": str(user.user_id),
        "email": user.email if plain else masked(user.email),
        "country": user.country_code or None,
        "status": user.status,
        "status_seen_at": user.last_seen_at.isoformat(),
        "lane": row.lane.value,
        "kyc_started_at": kept.started_at.isoformat() if kept else None,
        "started_by": kept.staff_name if kept else None,
        "source": kept.source.value if kept else None,
        "inquiry_id": kept.inquiry_id if kept else None,
        "verification_url": kept.verification_url if kept else None,
        "name": user.name or None if plain else None,
        "phone": user.phone or None if plain else None,
        "language": user.language or None,
        "waiting_since": row.since_at.isoformat() if is_waiting else None,
        "closed_at": None if is_waiting else row.since_at.isoformat(),
        "owner": row.owner.name if row.owner else None,
        "snoozed_until": row.snoozed_until.isoformat() if row.snoozed_until else None,
    }
