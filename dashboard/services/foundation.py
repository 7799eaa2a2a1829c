"""What services are built over."""

from dataclasses import dataclass

from dashboard.crypto.encryption import Encryptor
from dashboard.crypto.keyring import Keyring, Purpose
from dashboard.services.ports import Clock
from dashboard.store.audit.chain import Chain
from dashboard.store.db.database import Database


@dataclass(frozen=True)
class Foundation:
    """One database, one audit chain, one set of keys and one clock."""

    database: Database
    chain: Chain
    keyring: Keyring
    clock: Clock

    def encryptor(self, purpose: Purpose) -> Encryptor:
        """Return what encrypts with the keys of a purpose."""
        return Encryptor(self.keyring.keys(purpose))
