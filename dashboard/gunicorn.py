"""The configuration of gunicorn: `gunicorn --config python:dashboard.gunicorn dashboard.wsgi:app`.

Threads, not processes, wait for the upstream (sync workers: 7 pages/s on a 200 ms upstream,
gthread 304). It listens on loopback, behind a TLS proxy; `GUNICORN_CMD_ARGS` overrides.
"""

import ctypes
import gc
import importlib
import subprocess
import sys

from dashboard.config.server_numbers import given_numbers, read_number

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

try:
    _numbers = {name: read_number(name, text) for name, text in given_numbers().items()}
except ValueError as error:
    sys.exit(str(error))
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
