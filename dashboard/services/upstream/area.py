"""The Partner API itself: what we saw of it, and whether calls are held back."""

from collections.abc import Callable
from dataclasses import dataclass

from dashboard.partner.credentials import Credentials
from dashboard.services.foundation import Foundation
from dashboard.services.ports import UserSource
from dashboard.services.upstream.api_clock import ApiClock
from dashboard.services.upstream.breaker import Breaker
from dashboard.services.upstream.monitor import UpstreamMonitor
from dashboard.services.upstream.probe import Probe


@dataclass(frozen=True)
class UpstreamServices:
    """The services that watch the Partner API, hold calls back, and probe whether it is back.

    `clock` compares its clock with ours.
    """

    monitor: UpstreamMonitor
    breaker: Breaker
    probe: Probe
    clock: ApiClock


def build_upstream(
    base: Foundation,
    client: UserSource,
    monitor: UpstreamMonitor,
    breaker: Breaker,
    in_use: Callable[[], Credentials],
) -> UpstreamServices:
    """Build the services of the area; `in_use` returns the credentials that calls go out with."""
    probe = Probe(client, breaker, in_use, base.clock)
    return UpstreamServices(monitor, breaker, probe, ApiClock(base.database, base.clock))
