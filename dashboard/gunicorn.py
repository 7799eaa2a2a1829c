"""The configuration of gunicorn: `gunicorn --config python:dashboard.gunicorn dashboard.wsgi:app`.

Threads, not processes, wait for the upstream (sync workers: 7 pages/s on a 200 ms upstream,
gthread 304). It listens on loopback, behind a TLS proxy; `GUNICORN_CMD_ARGS` overrides.
"""

import ctypes
import gc
import importlib
import os
import subprocess
import sys

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
    "joserfc.jwt",
    "limits",
    "logging.config",
    "phonenumbers",
    "pydantic",
    "pydantic_settings",
    "pyotp",
    "requests",
    "segno",
    "sqlalchemy",
    "sqlalchemy.dialects.sqlite",
    "structlog",
    "webauthn",
    "whitenoise",
    "wtforms",
    "zoneinfo",
    "zxcvbn",
)
ARENA_MAX, MMAP_THRESHOLD, TRIM_THRESHOLD = -8, -3, -1  # of mallopt(3)
MB = 1024 * 1024
DIGITS = 5


def _number(name: str, default: int, most: int) -> int:
    """Return a setting of the server; end where it would serve nothing, or on any port."""
    text = os.environ.get(name) or str(default)
    if not (text.isascii() and text.isdigit() and len(text) <= DIGITS and 0 < int(text) <= most):
        sys.exit(f"{name} must be a whole number from 1 to {most}. Write {name}={default}")
    return int(text)


bind = f"127.0.0.1:{_number('PORT', 8000, 65535)}"
workers = _number("WEB_CONCURRENCY", 2, 64)
threads = _number("WEB_THREADS", 16, 512)
worker_class = "dashboard.gunicorn_worker.Worker"
keepalive = 15
graceful_timeout = 35  # a write: its two rows may wait for the database, and its call take long
limit_request_line = 8190
limit_request_fields = 50
limit_request_field_size = 8190
control_socket_disable = True
# Off unless asked for; then without the parts of a line that a browser controls.
access_log_format = "%(h)s %(t)s %(m)s %(s)s %(B)s %(M)s ms"
# Only PROXIES decides which proxies are believed, and no header shortens the path.
secure_scheme_headers: dict[str, str] = {}
forwarder_headers = ""


def on_starting(_server: object) -> None:
    """Try once whether it starts, and end where it does not: gunicorn would try for ever.

    In a process of its own, so that a reload finds new code.
    """
    tried = subprocess.run([sys.executable, "-m", "dashboard.wsgi"], check=False)
    if tried.returncode:
        sys.exit(tried.returncode)
    for name in LIBRARIES:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()  # else the first collection of each worker would write to, so copy, all of it


def post_fork(_server: object, _worker: object) -> None:
    """Give memory back: glibc would keep what a hash took for every thread that ever hashed."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt:
        mallopt(ARENA_MAX, 2)
        mallopt(MMAP_THRESHOLD, MB)
        mallopt(TRIM_THRESHOLD, MB)
