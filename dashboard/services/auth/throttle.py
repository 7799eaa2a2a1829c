"""How often a secret may be tried: passwords, codes, links and single sign-on share the counters.

A counter that an attacker can fill locks no one out while they go on (ADR 16). In a browser in
which a person has logged in before, only tries in that browser count; at such an address, only
tries of that person's own name from there. Confirmations count apart from everything that someone
without a session can do. What cannot be guessed (a passkey or a link that exists) counts only for
itself.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

import structlog
from limits import RateLimitItem, parse

from dashboard.crypto.keyring import Keys
from dashboard.services.actors import Actor
from dashboard.services.networks import network_of
from dashboard.services.ports import Clock
from dashboard.store.limits.table import Counters, LimitsUnavailableError
from dashboard.text.emails import comparable

# One address can never fill the count of an email: no one locks a colleague out from afar.
PER_NAME_AND_PLACE = parse("10 per 5 minutes")
PER_ADDRESS = parse("30 per 5 minutes")
PER_NAME = parse("20 per hour")  # from where that person has not logged in before
EVERYBODY = parse("300 per 5 minutes")
AT_PROVIDER = parse("10 per 5 minutes")
AT_PROVIDER_KNOWN = parse("100 per 5 minutes")  # from addresses where anyone has logged in before
PER_SESSION = parse("10 per 5 minutes")
PER_PERSON = parse("20 per hour")  # in all of their sessions
log = structlog.get_logger()
KNOWN_FOR_S = timedelta(days=30).total_seconds()
SSO = "single sign-on"

Windows = tuple[tuple[RateLimitItem, str], ...]  # each with the key of its counter


@dataclass(frozen=True)
class Stranger(Actor):
    """Someone without a session. `browser` is a secret that the browser keeps after a log-in."""

    browser: str = field(default="", repr=False)

    @property
    def network(self) -> str:
        """Return the network that counts as the address: one customer has many IPv6 addresses."""
        return network_of(self.address)


@dataclass(frozen=True)
class FromOutside:
    """A try without a session. `name` is whose secret it is: an email, a link, a passkey.

    `is_there` marks a link or a passkey that exists: it cannot be guessed. `mfa_pending` marks a
    first step that still needs a second factor: it makes a place known only for that person.
    `second_step` marks what follows a right first step: no stranger's tries count against it.
    """

    name: str
    stranger: Stranger
    is_there: bool = False
    mfa_pending: bool = False
    second_step: bool = False


@dataclass(frozen=True)
class InSession:
    """A try of someone who is logged in, about their own secret.

    `proof` names one that cannot be guessed (passkey, recovery code, provider): it counts apart,
    only in this session, so that a thief of another session uses nothing of it up.
    """

    staff_id: int
    session: str  # the session's name
    proof: str = ""


@dataclass(frozen=True)
class AtProvider:
    """A return from the identity provider, for a log-in that was begun without a session."""

    stranger: Stranger


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

    def hit(self, source: Source) -> Throttled | None:
        """Count a try before anything is compared; return why it may not be made.

        Full windows are read first: a try that is refused writes nothing, but for the first one.
        """
        windows = self._windows(source)
        counts = self._storage.counts({key: limit.get_expiry() for limit, key in windows})
        for limit, key in windows:
            if counts[key] > limit.amount:
                return self._limited(key, is_first=False)
            if counts[key] == limit.amount:
                return self._add_to(limit, key)
        refusals = (self._add_to(limit, key) for limit, key in windows)
        return next(filter(None, refusals), None)

    def take_back(self, source: Source) -> None:
        """Take back the count of a try that was not made after all."""
        for limit, key in self._windows(source):
            self._storage.incr(key, limit.get_expiry(), -1)

    def reset(self, source: FromOutside | InSession) -> None:
        """Count only failures, and remember where a person logged in.

        An office behind one address logs in at nine o'clock. The log-in has succeeded: if the
        counters can't be reset now, the try stays counted, and nothing else happens.
        """
        try:
            self.take_back(source)
            self._remember(source)
        except LimitsUnavailableError as error:
            log.warning("not_forgiven", cause=str(error))

    def is_known(self, stranger: Stranger) -> bool:
        """Return whether anyone has logged in from this address, or in this browser, lately."""
        return bool(self._known([_known(stranger.network), _known(self._browser(stranger))]))

    def _known(self, keys: list[str]) -> set[str]:
        """Return which of these are known, read in one statement."""
        counts = self._storage.counts(dict.fromkeys(keys, KNOWN_FOR_S))
        return {key for key, count in counts.items() if count}

    def _remember(self, source: FromOutside | InSession) -> None:
        """Forget the failures before this success, and remember the place."""
        if isinstance(source, InSession):
            self._storage.clear(PER_SESSION.key_for(source.session, source.proof))
            return
        who = self._mac(source.name)
        places = [source.stranger.network, self._browser(source.stranger)]
        for place in places:
            self._storage.clear(PER_NAME_AND_PLACE.key_for(who, place))
        known = [_known(place, who) for place in places]
        if not source.mfa_pending:
            known += map(_known, places)
        self._storage.keep(known, KNOWN_FOR_S)

    def _add_to(self, limit: RateLimitItem, key: str) -> Throttled | None:
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
                return (self._window_at_provider(source.stranger),)
            case FromOutside():
                return tuple(self._windows_outside(source))

    def _window_at_provider(self, stranger: Stranger) -> tuple[RateLimitItem, str]:
        network, browser = stranger.network, self._browser(stranger)
        known = self._known([_known(network), _known(browser)])
        if _known(browser) in known:
            return AT_PROVIDER, AT_PROVIDER.key_for(SSO, browser)
        limit = AT_PROVIDER_KNOWN if known else AT_PROVIDER
        return limit, limit.key_for(SSO, network)

    def _windows_outside(self, source: FromOutside) -> Iterator[tuple[RateLimitItem, str]]:
        who, network = self._mac(source.name), source.stranger.network
        browser = self._browser(source.stranger)
        known = self._known([_known(browser, who), _known(network, who), _known(network)])
        if _known(browser, who) in known:
            yield PER_NAME_AND_PLACE, PER_NAME_AND_PLACE.key_for(who, browser)
            return
        yield PER_NAME_AND_PLACE, PER_NAME_AND_PLACE.key_for(who, network)
        if source.is_there or _known(network, who) in known:
            return
        if not source.second_step:
            yield PER_ADDRESS, PER_ADDRESS.key_for(network)
        yield PER_NAME, PER_NAME.key_for(who)
        if not source.second_step and _known(network) not in known:
            yield EVERYBODY, EVERYBODY.key_for()

    def _mac(self, name: str) -> str:
        """Return the name as in a counter's key: hashed, as people mistype passwords there.

        All spellings of an email share one count.
        """
        return self._keys.current.mac(comparable(name).encode())

    def _browser(self, stranger: Stranger) -> str:
        """Return the browser as it appears in a key, which does not reveal its secret."""
        return f"browser/{self._keys.current.mac(stranger.browser.encode())}"


def _known(place: str, who: str = "") -> str:
    return f"known/{place}/{who}"
