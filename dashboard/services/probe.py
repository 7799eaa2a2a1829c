"""Trying an upstream that was down again, so that it does not take a person to find out."""

from collections.abc import Callable

from dashboard.partner.client import UserQuery
from dashboard.partner.credentials import Credentials
from dashboard.services.breaker import Breaker
from dashboard.services.ports import Clock, UserSource


class Probe:
    """Asks for as little as there is, where calls are held back and it is time to try."""

    def __init__(
        self,
        source: UserSource,
        breaker: Breaker,
        in_use: Callable[[], Credentials],
        clock: Clock,
    ) -> None:
        self._source = source
        self._breaker = breaker
        self._in_use = in_use
        self._clock = clock

    def try_again(self) -> None:
        """Make the one read that finds out.

        Raises:
            PartnerError: it is still down.

        """
        outage = self._breaker.find_outage(self._in_use().id)
        if outage and outage.retry_at <= self._clock():
            self._source.list_users(UserQuery(limit=1))
