"""How often a secret may be tried: passwords, codes, links and single sign-on share the counters.

A counter that an attacker can fill locks no one out while they go on (ADR 16). Where a person has
logged in before, only tries of that person's own name from there count. Confirmations count apart
from everything that someone without a session can do. What cannot be guessed (a passkey or a link
that exists) counts only for itself.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import structlog
from limits import RateLimitItem, parse

from dashboard.crypto.keyring import Keys
from dashboard.services.networks import network_of
from dashboard.services.ports import Clock
from dashboard.store.limits.table import Counters, LimitsUnavailableError
from dashboard.text.emails import comparable

# One address can never fill the count of an email: no one locks a colleague out from afar.
PER_NAME_AND_ADDRESS = parse("10 per 5 minutes")
PER_ADDRESS = parse("30 per 5 minutes")
PER_NAME = parse("20 per hour")  # from addresses where that person has not logged in before
EVERYBODY = parse("300 per 5 minutes")
AT_PROVIDER = parse("10 per 5 minutes")
AT_PROVIDER_KNOWN = parse("100 per 5 minutes")  # from where anyone has logged in before
PER_SESSION = parse("10 per 5 minutes")
PER_PERSON = parse("20 per hour")  # in all of their sessions
log = structlog.get_logger()
KNOWN_FOR_S = timedelta(days=30).total_seconds()
SSO = "single sign-on"

Windows = tuple[tuple[RateLimitItem, str], ...]  # each with the key of its counter


@dataclass(frozen=True)
class FromOutside:
    """A try without a session. `name` is whose secret it is: an email, a link, a passkey.

    `is_there` marks a link or a passkey that exists: it cannot be guessed. `half_way` marks a
    first step that still needs a second factor: it makes an address known only for that person.
    `second_step` marks what follows a right first step: no stranger's tries count against it.
    """

    name: str
    address: str
    is_there: bool = False
    half_way: bool = False
    second_step: bool = False


@dataclass(frozen=True)
class InSession:
    """A try of someone who is logged in, about their own secret.

    `proof` names one that cannot be guessed (passkey, recovery code, provider): it counts apart,
    only in this session, so that a thief of another session uses nothing of it up.
    """

    staff_id: int
    session: str  # what names the session
    proof: str = ""


@dataclass(frozen=True)
class AtProvider:
    """An answer of the identity provider that was begun without a session."""

    address: str


Source = FromOutside | InSession | AtProvider


@dataclass(frozen=True)
class Throttled:
    """Too many tries; the next one counts after `retry_after_s` seconds.

    `is_first` marks the first refusal of a window: only this one is recorded, so that a flood does
    not fill the audit.
    """

    retry_after_s: int
    is_first: bool


class LoginThrottle:
    """Counts tries by where they come from."""

    def __init__(self, counters: Counters, limit_keys: Keys, clock: Clock) -> None:
        self._keys = limit_keys
        self._clock = clock
        self._storage = counters

    def count(self, source: Source) -> Throttled | None:
        """Count a try before anything is compared; return why it may not be made.

        Full windows are read first: a try that is refused writes nothing, but for the first one.
        """
        windows = self._windows(source)
        counts = self._storage.counts({key: limit.get_expiry() for limit, key in windows})
        for limit, key in windows:
            if counts[key] > limit.amount:
                return self._limited(key, is_first=False)
            if counts[key] == limit.amount:
                return self._hit(limit, key)
        refusals = (self._hit(limit, key) for limit, key in windows)
        return next(filter(None, refusals), None)

    def take_back(self, source: Source) -> None:
        """Uncount a try that was not made after all."""
        for limit, key in self._windows(source):
            self._storage.incr(key, limit.get_expiry(), -1)

    def forgive(self, source: FromOutside | InSession) -> None:
        """Count only failures, and remember from where a person logged in.

        An office behind one address logs in at nine o'clock. They are in: what cannot be forgiven
        just now is counted, and no more than that.
        """
        try:
            self.take_back(source)
            self._remember(source)
        except LimitsUnavailableError as error:
            log.warning("not_forgiven", cause=str(error))

    def is_known(self, address: str) -> bool:
        """Return whether anyone has logged in from this address lately."""
        key = _known(network_of(address))
        return bool(self._storage.counts({key: KNOWN_FOR_S})[key])

    def _remember(self, source: FromOutside | InSession) -> None:
        """Forget the failures before this success, and know the address from now on."""
        if isinstance(source, InSession):
            self._storage.clear(PER_SESSION.key_for(source.session, source.proof))
            return
        who, network = self._mac(source.name), network_of(source.address)
        self._storage.clear(PER_NAME_AND_ADDRESS.key_for(who, network))
        self._storage.keep(_known(network, who), KNOWN_FOR_S)
        if not source.half_way:
            self._storage.keep(_known(network), KNOWN_FOR_S)

    def _hit(self, limit: RateLimitItem, key: str) -> Throttled | None:
        count = self._storage.incr(key, limit.get_expiry())
        if count <= limit.amount:
            return None
        return self._limited(key, is_first=count == limit.amount + 1)

    def _limited(self, key: str, *, is_first: bool) -> Throttled:
        ends = self._storage.get_expiry(key)
        return Throttled(max(1, round(ends - self._clock().timestamp())), is_first)

    def _windows(self, source: Source) -> Windows:
        match source:
            case InSession():
                windows = [(PER_SESSION, PER_SESSION.key_for(source.session, source.proof))]
                if not source.proof:
                    windows += [(PER_PERSON, PER_PERSON.key_for(f"person/{source.staff_id}"))]
                return tuple(windows)
            case AtProvider():
                known = self.is_known(source.address)
                limit = AT_PROVIDER_KNOWN if known else AT_PROVIDER
                return ((limit, limit.key_for(SSO, network_of(source.address))),)
            case FromOutside():
                return tuple(self._windows_outside(source))

    def _windows_outside(self, source: FromOutside) -> Iterator[tuple[RateLimitItem, str]]:
        who, network = self._mac(source.name), network_of(source.address)
        yield PER_NAME_AND_ADDRESS, PER_NAME_AND_ADDRESS.key_for(who, network)
        known = self._storage.counts(
            {_known(network, who): KNOWN_FOR_S, _known(network): KNOWN_FOR_S}
        )
        if source.is_there or known[_known(network, who)]:
            return
        if not source.second_step:
            yield PER_ADDRESS, PER_ADDRESS.key_for(network)
        yield PER_NAME, PER_NAME.key_for(who)
        if not source.second_step and not known[_known(network)]:
            yield EVERYBODY, EVERYBODY.key_for()

    def _mac(self, name: str) -> str:
        """Return what stands for the name in a counter's key: people mistype passwords there.

        However an email is spelled, its count is one.
        """
        return self._keys.current.mac(comparable(name).encode())


def _known(network: str, who: str = "") -> str:
    return f"known/{network}/{who}"
