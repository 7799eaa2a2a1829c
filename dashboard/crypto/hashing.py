"""Hashes of random secrets: what is stored in place of a token or a code."""

import hashlib


def hash_secret(secret: str) -> str:
    """Return the hash by which a secret is found again. A password needs a slow hash instead."""
    return hashlib.sha256(secret.encode()).hexdigest()
