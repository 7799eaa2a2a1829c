"""Second factors as they are asked for: codes of an app, passkeys, recovery codes.

The caller limits the tries and records the results. Nothing works twice: neither a
code, nor a challenge, nor a recovery code.
"""

from collections.abc import Collection

from webauthn.helpers import bytes_to_base64url

from dashboard.crypto.encryption import Encryptor
from dashboard.services.auth.mfa import passkeys, recovery_codes, totp
from dashboard.services.auth.mfa.passkeys import Challenges, PasskeyRequest
from dashboard.services.ports import Clock
from dashboard.store.auth import authenticators
from dashboard.store.auth import passkeys as passkey_store
from dashboard.store.auth import recovery_codes as recovery_code_store
from dashboard.store.auth.authenticators import Authenticator
from dashboard.store.db.database import Database
from dashboard.store.staff import members as staff
from dashboard.store.staff.members import StaffMember

__all__ = ["FactorVerifier", "PasskeyRequest", "sealed_about"]


class FactorVerifier:
    """Checks second factors. `roles` are those that must use one."""

    def __init__(
        self, database: Database, sealer: Encryptor, roles: Collection[str], clock: Clock
    ) -> None:
        self._database = database
        self._sealer = sealer
        self._roles = frozenset(roles)
        self._clock = clock
        self._challenges = Challenges(database, clock)

    def is_required(self, member: StaffMember) -> bool:
        """Return whether this person must use a second factor: by a role, or by an admin."""
        return member.second_factor_required or bool(self._roles & member.roles)

    def check_code(self, member: StaffMember, code: str) -> bool:
        """Check a code of the person's app and use it up; return whether it was right."""
        with self._database.read() as connection:
            app = authenticators.find(connection, member.id)
        secret = self._open(app) if app else None
        step = totp.find_step(secret, code, self._clock()) if secret else None
        if step is None:
            return False
        with self._database.write() as connection:
            return authenticators.take_step(connection, member.id, step, self._clock())

    def check_recovery_code(self, member: StaffMember, code: str) -> bool:
        """Check an unused recovery code and use it up; return whether it was right."""
        with self._database.write() as connection:
            return recovery_code_store.use(
                connection, member.id, recovery_codes.hash_of(code), self._clock()
            )

    def passkey_request(self, member: StaffMember | None, rp_id: str) -> PasskeyRequest:
        """Ask for a passkey of this person, or, before a log-in, for any of this site's."""
        with self._database.read() as connection:
            known = passkey_store.of(connection, member.id) if member else []
        return passkeys.ask_for_one_of(known, self._challenges.make(), rp_id=rp_id)

    def check_passkey(
        self, answer_json: str, challenge: str, *, rp_id: str, origin: str
    ) -> StaffMember | None:
        """Return whose passkey answered this challenge, and use the challenge up.

        They may be disabled, or another person than the caller expects.
        """
        taken = self._challenges.take(challenge)
        answer = passkeys.parse(answer_json)
        if taken is None or answer is None:
            return None
        with self._database.read() as connection:
            passkey = passkey_store.find(connection, bytes_to_base64url(answer.raw_id))
        if passkey is None:
            return None
        proof = passkeys.verify(answer, passkey, taken, rp_id=rp_id, origin=origin)
        if proof is None:
            return None
        with self._database.write() as connection:
            used = passkey_store.use(connection, passkey.id, proof.new_sign_count, self._clock())
            return staff.find_by_id(connection, passkey.staff_id) if used else None

    def reencrypt(self) -> None:
        """Encrypt the secrets of apps again with the current key, so that the older can be removed.

        Raises:
            StoreError: the database cannot be used.

        """
        with self._database.read() as connection:
            every = authenticators.every(connection)
        for app in every:
            secret = self._open(app) if app.key_id != self._sealer.key_id else None
            if secret:
                sealed = self._sealer.seal(secret, sealed_about(app.staff_id))
                with self._database.write() as connection:
                    authenticators.reencrypt(connection, app.staff_id, sealed, self._sealer.key_id)

    def _open(self, app: Authenticator) -> str | None:
        return self._sealer.open(app.sealed, app.key_id, sealed_about(app.staff_id))


def sealed_about(staff_id: int) -> str:
    """Return the associated data for the secret of an app."""
    return f"authenticator/{staff_id}"
