"""The budget of background calls: one token bucket in the database, for all machines.

Pages don't draw from it. After a 429, of a page or of the background, it is halved, and restored
within an hour. The gate (breaker, pause, Retry-After) still decides about every call.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

import structlog

from dashboard.partner.telemetry import CallRecord, CallResult
from dashboard.services.clocks import APART, is_fresh
from dashboard.services.ports import Clock
from dashboard.store.db.database import Database, StoreError, Transaction
from dashboard.store.db.timeouts import BRIEFLY_MS
from dashboard.store.directory import background
from dashboard.store.directory.background import Bucket

RESTORED_AFTER = timedelta(hours=1)
LEAST_PER_MIN = 1.0
SPAN = timedelta(minutes=1)
log = structlog.get_logger()


class CallKind(StrEnum):
    """What background calls are for."""

    SWEEP = "sweep"
    CATCH_UP = "catch_up"
    GONE = "gone"
    LOOK = "look"
    FOLLOW = "follow"
    JOB = "job"


@dataclass(frozen=True)
class BudgetUse:
    """How many calls there may be each minute now, how many there were, and the last 429.

    `left` may be made immediately. `calls` are about those of the last 60 seconds, by kind.
    """

    per_min: float
    left: float
    setting: int
    calls: dict[str, int]
    limited_at: datetime | None

    @property
    def in_use(self) -> int:
        """About how many calls were made in the last 60 seconds."""
        return sum(self.calls.values())


class BackgroundBudget:
    """Gives out the calls of one bucket. A full one holds the calls of a minute."""

    def __init__(self, database: Database, clock: Clock, *, per_min: int) -> None:
        self._database = database
        self._clock = clock
        self._per_min = float(per_min)

    def draw(self, kind: CallKind) -> timedelta | None:
        """Take one call out of the bucket; return how long to wait where it is empty, else None.

        Raises:
            StoreError: the bucket cannot be read.

        """
        with self._database.write() as connection:
            return self.take(connection, kind)

    def take(self, transaction: Transaction, kind: CallKind) -> timedelta | None:
        """Do the same in the transaction of the caller."""
        now = self._clock()
        bucket = self._refilled(background.find_bucket(transaction), now)
        is_enough = bucket.tokens >= 1
        if is_enough:
            bucket = replace(bucket, tokens=bucket.tokens - 1)
            background.count_call(transaction, kind, now)
        background.put_bucket(transaction, bucket)
        return None if is_enough else timedelta(minutes=(1 - bucket.tokens) / bucket.per_min)

    def share(self, transaction: Transaction) -> float:
        """Return which part of the setting applies now: less than 1 after a 429."""
        bucket = self._refilled(background.find_bucket(transaction), self._clock())
        return bucket.per_min / self._per_min

    def observe(self, call: CallRecord) -> None:
        """Halve the budget after a 429. Never raises."""
        if call.result is not CallResult.LIMITED:
            return
        try:
            with self._database.write(BRIEFLY_MS) as connection:
                now = self._clock()
                bucket = self._refilled(background.find_bucket(connection), now)
                if bucket.limited_at and is_fresh(bucket.limited_at, now, APART):
                    return  # calls under way at the same time were all limited
                halved = max(bucket.per_min / 2, LEAST_PER_MIN)
                background.put_bucket(connection, Bucket(0.0, halved, bucket.refilled_at, now))
            log.warning("budget_halved", per_min=halved)
        except StoreError as error:
            log.warning("budget_not_halved", cause=str(error))

    def read(self) -> BudgetUse:
        """Return how the budget is used.

        Raises:
            StoreError: it cannot be read.

        """
        now = self._clock()
        with self._database.read() as connection:
            bucket = self._refilled(background.find_bucket(connection), now)
            calls = background.calls_since(connection, now - SPAN)
        return BudgetUse(
            bucket.per_min,
            bucket.tokens,
            int(self._per_min),
            _of_last_minute(calls, now),
            bucket.limited_at,
        )

    def _refilled(self, bucket: Bucket | None, now: datetime) -> Bucket:
        if bucket is None or bucket.refilled_at - now > APART:  # the clock was put back
            return replace(bucket or Bucket(self._per_min, self._per_min, now), refilled_at=now)
        passed = max(now - bucket.refilled_at, timedelta())
        restored = bucket.per_min + self._per_min * (passed / RESTORED_AFTER)
        per_min = min(restored, self._per_min)
        tokens = min(bucket.tokens + bucket.per_min * (passed / SPAN), per_min)
        return replace(
            bucket,
            tokens=max(tokens, 0.0),
            per_min=per_min,
            refilled_at=max(bucket.refilled_at, now),
        )


def _of_last_minute(calls: Iterable[tuple[str, datetime, int]], now: datetime) -> dict[str, int]:
    """Return the calls of the last 60 seconds by kind: of the minute before this one, a part."""
    begun_at = now.replace(second=0, microsecond=0)
    part = 1 - (now - begun_at) / SPAN
    used: defaultdict[str, float] = defaultdict(float)
    for kind, minute, number in calls:
        used[kind] += number if minute >= begun_at else number * part
    return {kind: round(number) for kind, number in used.items()}
