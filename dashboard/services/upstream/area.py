"""The Partner API itself: what we saw of it, and whether calls are held back."""

from dataclasses import dataclass

from dashboard.services.upstream.breaker import Breaker
from dashboard.services.upstream.monitor import UpstreamMonitor
from dashboard.services.upstream.probe import Probe


@dataclass(frozen=True)
class UpstreamServices:
    """What watches it, what holds calls back, and what finds out that it is back."""

    monitor: UpstreamMonitor
    breaker: Breaker
    probe: Probe
