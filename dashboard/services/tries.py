"""How often somebody may try a secret: passwords and one-time links share the counters."""

from dataclasses import dataclass

from limits import RateLimitItem, parse
from limits.strategies import FixedWindowRateLimiter

from dashboard.keyring import Keys
from dashboard.services.ports import Clock
from dashboard.store.database import Database
from dashboard.store.limits import LimitStorage

# One address alone can never fill the count of an email: nobody locks a colleague out from afar.
PER_NAME_AND_ADDRESS = parse("10 per 5 minutes")
PER_ADDRESS = parse("30 per 5 minutes")
PER_NAME = parse("60 per 5 minutes")
EVERYBODY = parse("300 per 5 minutes")

Counters = tuple[tuple[RateLimitItem, tuple[str, ...]], ...]


@dataclass(frozen=True)
class Limited:
    """Too many tries; the next one counts after `retry_after_s` seconds.

    `is_first` marks the first refusal of a window: it alone is recorded, for a flood must not
    fill the audit.
    """

    retry_after_s: int
    is_first: bool


class Tries:
    """Counts tries by whose secret it is (an email, a link) and by the address they come from."""

    def __init__(self, database: Database, limit_keys: Keys, clock: Clock) -> None:
        self._keys = limit_keys
        self._clock = clock
        self._storage = LimitStorage(database, clock)
        self._limiter = FixedWindowRateLimiter(self._storage)

    def count(self, name: str, address: str) -> Limited | None:
        """Count a try before anything is compared; return why it may not be made."""
        for limit, names in self._counters(name, address):
            if not self._limiter.hit(limit, *names):
                ends = self._limiter.get_window_stats(limit, *names).reset_time
                return Limited(
                    retry_after_s=max(1, round(ends - self._clock().timestamp())),
                    is_first=self._storage.get(limit.key_for(*names)) == limit.amount + 1,
                )
        return None

    def forgive(self, name: str, address: str) -> None:
        """Count failures alone: an office behind one address logs in at nine o'clock."""
        for limit, names in self._counters(name, address):
            self._storage.incr(limit.key_for(*names), limit.get_expiry(), -1)
        self._limiter.clear(PER_NAME_AND_ADDRESS, self._mac(name), address)

    def _counters(self, name: str, address: str) -> Counters:
        who = self._mac(name)
        return (
            (PER_NAME_AND_ADDRESS, (who, address)),
            (PER_ADDRESS, (address,)),
            (PER_NAME, (who,)),
            (EVERYBODY, ()),
        )

    def _mac(self, name: str) -> str:
        """Return what stands for the name in a counter's key: people mistype passwords there."""
        return self._keys.current.mac(name.strip().lower().encode())
