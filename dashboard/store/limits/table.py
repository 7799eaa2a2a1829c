"""Counters with an end, behind the `limits` library, so that all workers share them.

Here they are rows of a table; `redis.py` keeps them in Redis.
"""

from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache

from limits.storage import Storage
from sqlalchemy import Connection, bindparam, case, delete, or_, select, union_all
from sqlalchemy.sql.dml import ReturningInsert

from dashboard.store.db.database import Database, StoreError
from dashboard.store.db.timeouts import BUSY_TIMEOUT_MS
from dashboard.store.db.upsert import upsert, upsert_in
from dashboard.store.schema import limits


class LimitsUnavailableError(StoreError):
    """Only the counters are gone: no one is let in, because tries could not be counted."""


class Counters(Storage):
    """A storage of fixed windows that can remember as well. What fails raises StoreError."""

    @abstractmethod
    def keep(self, keys: Sequence[str], expiry: float) -> None:
        """Remember these until `expiry` seconds from now, however long they were known before."""

    @abstractmethod
    def counts(self, windows: Mapping[str, float]) -> dict[str, int]:
        """Return the count of each key's open window, read at one time; nothing is written.

        The values are the windows' lengths in seconds.
        """

    @property
    @abstractmethod
    def where(self) -> str:
        """Name the storage, without a password."""

    @abstractmethod
    def has_eviction_policy(self) -> bool:
        """Return whether counters are thrown away where memory is full, instead of refused."""

    @property
    def base_exceptions(self) -> type[Exception] | tuple[type[Exception], ...]:
        """The exceptions that the library treats as failures."""
        return StoreError


class LimitStorage(Counters):
    """The `limits` table as a storage of fixed windows."""

    def __init__(
        self,
        database: Database,
        clock: Callable[[], datetime],
        wait_ms: int = BUSY_TIMEOUT_MS,
    ) -> None:
        super().__init__()
        self._wait_ms = wait_ms
        self._database = database
        self._clock = clock

    @property
    def where(self) -> str:
        """Name the storage, without a password."""
        return self._database.where

    def has_eviction_policy(self) -> bool:
        """Return False: a table forgets nothing."""
        return False

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        """Count, in a new window of `expiry` seconds when the last one has ended."""
        now = self._clock()
        with self._database.write(self._wait_ms) as connection:
            connection.execute(delete(limits).where(limits.c.expires_at <= now))
            return count_in(connection, key, now, timedelta(seconds=expiry), amount)

    def keep(self, keys: Sequence[str], expiry: float) -> None:
        """Remember these until `expiry` seconds from now, however long they were known before."""
        ends = self._clock() + timedelta(seconds=expiry)
        with self._database.write(self._wait_ms) as connection:
            connection.execute(
                upsert(connection, limits)
                .values([{"key": key, "count": 1, "expires_at": ends} for key in keys])
                .on_conflict_do_update(
                    index_elements=[limits.c.key], set_={"count": 1, "expires_at": ends}
                )
            )

    def get(self, key: str) -> int:
        """Return the count of the window that is open."""
        with self._database.read() as connection:
            return self._count(connection, key, self._clock())

    def counts(self, windows: Mapping[str, float]) -> dict[str, int]:
        """Return the count of each key's open window, read at one time; nothing is written."""
        now = self._clock()
        statement = select(limits.c.key, limits.c.count, limits.c.expires_at).where(
            limits.c.key.in_(windows), limits.c.expires_at > now
        )
        with self._database.read() as connection:
            rows = connection.execute(statement).all()
        latest = {key: now + timedelta(seconds=2 * expiry) for key, expiry in windows.items()}
        found = {row.key: row[1] for row in rows if row.expires_at <= latest[row.key]}
        return {key: found.get(key, 0) for key in windows}

    def get_expiry(self, key: str) -> float:
        """Return the end of the window as a Unix time, now where none is open."""
        now = self._clock()
        with self._database.read() as connection:
            ends = connection.execute(
                select(limits.c.expires_at).where(limits.c.key == key)
            ).scalar()
        return max(ends or now, now).timestamp()

    def check(self) -> bool:
        """Return whether the table can be read."""
        self.get("")
        return True

    def reset(self) -> int:
        """Forget every counter; return how many there were."""
        with self._database.write() as connection:
            return connection.execute(delete(limits)).rowcount

    def clear(self, key: str) -> None:
        """Forget one counter."""
        with self._database.write() as connection:
            connection.execute(delete(limits).where(limits.c.key == key))

    @staticmethod
    def _count(connection: Connection, key: str, now: datetime) -> int:
        statement = select(limits.c.count).where(limits.c.key == key, limits.c.expires_at > now)
        return int(connection.execute(statement).scalar() or 0)


def count_in(
    connection: Connection, key: str, now: datetime, lasts: timedelta, amount: int = 1
) -> int:
    """Count inside the caller's `write()`, in a new window when the last one has ended."""
    return count_all_in(connection, [key], now, lasts, amount)[key]


def count_all_in(
    connection: Connection, keys: Sequence[str], now: datetime, lasts: timedelta, amount: int = 1
) -> dict[str, int]:
    """Count several keys in one statement; return the count of each."""
    window = {"amount": amount, "ends_at": now + lasts, "now": now, "latest": now + 2 * lasts}
    named = {f"key_{at}": key for at, key in enumerate(keys)}
    found = connection.execute(_counting(connection.dialect.name, len(keys)), {**window, **named})
    return {row.key: row.number for row in found}


@cache
def _counting(dialect: str, keys: int) -> ReturningInsert[tuple[str, int]]:
    """Return the statement that counts so many keys: to build it takes longer than to run it."""
    at, count = limits.c.expires_at.type, limits.c.count.type
    now, latest, ends_at = (bindparam(name, type_=at) for name in ("now", "latest", "ends_at"))
    amount = bindparam("amount", type_=count)
    added = (
        select(bindparam(f"key_{number}", type_=limits.c.key.type), amount, ends_at)
        for number in range(keys)
    )
    row = upsert_in(dialect, limits).from_select(
        [limits.c.key, limits.c.count, limits.c.expires_at], union_all(*added)
    )
    # One that ends far later than any begun now was opened before the clock was put back.
    over = or_(limits.c.expires_at <= now, limits.c.expires_at > latest)
    counted = {
        "count": case((over, row.excluded.count), else_=limits.c.count + row.excluded.count),
        "expires_at": case((over, row.excluded.expires_at), else_=limits.c.expires_at),
    }
    statement = row.on_conflict_do_update(index_elements=[limits.c.key], set_=counted)
    return statement.returning(limits.c.key, limits.c.count.label("number"))


def ends_at(connection: Connection, key: str) -> datetime | None:
    """Return the end of a window, None where there is none."""
    return connection.execute(select(limits.c.expires_at).where(limits.c.key == key)).scalar()
