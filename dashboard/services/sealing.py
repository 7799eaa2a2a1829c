"""Texts at rest: AES-256-GCM under a key of the keyring, bound to what they are about."""

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

    def seal(self, plain: str, about: str) -> str:
        """Return text that only our keys open, and only as being about this."""
        nonce = secrets.token_bytes(NONCE)
        sealed = AESGCM(self._keys.current.secret).encrypt(nonce, plain.encode(), about.encode())
        return base64.b64encode(nonce + sealed).decode()

    def open(self, sealed: str, key_id: str | None, about: str) -> str | None:
        """Return the text, None when its key is gone or it is not what was sealed."""
        key = self._keys.find(key_id or "")
        if key is None:
            return None
        try:
            raw = base64.b64decode(sealed, validate=True)
            return AESGCM(key.secret).decrypt(raw[:NONCE], raw[NONCE:], about.encode()).decode()
        except (InvalidTag, ValueError, binascii.Error):
            return None


class PairSealer(Sealer):
    """Seals pairs of API credentials, each as the pair that it is."""

    def seal_pair(self, pair: Credentials) -> str:
        """Return the pair as text that only our keys open."""
        return self.seal(json.dumps([pair.api_key, pair.api_secret]), pair.id)

    def open_pair(self, sealed: str, key_id: str | None, pair_id: str) -> Credentials | None:
        """Return the pair, None when its key is gone or the text is not what was sealed."""
        plain = self.open(sealed, key_id, pair_id)
        return Credentials(*json.loads(plain)) if plain else None
