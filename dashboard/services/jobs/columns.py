"""Columns are matched once: the same header has the same fields for the same person."""

import hashlib
from collections.abc import Sequence

from dashboard.services.foundation import Foundation
from dashboard.store.jobs import columns
from dashboard.store.jobs.jobs import JobKind
from dashboard.text.search import fold


class KnownColumns:
    """Keeps what the columns of each person's tables hold."""

    def __init__(self, base: Foundation) -> None:
        self._database = base.database

    def find(self, staff_id: int, kind: JobKind, names: Sequence[str]) -> tuple[str, ...]:
        """Return the field of each column of a table with this header, nothing for a new one."""
        if not names:
            return ()
        with self._database.read() as connection:
            return columns.find(connection, staff_id, kind, _header(names))

    def keep(
        self, staff_id: int, kind: JobKind, names: Sequence[str], fields: Sequence[str]
    ) -> None:
        """Keep the field of each column of a table with this header."""
        with self._database.write() as connection:
            columns.put(connection, staff_id, kind, _header(names), tuple(fields))


def _header(names: Sequence[str]) -> str:
    """Return what tells one header from another: upper case and accents don't matter."""
    return hashlib.sha256("\0".join(map(fold, names)).encode()).hexdigest()
