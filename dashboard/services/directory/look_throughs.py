"""Searches of the API's list for users who are not in the directory; each belongs to one person.

The person who started one may open it for a day. What it looks for is encrypted.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from dashboard.crypto.encryption import Encryptor
from dashboard.services.actions import Action
from dashboard.services.actors import Actor
from dashboard.services.clocks import latest_end
from dashboard.services.directory.box import Box
from dashboard.services.directory.reading import Reading, WholeKind
from dashboard.services.foundation import Foundation
from dashboard.services.operations.heartbeat import WorkerHeartbeat
from dashboard.services.recorder.recorder import AuditRecorder, Subject
from dashboard.store.credentials import active as api_switch
from dashboard.store.db.database import Transaction
from dashboard.store.directory import look_throughs, rows
from dashboard.store.directory.entries import DirectoryUser
from dashboard.store.directory.look_throughs import LookRow, LookState
from dashboard.store.erasure import People
from dashboard.text.search import fold

KEPT_FOR = timedelta(days=1)
LIST = Subject("directory", None)
IN_THE_LIST = frozenset({WholeKind.EMAIL, WholeKind.PHONE, WholeKind.USER_ID})


@dataclass(frozen=True)
class LookThrough:
    """A look through the list, as its page shows it."""

    row: LookRow = field(repr=False)
    reading: Reading
    hits: tuple[DirectoryUser, ...]
    worker_runs: bool
    is_frozen: bool

    @property
    def is_running(self) -> bool:
        """Whether there are more pages to read."""
        return self.row.finished_at is None

    @property
    def users(self) -> int:
        """How many users were read. The list changes meanwhile, so some may have come twice."""
        return min(self.row.users, self.row.total or self.row.users)


class LookThroughs:
    """Starts, shows, stops and forgets looks through the list."""

    def __init__(self, base: Foundation, box: Box, sealer: Encryptor, *, is_on: bool) -> None:
        self.is_on = is_on
        self._database = base.database
        self._clock = base.clock
        self._box = box
        self._sealer = sealer
        self._log = AuditRecorder(base.chain, base.clock)
        self._heartbeat = WorkerHeartbeat(base.database, base.clock)

    def can_find(self, reading: Reading) -> bool:
        """Return whether the list can tell who is meant by a text."""
        has_whole = any(each.kind in IN_THE_LIST for each in reading.wholes)
        return self.is_on and reading.is_plain and (bool(reading.parts) or has_whole)

    def start(self, reading: Reading, staff_id: int, by: Actor) -> int:
        """Begin to look for a text; return the number. What the person looked for before stops.

        Raises:
            BudgetSpentError: they started as many as they may within an hour.

        """
        now = self._clock()
        sealed = self._sealer.seal(reading.text, _about(staff_id))
        with self._database.write() as connection:
            if last := look_throughs.find_open(connection, staff_id):
                if self._text(last) == reading.text:
                    return last.id
                look_throughs.put(connection, last.ended(LookState.STOPPED, now))
            self._log.record(connection, Action.DIRECTORY_LOOK, by, LIST)
            row = LookRow(staff_id, sealed, self._sealer.key_id, now, now)
            return look_throughs.add(connection, row)

    def find(self, number: int, staff_id: int, *, masked: bool) -> LookThrough | None:
        """Return what a person started; for a masked role, only what whole values find."""
        with self._database.read() as connection:
            row = look_throughs.find(connection, number, staff_id) if self.is_on else None
            text = self._text(row) if row else None
            if row is None or text is None:
                return None
            kept = rows.get(connection, row.hits)
            is_frozen = api_switch.is_frozen(connection)
        reading = self._box.read(text, frozenset(), masked=masked)
        found = set(kept)
        if masked:
            found &= {user.user_id for user in self._box.find(reading, masked=True).users}
        hits = tuple(kept[each] for each in row.hits if each in found)
        return LookThrough(row, reading, hits, self._heartbeat.is_running(), is_frozen)

    def stop(self, number: int, staff_id: int) -> bool:
        """Stop what a person started; return whether there is such a thing."""
        with self._database.write() as connection:
            row = look_throughs.find(connection, number, staff_id) if self.is_on else None
            if row and not row.finished_at:
                look_throughs.put(connection, row.ended(LookState.STOPPED, self._clock()))
        return row is not None

    def matching(
        self, transaction: Transaction, row: LookRow, user_ids: Collection[UUID]
    ) -> frozenset[UUID]:
        """Return which of these users are looked for; none once its key is gone."""
        text = self._text(row)
        if text is None:
            return frozenset()
        reading = self._box.read(text, frozenset(), masked=False)
        return self._box.among(transaction, reading, user_ids)

    def forget(self, transaction: Transaction, people: People) -> int:
        """Delete those that are about one of these people and have not found them yet."""
        rows = [row for row in look_throughs.every(transaction) if not row.found(people.user_ids)]
        about = [row.id for row in rows if self._is_about(transaction, row, people)]
        look_throughs.remove(transaction, about)
        return len(about)

    def _is_about(self, transaction: Transaction, row: LookRow, people: People) -> bool:
        """Return whether a text names one of them, or finds one of them in the directory."""
        text = fold(self._text(row) or "")
        is_named = any(fold(known) in text for known in people.texts)
        return is_named or bool(self.matching(transaction, row, people.user_ids))

    def remove_old(self) -> None:
        """Delete those that are older than a day.

        Raises:
            StoreError: the database cannot be used.

        """
        now = self._clock()
        span = (now - KEPT_FOR, latest_end(now, KEPT_FOR))
        with self._database.read() as connection:
            if not look_throughs.has_old(connection, *span):
                return
        with self._database.write() as connection:
            look_throughs.remove_old(connection, *span)

    def _text(self, row: LookRow) -> str | None:
        return self._sealer.open(row.sealed, row.key_id, _about(row.staff_id))


def _about(staff_id: int) -> str:
    return f"looked for by {staff_id}"
