"""The host a passkey is bound to, and the challenge that the session remembers."""

from urllib.parse import urlsplit

from flask import request
from flask import session as flask_session

from dashboard.services.auth.mfa.verify import PasskeyRequest
from dashboard.web.context import settings

CHALLENGE = "challenge"
USUAL_PORTS = {"http": "80", "https": "443"}


def rp_id() -> str:
    """Return the host that passkeys are made for."""
    return urlsplit(origin()).hostname or ""


def origin() -> str:
    """Return the one origin that an answer may name: never taken from the request."""
    if settings().address:
        return settings().address
    port = request.environ["SERVER_PORT"]  # of the socket
    is_usual = port == USUAL_PORTS[request.scheme]
    return f"{request.scheme}://localhost{'' if is_usual else f':{port}'}"


def issue_challenge(asked: PasskeyRequest) -> str:
    """Remember the challenge, and return the options for the browser as JSON."""
    flask_session[CHALLENGE] = asked.challenge
    return asked.options_json


def pop_challenge() -> str:
    """Return the last challenge of this session, and forget it; "" where there is none."""
    return str(flask_session.pop(CHALLENGE, ""))
