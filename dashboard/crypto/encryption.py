"""Texts at rest: AES-256-GCM under a key of the keyring, bound to what they are about."""

import base64
import binascii
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from dashboard.crypto.keyring import Keys

NONCE = 12  # bytes, random for each seal


class Encryptor:
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
            if base64.b64encode(raw).decode() != sealed:  # its last letter has unused bits
                return None
            return AESGCM(key.secret).decrypt(raw[:NONCE], raw[NONCE:], about.encode()).decode()
        except (InvalidTag, ValueError, binascii.Error):
            return None
