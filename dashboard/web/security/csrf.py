"""Checks of an unsafe request: our own origin, a CSRF token, and a bounded number of fields.

Pages are compressed, so a token is masked with random bytes that differ in every response: its
length tells nothing about what it holds (BREACH, ADR 29).
"""

import binascii
import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from operator import xor

from flask import Flask, abort, current_app, g, request
from flask_wtf.csrf import CSRFError, generate_csrf, validate_csrf
from itsdangerous import BadSignature, URLSafeTimedSerializer
from wtforms.validators import ValidationError

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
    app.config["WTF_CSRF_TIME_LIMIT"] = None  # a token lives as long as its session
    app.before_request(_refuse_fields_and_forgeries)
    app.jinja_env.globals["csrf_token"] = masked_token


def masked_token() -> str:
    """Return the session's CSRF token for a form or a header, masked."""
    if "masked_csrf_token" not in g:
        token = generate_csrf().encode()
        pad = secrets.token_bytes(len(token))
        g.masked_csrf_token = urlsafe_b64encode(pad + bytes(map(xor, pad, token))).decode()
    return str(g.masked_csrf_token)


def has_token_of(ended: Mapping[str, str]) -> bool:
    """Return whether the form carries the CSRF token of a session that has ended."""
    signer = URLSafeTimedSerializer(current_app.config["WTF_CSRF_SECRET_KEY"], "wtf-csrf-token")
    try:
        token = str(signer.loads(_sent_token()))
    except BadSignature:
        return False
    return hmac.compare_digest(token.encode(), ended.get("csrf_token", "").encode())


def _refuse_fields_and_forgeries() -> None:
    """Refuse more fields than any form has, and an unsafe request without the session's token.

    The fields are counted before anything goes through them one by one.
    """
    in_form = sum(len(values) for values in request.form.listvalues())
    if in_form + request.query_string.count(b"&") > FIELDS_MAX:
        abort(413)
    if request.method in UNSAFE and request.endpoint:
        try:
            validate_csrf(_sent_token())
        except ValidationError as error:
            raise CSRFError(str(error)) from error


def _sent_token() -> str:
    """Return the token that was sent, without its mask; empty if it is not one of ours."""
    sent = request.form.get("csrf_token") or request.headers.get("X-CSRFToken", "")
    try:
        masked = urlsafe_b64decode(sent.encode())
        half = len(masked) // 2
        return bytes(map(xor, masked[:half], masked[half:])).decode()
    except (binascii.Error, ValueError):
        return ""


def _refuse_foreign_origin() -> None:
    if request.method not in UNSAFE:
        return
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    if (origin is not None and not _is_ours(origin)) or site not in {None, "same-origin", "none"}:
        note(SecurityEvent.FOREIGN_ORIGIN)
        abort(400, "origin")


def _is_ours(origin: str) -> bool:
    """Return whether this is the requested host or our address: proxies may pass on other hosts."""
    parts = split_address(origin)
    if parts is None or not parts.netloc:
        return False
    return parts.netloc == request.host or origin == settings().address
