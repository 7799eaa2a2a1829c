"""The people of both partners, in an SQLite file that all threads share."""

import json
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from dashboard.simulator.settings import SimulatorSettings
from dashboard.simulator.state.columns import FILTERS, INSERT, SCHEMA, columns_of, word
from dashboard.simulator.state.people import Person, invent

PARTNERS = (1, 2)
OTHERS = 25  # people of the second partner
Document = dict[str, Any]
_COLUMNS = "seq, user_type, created, inquiry, document"


class DuplicateEmailError(Exception):
    """A user of either partner has this email."""


class KycStartedError(Exception):
    """KYC was started for this user before."""


@dataclass(frozen=True)
class Row:
    """A stored user; `created` and `seq` are its place in the list."""

    seq: int
    user_type: str
    created: str
    inquiry: str | None
    document: Document

    @property
    def status(self) -> str:
        """Return the status, whatever it is."""
        return str(self.document.get("status"))


@dataclass(frozen=True)
class Wanted:
    """The query of a list.

    `filters`: the names of `FILTERS`, and values as they were given; `after`: the place of a row.
    """

    partner: int
    filters: Mapping[str, str]
    search: str
    limit: int
    offset: int = 0
    after: tuple[str, int] | None = None
    oldest_first: bool = False


class UserStore:
    """All methods may be called from any thread: one connection, one at a time."""

    def __init__(self, settings: SimulatorSettings) -> None:
        self._lock = threading.RLock()
        self._connection = sqlite3.connect(
            settings.database, check_same_thread=False, isolation_level=None
        )
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=NORMAL")
        self._connection.executescript(SCHEMA)
        first, second = invent(settings.users, OTHERS, settings.seed, settings.newest_at)
        # Oldest first, so that of two at the same time the later one has the higher seq.
        self._seeded = [columns_of(1, one) for one in reversed(first)] + [
            columns_of(2, one) for one in reversed(second)
        ]
        if not self.run("SELECT 1 FROM people LIMIT 1"):
            self.reseed()

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._connection.close()

    @contextmanager
    def together(self) -> Iterator[None]:
        """Make one transaction of everything inside; no other thread comes between."""
        with self._lock:
            if self._connection.in_transaction:
                yield
                return
            with self._connection:  # which ends the transaction
                self._connection.execute("BEGIN IMMEDIATE")
                yield

    def reseed(self) -> None:
        """Put back only the invented people."""
        with self.together():
            self._connection.execute("DELETE FROM people")
            self._connection.executemany(INSERT, self._seeded)

    def register(self, partner: int, person: Person) -> None:
        """Store a new user. Raises DuplicateEmailError."""
        with self._lock:
            email = word(person.document["email"]).casefold()
            if self.run("SELECT 1 FROM people WHERE email = ?", email):
                raise DuplicateEmailError
            self.add(partner, person)

    def add(self, partner: int, person: Person) -> None:
        """Store a user as it is, readable or not."""
        with self._lock:
            self._connection.execute(INSERT, columns_of(partner, person))

    def find(self, partner: int, user_id: str) -> Row | None:
        """Return the partner's user of this id, the newest if several have it."""
        rows = self._people("partner = ? AND id = ? ORDER BY seq DESC LIMIT 1", partner, user_id)
        return rows[0] if rows else None

    def find_anywhere(self, user_id: str) -> Row | None:
        """Return the user of this id, whichever partner's."""
        return next(iter(self._people("id = ? ORDER BY seq DESC LIMIT 1", user_id)), None)

    def start_kyc(self, row: Row, inquiry: str) -> None:
        """Note the inquiry. Raises KycStartedError when there is one."""
        with self._lock:
            done = self._connection.execute(
                "UPDATE people SET inquiry = ? WHERE seq = ? AND inquiry IS NULL",
                (inquiry, row.seq),
            )
            if done.rowcount == 0:
                raise KycStartedError

    def set_status(self, user_id: str, status: str) -> bool:
        """Change the status of the user with this id; return whether there is one."""
        with self._lock:
            rows = self._people("id = ?", user_id)
            for row in rows:
                document = json.dumps({**row.document, "status": status})
                self._connection.execute(
                    "UPDATE people SET status = ?, document = ? WHERE seq = ?",
                    (status, document, row.seq),
                )
            return bool(rows)

    def every(self, partner: int) -> list[Row]:
        """Return the partner's users, newest first."""
        return self._people("partner = ? ORDER BY created DESC, seq DESC", partner)

    def page(self, wanted: Wanted, total: int | None = None) -> list[Row]:
        """Return one page of a query; with `total`, a page past the middle is read backwards."""
        if total is not None and wanted.offset > total // 2:
            left = max(total - wanted.offset, 0)
            shown = min(left, wanted.limit)
            flipped = replace(wanted, limit=shown, offset=left - shown)
            return self.page(replace(flipped, oldest_first=not wanted.oldest_first))[::-1]
        where, values = _where(wanted)
        way = "ASC" if wanted.oldest_first else "DESC"
        if wanted.after:
            where += " AND (created, seq) < (?, ?)"
            values += wanted.after
        return self._people(
            f"{where} ORDER BY created {way}, seq {way} LIMIT ? OFFSET ?",
            *values,
            wanted.limit,
            wanted.offset,
        )

    def count(self, wanted: Wanted) -> int:
        """Return how many users the filters and the search leave."""
        where, values = _where(wanted)
        rows = self.run(f"SELECT count(*) FROM people WHERE {where}", *values)  # noqa: S608  fixed names
        return int(rows[0][0])

    def _people(self, where: str, *values: object) -> list[Row]:
        rows = self.run(f"SELECT {_COLUMNS} FROM people WHERE {where}", *values)  # noqa: S608  fixed names
        return [
            Row(seq, user_type, created, inquiry, json.loads(document))
            for seq, user_type, created, inquiry, document in rows
        ]

    def run(self, statement: str, *values: object) -> Sequence[tuple[Any, ...]]:
        """Run one statement, and return its rows."""
        with self._lock:
            return self._connection.execute(statement, values).fetchall()


def _where(wanted: Wanted) -> tuple[str, tuple[object, ...]]:
    parts = ["partner = ?", *(f"{FILTERS[name]} = ?" for name in wanted.filters)]
    values: tuple[object, ...] = (wanted.partner, *wanted.filters.values())
    if wanted.search:
        parts.append("(instr(email, ?) OR instr(phone, ?))")
        values += (wanted.search.casefold(), wanted.search)
    return " AND ".join(parts), values
