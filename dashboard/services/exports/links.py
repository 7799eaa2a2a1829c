"""The export of verification links: a row for each user of a selection whose link is active."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from uuid import UUID

from dashboard.services.actions import Action
from dashboard.services.attempts.conflicts import recording
from dashboard.services.desk.desk import Desk
from dashboard.services.desk.filters import KycLane
from dashboard.services.desk.models import DeskRow
from dashboard.services.files import tables
from dashboard.services.files.order import Export, Order, Size
from dashboard.services.files.tables import Record
from dashboard.services.masking.personal import masked
from dashboard.services.ports import Clock
from dashboard.services.recorder.recorder import AuditRecorder
from dashboard.store.audit.chain import Chain
from dashboard.store.db.database import Database
from dashboard.store.story import exported

BATCH = 500  # users who are read together
COLUMNS = (
    *("user_id", "email", "name", "language", "country", "lane"),
    *("verification_url", "kyc_started_at", "link_expires_at", "started_by", "owner"),
)


class LinkExports:
    """Writes files of links, and records who exported them."""

    def __init__(
        self, database: Database, chain: Chain, desk: Desk, clock: Clock, link_ttl: timedelta
    ) -> None:
        self._database = database
        self._recorder = AuditRecorder(chain, clock)
        self._desk = desk
        self._clock = clock
        self._link_ttl = link_ttl

    def size(self, user_ids: Sequence[UUID]) -> Size:
        """Return how many of these users have an active link, and how many have none."""
        rows = sum(1 for _ in self._active(user_ids))
        return Size(rows, len(user_ids) - rows)

    def export(self, user_ids: Sequence[UUID], order: Order) -> Export:
        """Export the active links of these users.

        Raises:
            BudgetSpentError: the person has exported as much as they may in an hour.
            StoreError: a link can't be read, or the export not recorded; nothing leaves.

        """
        rows = [*self._active(user_ids)]
        size = Size(len(rows), len(user_ids) - len(rows))
        with recording(self._database) as connection:
            seq = self._recorder.record(
                connection,
                Action.KYC_EXPORT_LINKS,
                order.actor,
                reason=order.reason,
                details={
                    "format": order.form.value,
                    "left_out": size.left_out,
                    "rows": size.rows,
                },
            )
            held = [row.user.user_id for row in rows]
            exported.add(connection, held, self._clock(), seq)
        records = (self._record(row, plain=order.plain) for row in rows)
        parts = tables.parts(order.form, COLUMNS, tables.in_batches(COLUMNS, records))
        return Export(parts, size, self._clock())

    def _active(self, user_ids: Sequence[UUID]) -> Iterator[DeskRow]:
        """Give the desk's rows of those whose link has probably not expired, in this order."""
        found = dict[UUID, DeskRow]()
        for start in range(0, len(user_ids), BATCH):
            found |= self._desk.rows(user_ids[start : start + BATCH])
        for row in (found[each] for each in user_ids if each in found):
            has_link = row.inquiry is not None and row.inquiry.verification_url
            if row.lane is KycLane.LINK_FRESH and has_link:
                yield row

    def _record(self, row: DeskRow, *, plain: bool) -> Record:
        user, kept = row.user, row.inquiry
        expires_at = kept.started_at + self._link_ttl if kept else None
        return {
            "user_id": str(user.user_id),
            "email": user.email if plain else masked(user.email),
            "name": user.name or None if plain else None,
            "language": user.language or None,
            "country": user.country_code or None,
            "lane": row.lane.value,
            "verification_url": kept.verification_url if kept else None,
            "kyc_started_at": kept.started_at.isoformat() if kept else None,
            "link_expires_at": expires_at.isoformat() if expires_at else None,
            "started_by": kept.staff_name if kept else None,
            "owner": row.owner.name if row.owner else None,
        }
