"""What a passkey is bound to, and the challenge that the session remembers meanwhile."""

from urllib.parse import urlsplit

from flask import request
from flask import session as flask_session

from dashboard.services.second_factors import PasskeyRequest

CHALLENGE = "challenge"


def rp_id() -> str:
    """Return the host that passkeys are made for: TRUSTED_HOSTS says which ones are ours."""
    return urlsplit(request.host_url).hostname or ""


def origin() -> str:
    """Return the origin that a browser names when it answers."""
    return f"{request.scheme}://{request.host}"


def hand_out(asked: PasskeyRequest) -> str:
    """Remember the challenge, and return the options as the browser wants them: JSON."""
    flask_session[CHALLENGE] = asked.challenge
    return asked.options_json


def take_challenge() -> str:
    """Return what this session was asked last, and forget it; "" where nothing was asked."""
    return str(flask_session.pop(CHALLENGE, ""))
