"""Recovery codes: a way in when the second-factor device is lost."""

import secrets

from dashboard.crypto.hashing import hash_secret
from dashboard.text.characters import read_code

HOW_MANY = 10
ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"  # 32 of them; nothing that looks like another
GROUPS, GROUP = 4, 4  # 16 letters: 80 bits, so that a plain hash is enough


def make() -> tuple[str, ...]:
    """Return a new set, each as `abcd-efgh-jkmn-pqrs`."""
    return tuple("-".join(_group() for _ in range(GROUPS)) for _ in range(HOW_MANY))


def hash_of(code: str) -> str:
    """Return the hash of a code, however it was typed."""
    return hash_secret(read_code(code))


def _group() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(GROUP))
