"""Keyed fingerprints of tokens: enough to recognise one that is shown, of no use without it."""

from collections.abc import Iterable

from dashboard.crypto.keyring import Keys

LENGTH = 16  # digits that are kept


class Fingerprints:
    """Makes fingerprints, and recognises those that an older key made, while it is known."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys

    def of(self, token: str) -> tuple[str, str]:
        """Return the fingerprint that is kept of a token, and the id of its key."""
        key = self._keys.current
        return key.mac(token.encode())[:LENGTH], key.id

    def all_of(self, tokens: Iterable[str]) -> set[str]:
        """Return the fingerprints that may be kept of these tokens, by whichever key."""
        keys = self._keys.newest_first
        return {key.mac(token.encode())[:LENGTH] for token in tokens for key in keys}

    @property
    def key_ids(self) -> list[str]:
        """The ids of the keys that are known."""
        return [key.id for key in self._keys.newest_first]
