"""What an unsafe request needs: our own origin, a CSRF token, and a bounded number of fields."""

import hmac
from collections.abc import Mapping

from flask import Flask, abort, current_app, request
from flask_wtf.csrf import CSRFProtect
from itsdangerous import BadSignature, URLSafeTimedSerializer

from dashboard.web.context import settings
from dashboard.web.security.events import SecurityEvent, note
from dashboard.web.security.redirects import split_address

FIELDS_MAX = 1000
UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})


def init_origin(app: Flask) -> None:
    """Refuse unsafe requests of other origins, before anything else is looked at."""
    app.before_request(_refuse_foreign_origin)


def init_csrf(app: Flask) -> None:
    """Check the number of fields, and the CSRF token of every unsafe request."""
    # The origin is checked here, for http too; Flask-WTF's own check of the Referer is for TLS.
    app.config["WTF_CSRF_SSL_STRICT"] = False
    app.config["WTF_CSRF_TIME_LIMIT"] = None  # a token lives as long as its session
    app.before_request(_refuse_many_fields)
    CSRFProtect(app)


def has_token_of(ended: Mapping[str, str]) -> bool:
    """Return whether the form carries the CSRF token of a session that has ended."""
    signer = URLSafeTimedSerializer(current_app.config["WTF_CSRF_SECRET_KEY"], "wtf-csrf-token")
    sent = request.form.get("csrf_token") or request.headers.get("X-CSRFToken", "")
    try:
        token = str(signer.loads(sent))
    except BadSignature:
        return False
    return hmac.compare_digest(token.encode(), ended.get("csrf_token", "").encode())


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
