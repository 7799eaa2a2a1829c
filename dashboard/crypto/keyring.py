"""One key per purpose, derived from the application's secret key (HKDF-SHA256, RFC 5869).

Every mac names the key that made it, so that a new secret key can be put in front of the old
ones: the current key signs, the older ones only verify.
"""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


class KeyPurpose(StrEnum):
    """Purposes of derived keys. A key of one purpose proves nothing for another."""

    CHAIN = "chain"
    SESSION = "session"
    LIMIT = "limit"
    INTENT = "intent"
    FINGERPRINT = "fingerprint"
    CREDENTIAL = "credential"
    CSRF = "csrf"
    LOG_IN = "log-in"  # tickets between the steps of a log-in
    FACTOR = "factor"  # secrets of authenticator apps at rest
    PLACE = "place"  # where a list goes on, in addresses
    KEPT = "kept"  # forms kept until their owner is back
    LOOK = "look"  # texts that are looked for in the API's list


@dataclass(frozen=True)
class Key:
    """A derived key. `id` may be stored beside what it signed; the bytes may not."""

    id: str
    secret: bytes = field(repr=False)

    def mac(self, message: bytes) -> str:
        """HMAC-SHA256 of `message` in hex."""
        return hmac.new(self.secret, message, hashlib.sha256).hexdigest()

    def verifies(self, message: bytes, mac: str) -> bool:
        """Return whether `mac` is this key's of `message`, in constant time."""
        return hmac.compare_digest(self.mac(message).encode(), mac.encode())


@dataclass(frozen=True)
class Keys:
    """The keys of one purpose: the current one signs, the older ones (newest first) only verify."""

    current: Key
    older: tuple[Key, ...]

    @property
    def newest_first(self) -> tuple[Key, ...]:
        """All keys, the current one first."""
        return (self.current, *self.older)

    @property
    def oldest_first(self) -> list[bytes]:
        """The bytes in the order of itsdangerous: it signs with the last."""
        return [key.secret for key in reversed(self.newest_first)]

    def find(self, key_id: str) -> Key | None:
        """Return the key with this id, or None when its secret was taken out of the fallbacks."""
        return next((key for key in self.newest_first if key.id == key_id), None)


class Keyring:
    """Derives the keys of every purpose from the secret key and its fallbacks."""

    def __init__(self, secret_key: str, fallbacks: Sequence[str] = ()) -> None:
        self._secrets = (secret_key, *fallbacks)

    def keys(self, purpose: KeyPurpose) -> Keys:
        """Return the keys of one purpose."""
        current, *older = (_derive(secret, purpose) for secret in self._secrets)
        return Keys(current, tuple(older))

    def __repr__(self) -> str:
        return f"Keyring({len(self._secrets)} secrets)"


def _derive(secret: str, purpose: KeyPurpose) -> Key:
    derived = HKDF(SHA256(), length=40, salt=None, info=f"dashboard/{purpose}".encode()).derive(
        secret.encode()
    )
    return Key(id=derived[:8].hex(), secret=derived[8:])
