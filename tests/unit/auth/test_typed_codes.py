"""Codes that people type: of an authenticator app, and recovery codes."""

from datetime import UTC, datetime

import pyotp
import pytest

from dashboard.services.auth.mfa import recovery_codes, totp
from tests.support.sampling import all_of

AT = datetime(2026, 6, 12, 14, 32, tzinfo=UTC)
FULL_WIDTH = {ord(char): ord(char) + 0xFEE0 for char in map(chr, range(0x21, 0x7F))}
ARABIC = {ord("0") + digit: 0x0660 + digit for digit in range(10)}
PERSIAN = {ord("0") + digit: 0x06F0 + digit for digit in range(10)}


@all_of("keyboard", [{}, FULL_WIDTH, ARABIC, PERSIAN])
@all_of("between", ["", " ", "-", "\u2011", "\u00a0", "\u3000"])
def test_a_code_is_taken_from_every_keyboard(keyboard: dict[int, int], between: str) -> None:
    secret = totp.new_secret()
    code = pyotp.TOTP(secret).at(AT)
    typed = f"{code[:3]}{between}{code[3:]}".translate(keyboard)
    assert totp.find_step(secret, typed, AT) == int(AT.timestamp()) // totp.STEP_S
    assert totp.find_step(secret, typed[:-1], AT) is None


@pytest.mark.parametrize("keyboard", [{}, FULL_WIDTH])
def test_a_recovery_code_is_taken_from_every_keyboard(keyboard: dict[int, int]) -> None:
    code = recovery_codes.make()[0]
    typed = code.upper().replace("-", "\u2013").translate(keyboard)
    assert recovery_codes.hash_of(typed) == recovery_codes.hash_of(code)
