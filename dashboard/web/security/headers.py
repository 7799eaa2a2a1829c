"""The security headers on every answer."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

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


class SecurityHeaders:
    """WSGI middleware: the headers on every answer, static files and errors too.

    `X-Dashboard` marks an answer as ours and holds the time, in milliseconds since 1970:
    static/app-net.js lets nothing else replace a page.
    """

    def __init__(
        self, app: "WSGIApplication", clock: Clock, *, hsts_subdomains: bool = False
    ) -> None:
        self._app = app
        self._clock = clock
        self._hsts = STRICT_TRANSPORT_SECURITY + (AND_SUBDOMAINS if hsts_subdomains else "")

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer as the application does, with the headers that it did not set itself."""

        def start(
            status: str, headers: list[tuple[str, str]], *rest: object
        ) -> Callable[[bytes], object]:
            present = {name.lower() for name, _ in headers}
            wanted = {**HEADERS, OWN_HEADER: str(int(self._clock().timestamp() * 1000))}
            if environ["wsgi.url_scheme"] == "https":
                wanted["Strict-Transport-Security"] = self._hsts
            added = [item for item in wanted.items() if item[0].lower() not in present]
            return start_response(status, headers + added, *rest)  # type: ignore[arg-type]  # exc_info

        return self._app(environ, start)
