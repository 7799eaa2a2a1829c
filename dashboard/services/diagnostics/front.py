"""The doctor's checks of the public address: what browsers get, through the proxy."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import Message
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

from dashboard.partner.http.deadline import time_limit
from dashboard.services.diagnostics.cookies import examine_cookies
from dashboard.services.diagnostics.findings import Finding, error, ok, warning
from dashboard.services.diagnostics.headers import examine_headers

HTTP, HTTPS = 80, 443
PATIENCE_S = 5.0
RENEWED_BEFORE = timedelta(days=14)
FOREIGN = "another-host.invalid"  # RFC 2606
NGINX = "Compare the proxy's settings with docs/deploy/nginx.conf."


@dataclass(frozen=True)
class Reply:
    """The status and the headers of an answer."""

    status: int
    headers: Message


class Front:
    """Asks the public address from this machine, and trusts it as browsers do."""

    def __init__(self, public_url: str, http_port: int | None = None) -> None:
        parts = urlsplit(public_url)
        self.url, self.is_https = public_url, parts.scheme == "https"
        self.host, self.port = parts.hostname or "", parts.port or HTTPS
        self.http_port = http_port or (HTTP if self.port == HTTPS else None)

    def certificate_ends_at(self) -> float:
        """Return when the certificate expires, as a Unix time; raise OSError if it isn't valid."""
        with self._line(self.port) as line, self._over_tls(line) as tls:
            certificate = tls.getpeercert() or {}
        return float(ssl.cert_time_to_seconds(str(certificate["notAfter"])))

    def get(self, path: str, host: str | None = None) -> Reply:
        """Ask over TLS, for another host if one is named; raise OSError or HTTPException."""
        with self._line(self.port) as line, self._over_tls(line) as tls:
            return _ask(tls, path, host or urlsplit(self.url).netloc)

    def get_plain(self, path: str, port: int) -> Reply:
        """Ask without TLS."""
        with self._line(port) as line:
            return _ask(line, path, self.host)

    @contextmanager
    def _line(self, port: int) -> Iterator[socket.socket]:
        """Connect, and cut the line where it takes too long: a timeout restarts with every byte."""
        address = self.host, port
        with (
            time_limit(PATIENCE_S) as deadline,
            socket.create_connection(address, PATIENCE_S) as line,
        ):
            deadline.watch(line)
            yield line
            if deadline.left_s <= 0:
                raise TimeoutError

    def _over_tls(self, line: socket.socket) -> ssl.SSLSocket:
        return ssl.create_default_context().wrap_socket(line, server_hostname=self.host)


def examine_front(front: Front, now: datetime) -> Iterator[Finding]:
    """Check certificate, headers, cookies, redirect and hosts; stop where no one answers."""
    if not front.is_https:
        yield error(
            "tls",
            f"PUBLIC_URL is {front.url or 'not set'}: log-ins would travel unencrypted.",
            "Set PUBLIC_URL to the https address that staff open, behind a proxy with a "
            "certificate (docs/deploy/README.md).",
        )
        return
    try:
        ends_at = front.certificate_ends_at()
    except ssl.SSLCertVerificationError as refused:
        yield error(
            "tls",
            f"The certificate of {front.url} isn't valid: {refused.verify_message}.",
            "Renew it for this name, and let the proxy send the whole chain.",
        )
        return
    except OSError as problem:
        yield _unreached(front.url, problem)
        return
    yield _certificate(ends_at - now.timestamp())
    try:
        yield from _pages(front)
        yield _foreign_host(front)
    except (OSError, HTTPException) as problem:
        yield _unreached(front.url, problem)
    yield _plain(front)


def _certificate(left_s: float) -> Finding:
    days = int(left_s // timedelta(days=1).total_seconds())
    found = f"The certificate is valid. Days left: {days}."
    if left_s < RENEWED_BEFORE.total_seconds():
        return warning("tls", found, "Renew it, and find out why it isn't renewed automatically.")
    return ok("tls", found)


def _pages(front: Front) -> Iterator[Finding]:
    health, log_in = front.get("/healthz"), front.get("/login")
    if (health.status, log_in.status) != (200, 200):
        yield error(
            "proxy",
            f"{front.url}/healthz answers {health.status}, and /login {log_in.status}.",
            "Check that the dashboard runs, and check TRUSTED_HOSTS (docs/runbook.md, Start).",
        )
        return
    yield ok("proxy", "The dashboard answers through the proxy.")
    yield from examine_headers(log_in.headers)
    yield from examine_cookies(log_in.headers.get_all("Set-Cookie") or [])


def _foreign_host(front: Front) -> Finding:
    try:
        status = front.get("/login", FOREIGN).status
    except (OSError, HTTPException):
        return ok("hosts", "A request for another host gets no answer.")
    if status >= 400:  # noqa: PLR2004  RFC 9110, 15.5
        return ok("hosts", f"A request for another host is refused ({status}).")
    return error(
        "hosts",
        f"A request for the host {FOREIGN} is answered with {status}.",
        f"List only our names in TRUSTED_HOSTS, and let the proxy pass on the host. {NGINX}",
    )


def _plain(front: Front) -> Finding:
    if front.http_port is None:
        return ok("redirect", "PUBLIC_URL has a port of its own, so plain http wasn't tried.")
    try:
        reply = front.get_plain("/login", front.http_port)
    except (OSError, HTTPException):
        return ok("redirect", "No one answers plain http.")
    if 300 <= reply.status < 400 and _is_at(front, reply.headers.get("Location", "")):  # noqa: PLR2004  RFC 9110, 15.4
        return ok("redirect", "Plain http leads to https.")
    return error(
        "redirect",
        f"Plain http is answered with {reply.status} instead of leading to {front.url}.",
        f"Let the proxy redirect everything on port 80. {NGINX}",
    )


def _is_at(front: Front, address: str) -> bool:
    """Return whether an address is one of ours, over TLS."""
    try:
        target = urlsplit(address)
    except ValueError:  # such as http://[
        return False
    return (target.scheme, target.hostname) == ("https", front.host)


def _unreached(url: str, problem: Exception) -> Finding:
    return error(
        "tls",
        f"{url} can't be reached from this machine ({type(problem).__name__}).",
        "Check that the proxy runs and that the name leads here. If only this machine can't reach "
        "it, add the name to /etc/hosts.",
    )


def _ask(line: socket.socket, path: str, host: str) -> Reply:
    connection = HTTPConnection(host)
    connection.sock = line
    try:
        connection.putrequest("GET", path, skip_host=True)
        connection.putheader("Host", host)
        connection.endheaders()
        answer = connection.getresponse()
        return Reply(answer.status, answer.headers)
    finally:
        connection.close()
