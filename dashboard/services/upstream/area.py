"""The Partner API itself: what we saw of it, and whether calls are held back."""

from collections.abc import Callable
from dataclasses import dataclass

from dashboard.partner.credentials import Credentials
from dashboard.services.foundation import Foundation
from dashboard.services.ports import UserSource
from dashboard.services.upstream.breaker import Breaker
from dashboard.services.upstream.monitor import UpstreamMonitor
from dashboard.services.upstream.probe import Probe


@dataclass(frozen=True)
class UpstreamServices:
    """The services that watch the Partner API, hold calls back, and probe whether it is back."""

    monitor: UpstreamMonitor
    breaker: Breaker
    probe: Probe


def build_upstream(
    base: Foundation,
    client: UserSource,
    monitor: UpstreamMonitor,
    breaker: Breaker,
    in_use: Callable[[], Credentials],
) -> UpstreamServices:
    """Build the services of the area; `in_use` returns the credentials that calls go out with."""
    return UpstreamServices(monitor, breaker, Probe(client, breaker, in_use, base.clock))
