"""How often somebody may try a secret: passwords, codes and one-time links share the counters.

What an attacker can fill must not keep anybody out for as long as they go on (ADR 16). So the
count of a name does not hold where that person came in from lately, the count of everybody not
where anybody did, and neither for a link or a passkey that is there.
"""

from dataclasses import dataclass
from datetime import timedelta
from ipaddress import IPv6Address, ip_address

import structlog
from limits import RateLimitItem, parse
from limits.strategies import FixedWindowRateLimiter

from dashboard.keyring import Keys
from dashboard.services.ports import Clock
from dashboard.store.limits import Counters, LimitsUnavailableError
from dashboard.text.emails import comparable

# One address alone can never fill the count of an email: nobody locks a colleague out from afar.
PER_NAME_AND_ADDRESS = parse("10 per 5 minutes")
PER_ADDRESS = parse("30 per 5 minutes")
PER_NAME = parse("60 per 5 minutes")
PER_CODE_OF_NAME = parse("20 per hour")  # six digits are guessed sooner than any password
EVERYBODY = parse("300 per 5 minutes")
log = structlog.get_logger()
KNOWN_FOR_S = timedelta(days=30).total_seconds()
IPV6_PREFIX = 64  # of which one customer has every address

Counted = tuple[tuple[RateLimitItem, tuple[str, ...]], ...]


@dataclass(frozen=True)
class Limited:
    """Too many tries; the next one counts after `retry_after_s` seconds.

    `is_first` marks the first refusal of a window: it alone is recorded, for a flood must not
    fill the audit.
    """

    retry_after_s: int
    is_first: bool


class Tries:
    """Counts tries by whose secret it is (an email, a link) and by the address they come from.

    `is_there` says of a link or a passkey that there is one like that: nobody guesses it, so who
    shows it is no attacker who tries. `per_name` is what a name may be tried from everywhere.
    """

    def __init__(self, counters: Counters, limit_keys: Keys, clock: Clock) -> None:
        self._keys = limit_keys
        self._clock = clock
        self._storage = counters
        self._limiter = FixedWindowRateLimiter(counters)

    def count(
        self,
        name: str,
        address: str,
        *,
        is_there: bool = False,
        per_name: RateLimitItem = PER_NAME,
    ) -> Limited | None:
        """Count a try before anything is compared; return why it may not be made."""
        for limit, names in self._counters(name, address, per_name, is_there=is_there):
            if not self._limiter.hit(limit, *names):
                ends = self._limiter.get_window_stats(limit, *names).reset_time
                return Limited(
                    retry_after_s=max(1, round(ends - self._clock().timestamp())),
                    is_first=self._storage.get(limit.key_for(*names)) == limit.amount + 1,
                )
        return None

    def forgive(
        self,
        name: str,
        address: str,
        *,
        is_there: bool = False,
        per_name: RateLimitItem = PER_NAME,
        half_way: bool = False,
    ) -> None:
        """Count failures alone, and remember from where somebody came in.

        An office behind one address logs in at nine o'clock. They are in: what cannot be forgiven
        just now is counted, and no more than that.
        """
        try:
            self._forgive(name, address, per_name, is_there=is_there, half_way=half_way)
        except LimitsUnavailableError as error:
            log.warning("not_forgiven", cause=str(error))

    def _forgive(
        self, name: str, address: str, per_name: RateLimitItem, *, is_there: bool, half_way: bool
    ) -> None:
        for limit, names in self._counters(name, address, per_name, is_there=is_there):
            self._storage.incr(limit.key_for(*names), limit.get_expiry(), -1)
        who, network = self._mac(name), _network(address)
        self._limiter.clear(PER_NAME_AND_ADDRESS, who, network)
        self._storage.keep(_known(network, who), KNOWN_FOR_S)
        if not half_way:  # a password alone has let nobody in yet
            self._storage.keep(_known(network), KNOWN_FOR_S)

    def _counters(
        self, name: str, address: str, per_name: RateLimitItem, *, is_there: bool
    ) -> Counted:
        who, network = self._mac(name), _network(address)
        narrow = ((PER_NAME_AND_ADDRESS, (who, network)), (PER_ADDRESS, (network,)))
        if is_there or self._storage.get(_known(network, who)):
            return narrow
        if self._storage.get(_known(network)):
            return (*narrow, (per_name, (who,)))
        return (*narrow, (per_name, (who,)), (EVERYBODY, ()))

    def _mac(self, name: str) -> str:
        """Return what stands for the name in a counter's key: people mistype passwords there."""
        return self._keys.current.mac(comparable(name).encode())


def _known(network: str, who: str = "") -> str:
    return f"known/{network}/{who}"


def _network(address: str) -> str:
    """Return what an attacker cannot change at will."""
    try:
        parsed = ip_address(address)
    except ValueError:  # the server passes on what it was given
        return address
    if not isinstance(parsed, IPv6Address):
        return address
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(IPv6Address(int(parsed) >> (128 - IPV6_PREFIX) << (128 - IPV6_PREFIX)))
