"""Which users an export holds: IDs are kept before the file leaves, if it isn't too long."""

from collections.abc import Iterable
from datetime import datetime
from itertools import islice
from uuid import UUID

from dashboard.store.db.database import Database, Transaction
from dashboard.store.story import exported
from dashboard.store.story.events import EXPORTED_MAX

BATCH = 2_000  # IDs per transaction: others write in between


class HeldUsers:
    """Collects IDs until the export is recorded; from then on keeps them."""

    def __init__(self, database: Database, *, rows: int) -> None:
        self._database = database
        self._is_kept = rows <= EXPORTED_MAX
        self._waiting: set[UUID] = set()
        self._entry: tuple[datetime, int] | None = None

    def note(self, user_ids: Iterable[UUID]) -> None:
        """Keep that the export holds these users, once it is recorded.

        Raises:
            StoreError: the database cannot be used.

        """
        if self._is_kept:
            self._waiting.update(user_ids)
        if self._entry:
            self.flush()

    def recorded(self, transaction: Transaction, at: datetime, audit_seq: int) -> None:
        """Say that the export has this entry of the audit, in the transaction that adds it."""
        self._entry = at, audit_seq
        if not self._is_kept:
            exported.add(transaction, [exported.EVERYONE], at, audit_seq)

    def flush(self) -> None:
        """Keep what waits.

        Raises:
            StoreError: the database cannot be used.

        """
        waiting, self._waiting = iter(self._waiting), set()
        while self._entry and (batch := [*islice(waiting, BATCH)]):
            with self._database.write() as connection:
                exported.add(connection, batch, *self._entry)
