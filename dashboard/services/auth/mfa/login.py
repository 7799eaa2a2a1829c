"""The second step of a log-in, and passwordless log-in by passkey.

Between the steps the browser carries a ticket: who it is about, when, and with which password. It
is good for five minutes, and no session begins before the second step.
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from dashboard.crypto.encryption import Encryptor
from dashboard.crypto.hashing import hash_secret
from dashboard.services.auth.login import LoggedIn, LoginRefused
from dashboard.services.auth.login_audit import LoginAudit
from dashboard.services.auth.mfa import passkeys
from dashboard.services.auth.mfa.verify import FactorVerifier
from dashboard.services.auth.sessions import Method
from dashboard.services.auth.throttle import FromOutside, LoginThrottle, Stranger, Throttled
from dashboard.services.clocks import is_fresh
from dashboard.services.ports import Clock
from dashboard.store.auth import passkeys as passkey_store
from dashboard.store.db.database import Database, Transaction
from dashboard.store.staff import members as staff
from dashboard.store.staff.members import StaffMember

MFA_PENDING_TTL = timedelta(minutes=5)
ABOUT = "half way"
# Links an account at the provider to a member, after their second factor.
Linking = Callable[[Transaction, StaffMember], StaffMember | None]


class SecondFactorLogin:
    """Completes a log-in by a second factor, after a password or without one."""

    def __init__(
        self,
        factors: FactorVerifier,
        tries: LoginThrottle,
        log_ins: LoginAudit,
        sealer: Encryptor,
        database: Database,
        clock: Clock,
    ) -> None:
        self._factors = factors
        self._tries = tries
        self._log_ins = log_ins
        self._sealer = sealer
        self._database = database
        self._clock = clock

    def begin(self, staff_id: int) -> str:
        """Return a ticket for a member whose password was right."""
        with self._database.read() as connection:
            member = staff.find_by_id(connection, staff_id)
        proof = _proof(member) if member else ""
        about = json.dumps([staff_id, self._clock().timestamp(), proof])
        return f"{self._sealer.key_id}.{self._sealer.seal(about, ABOUT)}"

    def find(self, ticket: str) -> StaffMember | None:
        """Return whose ticket it is, None if it has expired or they may no longer log in."""
        key_id, _, sealed = ticket.partition(".")
        opened = self._sealer.open(sealed, key_id, ABOUT)
        if opened is None:
            return None
        staff_id, began_at, proof = json.loads(opened)
        if not is_fresh(datetime.fromtimestamp(began_at, UTC), self._clock(), MFA_PENDING_TTL):
            return None
        with self._database.read() as connection:
            member = staff.find_by_id(connection, staff_id)
        still = member and member.active and member.has_second_factor and _proof(member) == proof
        return member if still else None

    def by_code(
        self, member: StaffMember, code: str, stranger: Stranger, linking: Linking | None
    ) -> LoggedIn | LoginRefused | Throttled:
        """Log in by a code of the person's authenticator app."""
        check = self._factors.check_code
        return self._try(member, code, check, Method.CODE, stranger, linking)

    def by_recovery_code(
        self, member: StaffMember, code: str, stranger: Stranger, linking: Linking | None
    ) -> LoggedIn | LoginRefused | Throttled:
        """Log in by a recovery code, which is used up."""
        check = self._factors.check_recovery_code
        return self._try(member, code, check, Method.RECOVERY, stranger, linking)

    def by_passkey(
        self,
        pending: StaffMember | None,
        answer_json: str,
        challenge: str,
        *,
        rp_id: str,
        origin: str,
        stranger: Stranger,
        linking: Linking | None,
    ) -> LoggedIn | LoginRefused | Throttled:
        """Log in by a passkey; without a first step the passkey identifies the person."""
        claimed = passkeys.claimed_id(answer_json)
        with self._database.read() as connection:
            is_there = passkey_store.find(connection, claimed) is not None
        source = FromOutside(f"passkey/{claimed}", stranger, is_there=is_there)
        if limited := self._hit(source, pending):
            return limited
        owner = self._factors.check_passkey(answer_json, challenge, rp_id=rp_id, origin=origin)
        if owner is None or not owner.active or (pending and pending.id != owner.id):
            cause = "disabled" if owner and not owner.active else "passkey"
            self._log_ins.refused(owner or pending, cause, stranger)
            return LoginRefused()
        self._tries.reset(source)
        return self._let_in(owner, linking)

    def _try(
        self,
        member: StaffMember,
        code: str,
        check: Callable[[StaffMember, str], bool],
        method: Method,
        stranger: Stranger,
        linking: Linking | None,
    ) -> LoggedIn | LoginRefused | Throttled:
        # Not the counter of the password: a right password forgives the tries of that one.
        source = FromOutside(f"{method.value}/{member.id}", stranger, second_step=True)
        if limited := self._hit(source, member):
            return limited
        if not check(member, code):
            self._log_ins.refused(member, method.value, stranger)
            return LoginRefused()
        self._tries.reset(source)
        return self._let_in(member, linking)

    def _hit(self, source: FromOutside, member: StaffMember | None) -> Throttled | None:
        limited = self._tries.hit(source)
        if limited and limited.is_first:
            self._log_ins.refused(member, "limit", source.stranger)
        return limited

    def _let_in(self, member: StaffMember, linking: Linking | None) -> LoggedIn:
        """Link the account first: without the link there is no log-in."""
        if linking is None:
            return LoggedIn(member)
        with self._database.write() as connection:
            return LoggedIn(linking(connection, member) or member)


def _proof(member: StaffMember) -> str:
    """Return a value that changes with the password: a ticket dies with it."""
    return hash_secret(member.password_hash)
