"""Serves the metrics of the worker, from a thread of its own."""

import structlog
from prometheus_client import REGISTRY, start_http_server

from dashboard.metrics import LOOPBACK
from dashboard.metrics.state import StateCollector
from dashboard.services.registry import Services

log = structlog.get_logger()


def serve_worker(port: int, services: Services) -> None:
    """Serve what this process counts and what the database holds.

    A second worker of a machine finds the port taken, and works without.
    """
    REGISTRY.register(StateCollector(services))
    try:
        start_http_server(port, LOOPBACK)
    except OSError as error:
        log.warning("metrics_not_served", port=port, cause=error.strerror)
