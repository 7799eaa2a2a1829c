"""How gunicorn runs us: `gunicorn --config python:dashboard.gunicorn dashboard.wsgi:app`.

Threads, not processes, wait for the upstream (sync workers: 7 pages/s on a 200 ms upstream,
gthread 304). It listens on loopback, behind a TLS proxy; `GUNICORN_CMD_ARGS` overrides.
"""

import os
import subprocess
import sys

bind = f"127.0.0.1:{os.environ.get('PORT') or 8000}"
workers = int(os.environ.get("WEB_CONCURRENCY") or 2)
threads = int(os.environ.get("WEB_THREADS") or 16)
worker_class = "gthread"
keepalive = 15
graceful_timeout = 35  # a write: its two rows may wait for the database, and its call take long
limit_request_line = 8190
control_socket_disable = True
# Off unless somebody asks for it; then without what a browser may write into a line of it.
access_log_format = "%(h)s %(t)s %(m)s %(s)s %(B)s %(M)s ms"
secure_scheme_headers: dict[str, str] = {}  # PROXIES alone decides whom to believe


def on_starting(_server: object) -> None:
    """Try once whether it starts, and end where it does not: gunicorn would try for ever.

    In a process of its own, so that a reload finds new code.
    """
    tried = subprocess.run([sys.executable, "-m", "dashboard.wsgi"], check=False)
    if tried.returncode:
        sys.exit(tried.returncode)
