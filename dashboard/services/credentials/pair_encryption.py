"""API key pairs at rest."""

import json

from dashboard.crypto.encryption import Encryptor
from dashboard.partner.credentials import Credentials


class CredentialsEncryptor(Encryptor):
    """Encrypts pairs of API credentials, each bound to its own id."""

    def seal_pair(self, pair: Credentials) -> str:
        """Return the pair as text that only our keys can decrypt."""
        return self.seal(json.dumps([pair.api_key, pair.api_secret]), pair.id)

    def open_pair(self, sealed: str, key_id: str | None, pair_id: str) -> Credentials | None:
        """Return the pair, None if its key is gone or the text was changed."""
        plain = self.open(sealed, key_id, pair_id)
        return Credentials(*json.loads(plain)) if plain else None
