"""The secret key: guessed ones are refused, random ones of every form start."""

import secrets
from base64 import b64encode
from collections.abc import Callable
from time import process_time
from uuid import uuid4

import pytest

from dashboard.config.secret_checks import is_guessable
from dashboard.config.settings import load_config
from tests.support.sampling import all_of
from tests.unit.config.test_config import GOOD, refusal

GUESSABLE = [
    "changeme-changeme-changeme-changeme",
    "0123456789" * 4,
    "0123456789abcdef" * 3,
    "12345678901234567890123456789012",
    "qwertyuiopasdfghjklzxcvbnm1234567890",
    "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "please-change-this-secret-key-before-production",
    "replace_me_with_a_long_random_string_please",
    "this-is-the-secret-key-of-our-dashboard-2026",
    "the quick brown fox jumps over the lazy dog",
    "correct horse battery staple correct horse",
    "s3cr3t-k3y-f0r-th3-d4shb0ard-pr0duct10n!!",
    "deadbeefdeadbeefdeadbeefdeadbeef",
    "x7Gk2pQ9" * 5,
    "00000000-0000-0000-0000-000000000000-0000",
    "2026-01-01 2026-02-02 2026-03-03 2026-04-04",
]


@pytest.mark.parametrize("key", ["short", "a" * 64, "changeme" * 2, "secret"])
def test_a_weak_secret_key_is_refused(key: str) -> None:
    assert "DASHBOARD_SECRET_KEY is weak" in refusal(DASHBOARD_SECRET_KEY=key)
    assert "DASHBOARD_SECRET_KEY is weak" in refusal(DASHBOARD_SECRET_KEY_FALLBACKS=key)


@all_of("key", GUESSABLE)
def test_a_long_key_that_can_be_guessed_is_refused_with_a_way_to_make_one(key: str) -> None:
    said = refusal(DASHBOARD_SECRET_KEY=key)
    assert "DASHBOARD_SECRET_KEY is weak" in said
    assert "secrets.token_urlsafe(48)" in said
    assert "DASHBOARD_SECRET_KEY_FALLBACKS" in said
    assert key not in said


@pytest.mark.parametrize("key", GUESSABLE[:2])
def test_one_of_earlier_may_stay_so_that_what_it_signed_still_counts(key: str) -> None:
    assert load_config(None, **GOOD, DASHBOARD_SECRET_KEY_FALLBACKS=key)


@pytest.mark.parametrize(
    "make",
    [
        lambda: secrets.token_hex(16),
        lambda: secrets.token_hex(64),
        lambda: secrets.token_urlsafe(24),
        lambda: secrets.token_urlsafe(48),
        lambda: secrets.token_urlsafe(3000),
        lambda: str(uuid4()),
        lambda: b64encode(secrets.token_bytes(32)).decode(),
    ],
)
def test_a_random_key_of_any_usual_form_starts(make: Callable[[], str]) -> None:
    for _ in range(3):
        assert not is_guessable(make())


@pytest.mark.parametrize("unit", ["a", "ab", "password", "é", "\u202e", "0", "-", "aA1! "])
def test_a_key_of_any_length_is_looked_at_quickly(unit: str) -> None:
    began = process_time()
    assert is_guessable(unit * 100_000)
    assert process_time() - began < 1
