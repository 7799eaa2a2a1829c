"""Headers on every answer, the origin check, CSRF, and where a log-in may lead."""

import hmac
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, unquote, urlsplit

from flask import Flask, abort, current_app, request
from flask_wtf.csrf import CSRFProtect
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.exceptions import HTTPException

from dashboard.services.ports import Clock
from dashboard.web.context import settings
from dashboard.web.security.events import SecurityEvent, note

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
OURS = "X-Dashboard"
STRICT_TRANSPORT_SECURITY = "max-age=31536000"
AND_SUBDOMAINS = "; includeSubDomains"
PATH_MAX = 2000
FIELDS_MAX = 1000
NO_PAGES = frozenset(
    {"auth.remaining", "health.alive", "health.ready", "links.show", "single_sign_on.end"}
)
UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})


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
            wanted = {**HEADERS, OURS: str(int(self._clock().timestamp() * 1000))}
            if environ["wsgi.url_scheme"] == "https":
                wanted["Strict-Transport-Security"] = self._hsts
            added = [item for item in wanted.items() if item[0].lower() not in present]
            return start_response(status, headers + added, *rest)  # type: ignore[arg-type]  # exc_info

        return self._app(environ, start)


def init_origin(app: Flask) -> None:
    """Refuse unsafe requests of other origins, before anything else is looked at."""
    app.before_request(_refuse_foreign_origin)


def init_security(app: Flask) -> None:
    """Check the number of fields, and the CSRF token of every unsafe request."""
    # The origin is checked here, for http too; Flask-WTF's own check of the Referer is for TLS.
    app.config["WTF_CSRF_SSL_STRICT"] = False
    app.config["WTF_CSRF_TIME_LIMIT"] = None  # a token lives as long as its session
    app.before_request(_refuse_many_fields)
    CSRFProtect(app)


def has_token_of(ended: Mapping[str, str]) -> bool:
    """Say whether the form carries the CSRF token of a session that is over."""
    signer = URLSafeTimedSerializer(current_app.config["WTF_CSRF_SECRET_KEY"], "wtf-csrf-token")
    sent = request.form.get("csrf_token") or request.headers.get("X-CSRFToken", "")
    try:
        token = str(signer.loads(sent))
    except BadSignature:
        return False
    return hmac.compare_digest(token.encode(), ended.get("csrf_token", "").encode())


def safe_path(candidate: str | None) -> str | None:
    """Return `candidate` when it is a path of a page of ours, else None.

    Anything else is refused, not repaired: control characters, backslashes, a scheme, a host,
    two slashes in front (also encoded), and paths that no GET route of ours answers.
    """
    if not candidate or len(candidate) > PATH_MAX or not candidate.isascii():
        return None
    decoded = unquote(candidate)
    if any(char <= " " or char in "\\\x7f" for char in candidate + decoded.replace(" ", "+")):
        return None
    parts = split_address(candidate)
    if (
        parts is None
        or parts.scheme
        or parts.netloc
        or not candidate.startswith("/")
        or "//" in decoded.split("?")[0]
    ):
        return None
    return candidate if _is_page(parts.path) else None


def split_address(text: str) -> SplitResult | None:
    """Return the parts of an address that somebody sent, None where it cannot be one."""
    try:
        return urlsplit(text)
    except ValueError:  # such as http://[
        return None


def _is_page(path: str) -> bool:
    try:
        endpoint, _ = current_app.url_map.bind("").match(unquote(path), method="GET")
    except HTTPException:
        return False
    return endpoint not in NO_PAGES


def _refuse_many_fields() -> None:
    """Refuse what no form of ours sends, before anything goes through its fields one by one."""
    in_form = sum(len(values) for values in request.form.listvalues())
    if in_form + request.query_string.count(b"&") > FIELDS_MAX:
        abort(413)


def _refuse_foreign_origin() -> None:
    if request.method not in UNSAFE:
        return
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    if (origin is not None and not _is_ours(origin)) or site not in {None, "same-origin", "none"}:
        note(SecurityEvent.FOREIGN_ORIGIN)
        abort(400, "origin")


def _is_ours(origin: str) -> bool:
    """Return whether it is the host that was asked, or our address: proxies hand on other hosts."""
    parts = split_address(origin)
    if parts is None or not parts.netloc:
        return False
    return parts.netloc == request.host or origin == settings().address
