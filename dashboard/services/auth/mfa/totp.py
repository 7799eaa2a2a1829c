"""Codes of authenticator apps (TOTP, RFC 6238): six digits, new every 30 seconds."""

import hmac
from datetime import datetime

import pyotp

from dashboard.text.characters import read_code

STEP_S = 30
ACCEPTED_DRIFT_STEPS = (0, -1, 1)  # clocks differ, and people are slow


def new_secret() -> str:
    """Return 160 random bits in base32, as apps take them."""
    return pyotp.random_base32()


def address(secret: str, email: str, issuer: str) -> str:
    """Return the `otpauth:` address that a QR code shows to the app."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=issuer)


def find_step(secret: str, code: str, at: datetime) -> int | None:
    """Return the step of time that the code belongs to: this one, the one before or after."""
    digits = read_code(code)
    this_step = int(at.timestamp()) // STEP_S
    totp = pyotp.TOTP(secret)
    matching = [
        this_step + offset
        for offset in ACCEPTED_DRIFT_STEPS
        if hmac.compare_digest(totp.generate_otp(this_step + offset).encode(), digits.encode())
    ]
    return matching[0] if matching else None
