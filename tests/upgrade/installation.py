"""An installation of commit a03af59: its dump, with credentials that are made for each run."""

import secrets
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import pyotp
from argon2 import PasswordHasher
from sqlalchemy import update
from webauthn.helpers import bytes_to_base64url

from dashboard.crypto.encryption import Encryptor
from dashboard.crypto.keyring import KeyPurpose, Keyring
from dashboard.partner.credentials import Credentials
from dashboard.services.auth.mfa.verify import sealed_about
from dashboard.services.credentials.pair_encryption import CredentialsEncryptor
from dashboard.store.db.database import Database, Transaction
from dashboard.store.db.migrate import upgrade
from dashboard.store.schema import api_pairs, authenticators, passkeys, sessions, staff, staff_links
from tests.support import databases
from tests.support.servers.simulator_process import vendor_like_pair
from tests.support.soft_passkey import SoftPasskey

DUMP = Path(__file__).with_name("a03af59.sql")
CHAIN_KEY = sha256(b"rehearsal of an upgrade").hexdigest()  # signed the audit of the dump, no more
ADMIN, SUPPORT, INVITED = "ana@example.com", "luis@example.com", "nora@example.com"


def _random() -> str:
    return secrets.token_urlsafe(32)


def _pair() -> Credentials:
    made = vendor_like_pair()
    return Credentials(made.api_key, made.api_secret)


@dataclass(frozen=True)
class Installation:
    """The log-ins and API credentials of an installation."""

    secret_key: str = field(default_factory=_random)
    password: str = field(default_factory=_random)
    admin_session: str = field(default_factory=_random)
    support_session: str = field(default_factory=_random)
    link: str = field(default_factory=_random)
    app_secret: str = field(default_factory=pyotp.random_base32)
    passkey: SoftPasskey = field(default_factory=lambda: SoftPasskey(_random()))
    configured: Credentials = field(default_factory=_pair)
    switched_to: Credentials = field(default_factory=_pair)

    def settings(self, database_url: str, partner_api_url: str) -> dict[str, str]:
        """Return what that commit started with."""
        return {
            "DASHBOARD_ENVIRONMENT": "production",
            "DASHBOARD_SECRET_KEY": self.secret_key,
            "DASHBOARD_SECRET_KEY_FALLBACKS": CHAIN_KEY,
            "DATABASE_URL": database_url,
            "PARTNER_API_URL": partner_api_url,
            "PARTNER_API_KEY": self.configured.api_key,
            "PARTNER_API_SECRET": self.configured.api_secret,
        }

    def restore(self, database: Database) -> None:
        """Load the dump in its schema, 0007, and put the credentials where it leaves them out."""
        rows = [line for line in DUMP.read_text().splitlines() if not line.startswith("--")]
        with database.write() as connection:
            upgrade(connection, "0007")
            for row in rows:
                connection.exec_driver_sql(row.replace("%", "%%") if databases.SERVER else row)
            self._put_credentials(connection)
            if databases.SERVER:
                for table in ("staff", "sightings", "api_pairs", "grants", "inquiries"):
                    connection.exec_driver_sql(
                        f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), 100)"
                    )

    def _put_credentials(self, connection: Transaction) -> None:
        keyring = Keyring(self.secret_key)
        pairs = CredentialsEncryptor(keyring.keys(KeyPurpose.CREDENTIAL))
        apps = Encryptor(keyring.keys(KeyPurpose.FACTOR))
        hashes = {"luis": self.support_session, "ana": self.admin_session}
        put = [
            update(staff)
            .where(staff.c.password_hash == "REPLACED")
            .values(password_hash=PasswordHasher().hash(self.password)),
            update(staff_links).values(token_hash=_hash(self.link)),
            update(passkeys).values(
                credential_id=bytes_to_base64url(self.passkey.id),
                public_key=bytes_to_base64url(self.passkey.public_key),
            ),
            update(authenticators).values(
                sealed=apps.seal(self.app_secret, sealed_about(1)), key_id=apps.key_id
            ),
            update(api_pairs)
            .where(api_pairs.c.pair == "REPLACED")
            .values(
                pair=self.switched_to.id,
                hint=self.switched_to.hint,
                sealed=pairs.seal_pair(self.switched_to),
                key_id=pairs.key_id,
            ),
            *(
                update(sessions)
                .where(sessions.c.id_hash == f"REPLACED {whose}")
                .values(id_hash=_hash(token))
                for whose, token in hashes.items()
            ),
        ]
        for statement in put:
            assert connection.execute(statement).rowcount > 0


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()
