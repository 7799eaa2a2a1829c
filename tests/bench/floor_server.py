"""How gunicorn runs the floor: as it runs the dashboard, without trying its configuration."""

from dashboard.gunicorn import (
    bind,
    control_socket_disable,
    keepalive,
    threads,
    worker_class,
    workers,
)

__all__ = ["bind", "control_socket_disable", "keepalive", "threads", "worker_class", "workers"]
