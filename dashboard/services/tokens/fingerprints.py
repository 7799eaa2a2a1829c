"""Keyed fingerprints of tokens: they identify a token, but are no use without it."""

from collections.abc import Iterable

from dashboard.crypto.keyring import Keys

LENGTH = 16  # digits that are kept


class Fingerprints:
    """Makes fingerprints, and recognises those that an older key made while that key is known."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys

    def of(self, token: str) -> tuple[str, str]:
        """Return the fingerprint to keep of a token, and the id of its key."""
        key = self._keys.current
        return key.mac(token.encode())[:LENGTH], key.id

    def all_of(self, tokens: Iterable[str]) -> set[str]:
        """Return every fingerprint that we may have kept of these tokens, by any key."""
        keys = self._keys.newest_first
        return {key.mac(token.encode())[:LENGTH] for token in tokens for key in keys}

    @property
    def key_ids(self) -> list[str]:
        """The ids of the keys that are known."""
        return [key.id for key in self._keys.newest_first]
