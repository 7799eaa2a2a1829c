"""Probing an upstream that was down, so that recovery is noticed without a person."""

from collections.abc import Callable

from dashboard.partner.asker import Asker, asking_for
from dashboard.partner.credentials import Credentials
from dashboard.partner.list_filters import UserQuery
from dashboard.services.ports import Clock, UserSource
from dashboard.services.upstream.breaker import Breaker


class Probe:
    """Makes the smallest call, if calls are held back and it is time to try."""

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
        """Make the one read that probes.

        Raises:
            PartnerError: it is still down.

        """
        outage = self._breaker.find_outage(self._in_use().id)
        if outage and outage.program_retry_at <= self._clock():
            self._ask()

    def try_now(self) -> None:
        """Make that read for a person who chose not to wait; do nothing if nothing is held back.

        Raises:
            PartnerError: it is still down, or someone tried a moment ago.

        """
        if self._breaker.find_outage(self._in_use().id):
            with asking_for(Asker.NOW):
                self._ask()

    def _ask(self) -> None:
        self._source.list_users(UserQuery(limit=1))
