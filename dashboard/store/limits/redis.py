"""Counters with an end in Redis, so that all machines share them and a flood writes no row.

With Redis only the counts of tries are lost; nothing that must happen once depends on it
(ADR 20). Windows end by Redis's clock, whichever machine counts.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as ConnectionLostError
from redis.exceptions import RedisError
from redis.retry import Retry

from dashboard.store.limits.table import Counters, LimitsUnavailableError

CONNECT_TIMEOUT_S = 1.0
ANSWER_TIMEOUT_S = 2.0


class RedisLimits(Counters):
    """Keys of Redis as a storage of fixed windows.

    `owner` begins every key: dashboards of two environments may use one Redis.
    """

    def __init__(self, url: str, owner: str, clock: Callable[[], datetime]) -> None:
        super().__init__()
        self._owner = owner
        self._clock = clock
        self._where = f"Redis {urlsplit(url).hostname or 'on this machine'}"
        # One more try where a server was restarted: its old connections are dead.
        again = Retry(NoBackoff(), 1, supported_errors=(ConnectionLostError,))
        self._redis: Any = Redis.from_url(  # its types mix those of both its clients
            url,
            socket_connect_timeout=CONNECT_TIMEOUT_S,
            socket_timeout=ANSWER_TIMEOUT_S,
            retry=again,
        )

    @property
    def where(self) -> str:
        """Name the storage, without a password."""
        return self._where

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        """Count, in a new window of `expiry` seconds when the last one has ended."""
        name = self._name(key)
        with self._translated():
            both = self._redis.pipeline(transaction=True)
            both.set(name, 0, px=_ms(expiry), nx=True)
            both.incrby(name, amount)
            return int(both.execute()[-1])

    def keep(self, keys: Sequence[str], expiry: float) -> None:
        """Remember these until `expiry` seconds from now, however long they were known before."""
        with self._translated():
            every = self._redis.pipeline(transaction=True)
            for key in keys:
                every.set(self._name(key), 1, px=_ms(expiry))
            every.execute()

    def get(self, key: str) -> int:
        """Return the count of the window that is open."""
        return self.counts({key: 0})[key]

    def counts(self, windows: Mapping[str, float]) -> dict[str, int]:
        """Return the count of each key's open window, read at one time; nothing is written."""
        with self._translated():
            found = self._redis.mget([self._name(key) for key in windows])
        return {key: int(count or 0) for key, count in zip(windows, found, strict=True)}

    def get_expiry(self, key: str) -> float:
        """Return the end of the window as a Unix time, now where none is open."""
        with self._translated():
            left_ms: int = self._redis.pttl(self._name(key))
        return self._clock().timestamp() + max(left_ms, 0) / 1000

    def check(self) -> bool:
        """Return whether it answers."""
        with self._translated():
            return bool(self._redis.ping())

    def reset(self) -> int:
        """Forget every counter; return how many there were."""
        with self._translated():
            names = [*self._redis.scan_iter(f"{self._owner}:*")]
            return int(self._redis.delete(*names)) if names else 0

    def clear(self, key: str) -> None:
        """Forget one counter."""
        with self._translated():
            self._redis.delete(self._name(key))

    def has_eviction_policy(self) -> bool:
        """Return whether counters are thrown away where memory is full, instead of refused."""
        with self._translated():
            memory = self._redis.info("memory")
        return str(memory.get("maxmemory_policy", "noeviction")) != "noeviction"

    def close(self) -> None:
        """Close all connections."""
        self._redis.close()

    def _name(self, key: str) -> str:
        return f"{self._owner}:{key}"

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """Return the error without the command that failed: keys contain addresses."""
        try:
            yield
        except RedisError as error:
            raise LimitsUnavailableError(f"{self.where}: {type(error).__name__}") from error


def _ms(seconds: float) -> int:
    return max(round(seconds * 1000), 1)
