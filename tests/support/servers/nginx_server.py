"""Debian's nginx with the shipped nginx.conf, changed only in ports, names and paths."""

import contextlib
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

from tests.browser.support.install import install
from tests.faults.support.certificates import make_certificate
from tests.support.servers.dashboard_process import free_port

SHIPPED = Path(__file__).parents[3] / "docs/deploy/nginx.conf"
NO_NGINX = "No nginx: install it (Debian: apt-get install nginx-light) and try again."
STOP_S = 60
AROUND = """daemon off;
pid {folder}/nginx.pid;
error_log {folder}/start.log;
events {{ worker_connections 768; }}
http {{
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
{shipped}
}}
"""


@contextlib.contextmanager
def nginx_server(
    folder: Path,
    *upstreams: str,
    plain: int = 0,
    lasts: timedelta = timedelta(hours=1),
    hole: tuple[str, str] = ("", ""),
) -> Iterator[int]:
    """Run it in front of servers (`127.0.0.1:8000`) until the block ends; give its port.

    `plain` is its port without TLS, `lasts` how long its certificate does, and `hole` a text of its
    configuration and what is there instead.
    """
    port, plain = free_port(), plain or free_port()
    make_certificate(folder, lasts)
    config = folder / "nginx.conf"
    shipped = _shipped(folder, port, plain, upstreams)
    assert hole[0] in shipped
    changed = shipped.replace(*hole) if hole[0] else shipped
    config.write_text(AROUND.format(folder=folder, shipped=changed))
    command = [_program(), "-e", str(folder / "start.log"), "-c", str(config)]
    process = subprocess.Popen(command)  # noqa: S603  ours
    try:
        _wait(folder / "nginx.pid", process)
        yield port
    finally:
        process.terminate()
        process.wait(STOP_S)


def _shipped(folder: Path, port: int, plain: int, upstreams: Sequence[str]) -> str:
    text = SHIPPED.read_text()
    changes = [
        ("server 127.0.0.1:8000;", " ".join(f"server {each};" for each in upstreams)),
        ("/etc/ssl/dashboard/fullchain.pem", str(folder / "certificate.pem")),
        ("/etc/ssl/dashboard/privkey.pem", str(folder / "key.pem")),
        ("/var/log/nginx/", f"{folder}/"),
        ("dashboard.example.com", "localhost"),
    ]
    for ours, theirs in changes:
        assert ours in text, ours
        text = text.replace(ours, theirs)
    text = re.sub(r"listen \[::\]:\d+[^;]*;", "", text)
    for number, changed in ((443, port), (80, plain)):
        text, found = re.subn(rf"listen {number}\b", f"listen 127.0.0.1:{changed}", text)
        assert found == 2, number
    return text


def _program() -> str:
    if _find() is None:
        install(["nginx-light"])
    return _find() or sys.exit(NO_NGINX)


def _find() -> str | None:
    return shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")


def _wait(pid_file: Path, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + STOP_S
    while not pid_file.exists():
        assert process.poll() is None, "nginx did not start"
        assert time.monotonic() < until
        time.sleep(0.05)
