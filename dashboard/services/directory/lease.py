"""The lease: one process at a time keeps the directory complete."""

import secrets
from dataclasses import replace
from datetime import datetime, timedelta

from dashboard.services.clocks import is_open
from dashboard.services.ports import Clock
from dashboard.store.db.database import Database, Transaction
from dashboard.store.directory import background
from dashboard.store.directory.background import Lease

LASTS = timedelta(seconds=60)


class SyncLease:
    """The lease, as this process sees it."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._me = secrets.token_hex(8)

    def hold(self) -> Lease | None:
        """Take the lease, or renew it once half of it is over; None while another one holds it."""
        now = self._clock()
        with self._database.read() as connection:
            lease = background.find_lease(connection)
        if lease and self._is_others(lease, now):
            return None
        if lease and lease.holder == self._me and is_open(lease.ends_at - LASTS / 2, now, LASTS):
            return lease
        with self._database.write() as connection:
            lease = background.find_lease(connection)
            if lease and self._is_others(lease, now):
                return None
            mine = Lease(self._me, now + LASTS, lease.caught_up_at if lease else None)
            background.put_lease(connection, mine)
        return mine

    def is_held(self, transaction: Transaction) -> bool:
        """Return whether no one took it; a step that took too long changes nothing."""
        lease = background.find_lease(transaction)
        return lease is not None and lease.holder == self._me

    def release(self) -> None:
        """Let another process take it immediately."""
        with self._database.write() as connection:
            lease = background.find_lease(connection)
            if lease and lease.holder == self._me:
                background.put_lease(connection, replace(lease, ends_at=self._clock()))

    def _is_others(self, lease: Lease, now: datetime) -> bool:
        return lease.holder != self._me and is_open(lease.ends_at, now, LASTS)
