"""A person's own second factors: list, add and remove.

Every change is recorded in its transaction. The first factor and any removal end the person's
other sessions: they may have begun with less proof, or on a lost device.
"""

from webauthn.helpers import bytes_to_base64url

from dashboard.crypto.encryption import Encryptor
from dashboard.services.actions import Action
from dashboard.services.actors import Actor
from dashboard.services.auth.mfa import passkeys, recovery_codes, totp
from dashboard.services.auth.mfa.models import (
    Added,
    FactorRequiredError,
    FactorSet,
    NewAuthenticator,
)
from dashboard.services.auth.mfa.passkeys import Challenges, PasskeyRequest
from dashboard.services.auth.mfa.verify import FactorVerifier, sealed_about
from dashboard.services.auth.sessions import OpenSession, require_open
from dashboard.services.ports import Clock
from dashboard.services.recorder.recorder import AuditRecorder, Subject
from dashboard.store.audit.chain import Chain
from dashboard.store.auth import authenticators, sessions
from dashboard.store.auth import passkeys as passkey_store
from dashboard.store.auth import recovery_codes as recovery_code_store
from dashboard.store.auth import second_factors as factors
from dashboard.store.db.database import Database, Transaction
from dashboard.store.staff.members import StaffMember


class Enrolment:
    """Changes the second factors of the person who asks; `session` is theirs.

    Every change raises SessionOverError if that session was ended meanwhile.
    """

    def __init__(
        self,
        second_factors: FactorVerifier,
        sealer: Encryptor,
        database: Database,
        chain: Chain,
        clock: Clock,
        *,
        by_password: bool,
    ) -> None:
        self._second_factors = second_factors
        self._by_password = by_password
        self._sealer = sealer
        self._database = database
        self._recorder = AuditRecorder(chain, clock)
        self._clock = clock
        self._challenges = Challenges(database, clock)

    def of(self, member: StaffMember) -> FactorSet:
        """Return a person's second factors."""
        with self._database.read() as connection:
            left, made = recovery_code_store.count(connection, member.id)
            return FactorSet(
                passkeys=tuple(passkey_store.of(connection, member.id)),
                authenticator=authenticators.find(connection, member.id),
                codes_left=left,
                codes_made=made,
                required=self._second_factors.is_required(member),
            )

    def passkey_request(self, member: StaffMember, *, rp_id: str, rp_name: str) -> PasskeyRequest:
        """Ask the browser to make a passkey, on a device that has none of this person yet."""
        with self._database.read() as connection:
            present = passkey_store.of(connection, member.id)
        challenge = self._challenges.make()
        return passkeys.ask_for_new(member, present, challenge, rp_id=rp_id, rp_name=rp_name)

    def add_passkey(
        self,
        session: OpenSession,
        answer_json: str,
        challenge: str,
        *,
        name: str,
        rp_id: str,
        origin: str,
        actor: Actor,
    ) -> Added | None:
        """Store the passkey that answered; return None if the answer proves nothing.

        Raises:
            StoreError: nothing can be recorded, so nothing was changed.

        """
        taken = self._challenges.take(challenge)
        made = taken and passkeys.read_new(answer_json, taken, rp_id=rp_id, origin=origin)
        if not made:
            return None
        credential_id = bytes_to_base64url(made.credential_id)
        with self._database.write() as connection:
            if passkey_store.find(connection, credential_id):
                return None
            codes = self._begin(connection, session)
            passkey_store.add(
                connection,
                session.staff.id,
                credential_id,
                bytes_to_base64url(made.credential_public_key),
                made.sign_count,
                name,
                self._clock(),
            )
            self._recorder.record(
                connection,
                Action.ACCOUNT_PASSKEY_ADD,
                actor,
                _about(session),
                details={"name": name},
            )
        return Added(codes)

    def new_authenticator(self, member: StaffMember, issuer: str) -> NewAuthenticator:
        """Return an authenticator app to be set up; nothing is written."""
        secret = totp.new_secret()
        sealed = self._sealer.seal(secret, _pending(member))
        return NewAuthenticator(
            secret,
            totp.address(secret, member.email, issuer),
            f"{self._sealer.key_id}.{sealed}",
        )

    def open_authenticator(
        self, member: StaffMember, sealed: str, issuer: str
    ) -> NewAuthenticator | None:
        """Return the app that a form carries, None if it is not this person's."""
        key_id, _, text = sealed.partition(".")
        secret = self._sealer.open(text, key_id, _pending(member))
        if secret is None:
            return None
        return NewAuthenticator(secret, totp.address(secret, member.email, issuer), sealed)

    def add_authenticator(
        self, session: OpenSession, new: NewAuthenticator, code: str, actor: Actor
    ) -> Added | None:
        """Store the app, replacing an older one; return None if the code is wrong.

        Raises:
            StoreError: nothing can be recorded, so nothing was changed.

        """
        step = totp.find_step(new.secret, code, self._clock())
        if step is None:
            return None
        member = session.staff
        sealed = self._sealer.seal(new.secret, sealed_about(member.id))
        with self._database.write() as connection:
            codes = self._begin(connection, session)
            authenticators.put(
                connection, member.id, sealed, self._sealer.key_id, step, self._clock()
            )
            self._recorder.record(
                connection, Action.ACCOUNT_AUTHENTICATOR_ADD, actor, _about(session)
            )
        return Added(codes)

    def remove_passkey(self, session: OpenSession, passkey_id: int, actor: Actor) -> bool:
        """Remove one passkey; return whether it was there.

        Raises:
            FactorRequiredError: it has to stay.

        """
        with self._database.write() as connection:
            name = passkey_store.remove(connection, session.staff.id, passkey_id)
            if name is None:
                return False
            action = Action.ACCOUNT_PASSKEY_REMOVE
            self._recorder.record(
                connection, action, actor, _about(session), details={"name": name}
            )
            self._end(connection, session)
        return True

    def remove_authenticator(self, session: OpenSession, actor: Actor) -> bool:
        """Remove the authenticator app; return whether it was there. Raises as above."""
        with self._database.write() as connection:
            if not authenticators.remove(connection, session.staff.id):
                return False
            self._recorder.record(
                connection, Action.ACCOUNT_AUTHENTICATOR_REMOVE, actor, _about(session)
            )
            self._end(connection, session)
        return True

    def new_codes(self, session: OpenSession, actor: Actor) -> tuple[str, ...]:
        """Return new recovery codes; earlier ones stop working. Empty without a factor."""
        with self._database.write() as connection:
            if not require_open(connection, session).has_second_factor:
                return ()
            self._recorder.record(connection, Action.ACCOUNT_RECOVERY_CODES, actor, _about(session))
            return self._make_codes(connection, session)

    def _begin(self, connection: Transaction, session: OpenSession) -> tuple[str, ...]:
        """Before a factor is added: the first one brings codes, and ends the other sessions."""
        if require_open(connection, session).has_second_factor:
            return ()
        sessions.remove_others(connection, session.staff.id, session.id_hash)
        return self._make_codes(connection, session)

    def _end(self, connection: Transaction, session: OpenSession) -> None:
        """After a factor was removed: with the last one the codes go too, unless it has to stay."""
        member = require_open(connection, session)
        if not member.can_come_in(by_password=self._by_password):
            raise FactorRequiredError
        if not member.has_second_factor:
            if self._second_factors.is_required(member):
                raise FactorRequiredError
            factors.remove_all(connection, member.id)
        sessions.remove_others(connection, session.staff.id, session.id_hash)

    def _make_codes(self, connection: Transaction, session: OpenSession) -> tuple[str, ...]:
        codes = recovery_codes.make()
        hashes = map(recovery_codes.hash_of, codes)
        recovery_code_store.replace(connection, session.staff.id, hashes)
        return codes


def _about(session: OpenSession) -> Subject:
    return Subject("staff", session.staff.id)


def _pending(member: StaffMember) -> str:
    """Return the associated data for the secret of an app that is being set up."""
    return f"pending authenticator/{member.id}"
