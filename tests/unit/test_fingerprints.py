"""Fingerprints of tokens are recognised as long as the key that made them is known."""

from dashboard.crypto.keyring import KeyPurpose, Keyring
from dashboard.services.tokens.fingerprints import Fingerprints

TOKEN = "a-token-that-is-none"


def fingerprints(*secrets: str) -> Fingerprints:
    return Fingerprints(Keyring(secrets[0], secrets[1:]).keys(KeyPurpose.FINGERPRINT))


def test_one_of_an_older_key_is_recognised_until_the_key_is_removed() -> None:
    kept, key_id = fingerprints("first").of(TOKEN)
    rotated, forgotten = fingerprints("second", "first"), fingerprints("second")
    assert kept in rotated.all_of([TOKEN])
    assert key_id in rotated.key_ids
    assert rotated.of(TOKEN)[0] != kept
    assert kept not in forgotten.all_of([TOKEN])
    assert key_id not in forgotten.key_ids


def test_a_fingerprint_reveals_neither_its_token_nor_another() -> None:
    made = fingerprints("first")
    assert made.of(TOKEN)[0] != made.of(f"{TOKEN}x")[0]
    assert len(made.of(TOKEN)[0]) == 16
