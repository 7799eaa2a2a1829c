"""Pairs of API credentials at rest: AES-256-GCM under a key of the keyring, bound to their id."""

import base64
import binascii
import json
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from dashboard.keyring import Keys
from dashboard.partner.credentials import Credentials

NONCE = 12  # bytes, random for each seal


class Sealer:
    """Seals with the current key; opens with any that is still there."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys

    @property
    def key_id(self) -> str:
        """The id of the key that seals."""
        return self._keys.current.id

    def seal(self, pair: Credentials) -> str:
        """Return the pair as text that only our keys open."""
        nonce = secrets.token_bytes(NONCE)
        plain = json.dumps([pair.api_key, pair.api_secret]).encode()
        sealed = AESGCM(self._keys.current.secret).encrypt(nonce, plain, pair.id.encode())
        return base64.b64encode(nonce + sealed).decode()

    def open(self, sealed: str, key_id: str | None, pair_id: str) -> Credentials | None:
        """Return the pair, None when its key is gone or the text is not what was sealed."""
        key = self._keys.find(key_id or "")
        if key is None:
            return None
        try:
            raw = base64.b64decode(sealed, validate=True)
            plain = AESGCM(key.secret).decrypt(raw[:NONCE], raw[NONCE:], pair_id.encode())
        except (InvalidTag, ValueError, binascii.Error):
            return None
        return Credentials(*json.loads(plain))
