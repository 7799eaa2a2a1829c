"""The foundation of all services."""

from dataclasses import dataclass

from dashboard.crypto.encryption import Encryptor
from dashboard.crypto.keyring import KeyPurpose, Keyring
from dashboard.services.ports import Clock
from dashboard.services.seen import SeenUsers
from dashboard.store.audit.chain import Chain
from dashboard.store.db.database import Database


@dataclass(frozen=True)
class Foundation:
    """One database, one audit chain, one set of keys, one clock, and one memory of users."""

    database: Database
    chain: Chain
    keyring: Keyring
    clock: Clock
    seen: SeenUsers

    def encryptor(self, purpose: KeyPurpose) -> Encryptor:
        """Return the encryptor with the keys of a purpose."""
        return Encryptor(self.keyring.keys(purpose))
