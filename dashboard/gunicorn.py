"""The configuration of gunicorn: `gunicorn --config python:dashboard.gunicorn dashboard.wsgi:app`.

Threads, not processes, wait for the upstream (sync workers: 7 pages/s on a 200 ms upstream,
gthread 304). It listens on loopback, behind a TLS proxy; `GUNICORN_CMD_ARGS` overrides.
"""

import ctypes
import gc
import importlib
import subprocess
import sys
from typing import Protocol

from dashboard.config.server_numbers import find_unusable, given_numbers, read_number
from dashboard.metrics.shared import SharedMetrics

# The libraries are loaded before the workers fork, and shared. Our own code is loaded by each
# worker, so that a reload finds new code.
LIBRARIES = (
    "argon2",
    "babel.dates",
    "brotli",
    "cryptography.hazmat.primitives.ciphers.aead",
    "cryptography.hazmat.primitives.kdf.hkdf",
    "flask",
    "flask_babel",
    "flask_htmx",
    "flask_login",
    "flask_wtf",
    "gunicorn.workers.gthread",
    "icu",
    "joserfc.jwt",
    "limits",
    "logging.config",
    "markdown_it",
    "phonenumbers",
    "pydantic",
    "pydantic_settings",
    "pyotp",
    "requests",
    "segno",
    "sqlalchemy",
    "sqlalchemy.dialects.postgresql",
    "sqlalchemy.dialects.sqlite",
    "sqlalchemy.ext.compiler",
    "sqlite3",
    "structlog",
    "webauthn",
    "whitenoise",
    "wtforms",
    "zoneinfo",
    "zxcvbn",
)
ARENA_MAX, MMAP_THRESHOLD, TRIM_THRESHOLD = -8, -3, -1  # of mallopt(3)
MB = 1024 * 1024

if unusable := [*find_unusable()]:
    sys.exit("\n".join(unusable))
_numbers = {name: read_number(name, text) for name, text in given_numbers().items()}
_metrics = SharedMetrics(_numbers["METRICS_PORT"]) if _numbers["METRICS_PORT"] else None
bind = f"127.0.0.1:{_numbers['PORT']}"
workers = _numbers["WEB_CONCURRENCY"]
threads = _numbers["WEB_THREADS"]
worker_class = "dashboard.gunicorn_worker.Worker"
keepalive = 15
graceful_timeout = 35  # a write: its two rows may wait for the database, and its call take long
limit_request_line = 8190
limit_request_fields = 50
limit_request_field_size = 8190
control_socket_disable = True
# Off unless asked for; then without the parts of a line that a browser controls.
access_log_format = "%(h)s %(t)s %(s)s %(B)s %(M)s ms"
# Only PROXIES decides which proxies are believed, and no header shortens the path.
secure_scheme_headers: dict[str, str] = {}
forwarder_headers = ""


class WebProcess(Protocol):
    """The part of gunicorn's worker that we use."""

    pid: int


def on_starting(_server: object) -> None:
    """Try once whether it starts, and end where it does not: gunicorn would try for ever.

    In a process of its own, so that a reload finds new code.
    """
    tried = subprocess.run([sys.executable, "-m", "dashboard.wsgi"], check=False)
    if tried.returncode:
        sys.exit(tried.returncode)
    for name in LIBRARIES:
        importlib.import_module(name)
    if _metrics:
        _metrics.open()
    gc.collect()
    gc.freeze()  # else the first collection of each worker would write to, so copy, all of it


def when_ready(_server: object) -> None:
    """Serve the metrics, where they are on."""
    if _metrics:
        _metrics.serve()


on_reload = when_ready  # with new code


def child_exit(_server: object, worker: WebProcess) -> None:
    """Count a worker's calls as ended."""
    if _metrics:
        _metrics.forget(worker.pid)


def on_exit(_server: object) -> None:
    """End the serving of metrics."""
    if _metrics:
        _metrics.close()


def post_fork(_server: object, _worker: object) -> None:
    """Give memory back: glibc would keep what a hash took for every thread that ever hashed."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt:
        mallopt(ARENA_MAX, 2)
        mallopt(MMAP_THRESHOLD, MB)
        mallopt(TRIM_THRESHOLD, MB)
