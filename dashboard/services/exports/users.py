"""The export of users: a list of the directory, whole, as it is when it is read."""

from collections.abc import Iterable, Iterator
from itertools import chain, islice
from uuid import UUID

from dashboard.services.attempts.conflicts import recording
from dashboard.services.exports.held import HeldUsers
from dashboard.services.files import tables
from dashboard.services.files.order import Export, Order, Size
from dashboard.services.permissions import Permission
from dashboard.services.ports import Clock
from dashboard.services.recorder.recorder import AuditRecorder, Details
from dashboard.store.audit.chain import Chain
from dashboard.store.db.database import Database
from dashboard.store.directory import walk
from dashboard.store.directory.owning import NO_OWNER
from dashboard.store.directory.search import DirectoryQuery
from dashboard.store.directory.walk import Columns

__all__ = ["DirectoryQuery", "UserExports"]

COLUMNS = tuple(walk.COLUMNS)
_USER_ID = COLUMNS.index("user_id")


class UserExports:
    """Writes files of users, and records who exported them."""

    def __init__(self, database: Database, chain: Chain, clock: Clock) -> None:
        self._database = database
        self._recorder = AuditRecorder(chain, clock)
        self._clock = clock

    def size(self, query: DirectoryQuery) -> Size:
        """Return how large an export would be."""
        with self._database.read() as connection:
            return Size(walk.count(connection, query), 0)

    def export(self, query: DirectoryQuery, order: Order) -> Export:
        """Export the users who match; the rest of the file is made while it is given out.

        Raises:
            BudgetSpentError: the person has exported as much as they may in an hour.
            StoreError: the directory cannot be read, or the export not recorded; nothing leaves.

        """
        size = self.size(query)
        held = HeldUsers(self._database, rows=size.rows)
        batches = _noted(walk.walk(self._database, query, size.rows), held)
        parts = tables.parts(order.form, COLUMNS, batches)
        first = [*islice(parts, 1)]
        with recording(self._database) as connection:
            seq = self._recorder.record(
                connection,
                Permission.USERS_EXPORT,
                order.actor,
                reason=order.reason,
                details={**_asked(query), "format": order.form.value, "rows": size.rows},
            )
            held.recorded(connection, self._clock(), seq)
        held.flush()
        return Export(chain(first, parts), size, self._clock())


def _ids(staff_ids: Iterable[int]) -> str:
    return " ".join(str(each) for each in sorted(staff_ids) if each != NO_OWNER) or "none"


def _noted(batches: Iterator[Columns], held: HeldUsers) -> Iterator[Columns]:
    """Pass batches on, each once its users are noted."""
    for batch in batches:
        held.note(map(UUID, batch[_USER_ID]))
        yield batch


def _asked(query: DirectoryQuery) -> Details:
    """Return the filters as the audit keeps them: for good, so not the words, which name people."""
    asked = {
        **query.filters,
        **{name: at.isoformat() for name, at in query.times.items()},
        **({"kyc": query.kyc.lane.value} if query.kyc else {}),
        **({"owner_ids": _ids(query.owned.staff_ids)} if query.owned else {}),
        **({"tag": query.tag} if query.tag else {}),
        **({"test_users": "hidden"} if query.hides_tests else {}),
    }
    words = {"filter_words": len(query.words)} if query.words else {}
    return {f"filter_{name}": value for name, value in asked.items()} | words
