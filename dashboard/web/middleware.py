"""Middleware around Flask and the static files: host and scheme in, security headers out."""

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from flask import request

from dashboard.services.ports import Clock

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not no-referrer: with it, Chromium sends `Origin: null` with our own forms.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
OWN_HEADER = "X-Dashboard"
STRICT_TRANSPORT_SECURITY = "max-age=31536000"
AND_SUBDOMAINS = "; includeSubDomains"
FOR_ANY_HOST = frozenset({"/healthz", "/readyz"})  # load balancers ask by address, or by no name
OVER_TLS = frozenset({"https", "wss"})
NAMING_US = frozenset({"HTTP_HOST", "HTTP_ORIGIN"})
_LAST_DOT = re.compile(r"\.(?=(?::[0-9]*)?\Z)")
_LETS_GO = "dashboard.lets_go"


def close_after_response() -> None:
    """End the connection after this answer, so that its client finds a worker that is not full.

    A connection stays with the worker that took it: without this, clients who came to a full
    worker would be refused there while another one has places.
    """
    request.environ[_LETS_GO] = True


class Middleware:
    """Reads our name in one spelling, and adds the security headers that an answer has not set.

    `Host` and `Origin` lose their capitals and the dot that ends a full name, before anything
    compares them; the scheme is `https` or `http`, however a proxy spells it. What asks for our
    health may use any host, or none: it gets `own_host`.
    `X-Dashboard` marks an answer as ours and holds the time, in milliseconds since 1970:
    static/app-net.js lets nothing else replace a page.
    """

    def __init__(
        self, app: "WSGIApplication", clock: Clock, own_host: str, *, hsts_subdomains: bool = False
    ) -> None:
        self._app = app
        self._clock = clock
        self._own_host = own_host
        self._hsts = STRICT_TRANSPORT_SECURITY + (AND_SUBDOMAINS if hsts_subdomains else "")

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer as the application does."""

        def start(
            status: str, headers: list[tuple[str, str]], *rest: object
        ) -> Callable[[bytes], object]:
            present = {name.lower() for name, _ in headers}
            wanted = {**HEADERS, OWN_HEADER: str(int(self._clock().timestamp() * 1000))}
            if is_over_tls:
                wanted["Strict-Transport-Security"] = self._hsts
            added = [item for item in wanted.items() if item[0].lower() not in present]
            if _LETS_GO in environ:
                # PEP 3333 leaves connections to the server: this is gunicorn's way.
                server = getattr(start_response, "__self__", None)
                getattr(server, "force_close", lambda: None)()
            return start_response(status, headers + added, *rest)  # type: ignore[arg-type]  # exc_info

        is_over_tls = environ["wsgi.url_scheme"].lower() in OVER_TLS
        environ["wsgi.url_scheme"] = "https" if is_over_tls else "http"
        for header in NAMING_US & environ.keys():
            environ[header] = _LAST_DOT.sub("", environ[header].lower())
        if environ.get("PATH_INFO") in FOR_ANY_HOST:
            environ["HTTP_HOST"] = self._own_host
        return self._app(environ, start)
