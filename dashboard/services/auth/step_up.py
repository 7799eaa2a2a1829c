"""Step-up: somebody who is logged in shows again who they are (ADR 14)."""

from collections.abc import Callable
from dataclasses import dataclass

from dashboard.services.actions import Action
from dashboard.services.auth import passwords
from dashboard.services.auth.login import Refused
from dashboard.services.auth.mfa.verify import FactorVerifier
from dashboard.services.auth.sessions import Method, OpenSession
from dashboard.services.auth.throttle import InSession, LoginThrottle, Throttled
from dashboard.services.ports import Clock
from dashboard.services.recorder.budgets import REFUSALS, VISITS
from dashboard.services.recorder.recorder import note
from dashboard.store.audit.chain import Chain, NewEntry, Outcome
from dashboard.store.db.database import Database
from dashboard.store.staff.members import StaffMember

UNGUESSABLE = {Method.PASSKEY, Method.RECOVERY}


@dataclass(frozen=True)
class Confirmed:
    """It is them. The session may go on, under a new id."""


class StepUp:
    """Checks it, limits the tries of each session and person, and records what came of each.

    Raises:
        StoreError: nothing can be recorded, so nothing is confirmed.

    """

    def __init__(
        self,
        factors: FactorVerifier,
        tries: LoginThrottle,
        database: Database,
        chain: Chain,
        clock: Clock,
    ) -> None:
        self._factors = factors
        self._tries = tries
        self._database = database
        self._chain = chain
        self._clock = clock

    def by_password(
        self, session: OpenSession, password: str, *, address: str, request_id: str
    ) -> Confirmed | Refused | Throttled:
        """Confirm by the password of the log-in: for people who have no second factor."""
        member = session.staff

        def proves() -> bool:
            return not member.has_second_factor and passwords.verify(member.password_hash, password)

        return self._try(session, Method.PASSWORD, proves, address, request_id)

    def by_code(
        self, session: OpenSession, code: str, *, address: str, request_id: str
    ) -> Confirmed | Refused | Throttled:
        """Confirm by a code of the person's authenticator app."""

        def proves() -> bool:
            return self._factors.check_code(session.staff, code)

        return self._try(session, Method.CODE, proves, address, request_id)

    def by_recovery_code(
        self, session: OpenSession, code: str, *, address: str, request_id: str
    ) -> Confirmed | Refused | Throttled:
        """Confirm by a recovery code, which is gone with it."""

        def proves() -> bool:
            return self._factors.check_recovery_code(session.staff, code)

        return self._try(session, Method.RECOVERY, proves, address, request_id)

    def by_passkey(
        self,
        session: OpenSession,
        answer_json: str,
        challenge: str,
        *,
        rp_id: str,
        origin: str,
        address: str,
        request_id: str,
    ) -> Confirmed | Refused | Throttled:
        """Confirm by a passkey of the same person."""

        def proves() -> bool:
            owner = self._factors.check_passkey(answer_json, challenge, rp_id=rp_id, origin=origin)
            return owner is not None and owner.id == session.staff.id

        return self._try(session, Method.PASSKEY, proves, address, request_id)

    def _try(
        self,
        session: OpenSession,
        method: Method,
        proves: Callable[[], bool],
        address: str,
        request_id: str,
    ) -> Confirmed | Refused | Throttled:
        proof = method.value if method in UNGUESSABLE else ""
        member, source = session.staff, InSession(session.staff.id, session.id_hash, proof)
        details = {"method": method.value, "address": address}
        if limited := self._tries.count(source):
            if limited.is_first:
                self._record(Outcome.REJECTED, member, request_id, cause="limit", **details)
            return limited
        if not proves():
            self._record(Outcome.REJECTED, member, request_id, cause=method.value, **details)
            return Refused()
        self._record(Outcome.SUCCEEDED, member, request_id, **details)
        self._tries.forgive(source)
        return Confirmed()

    def _record(
        self, outcome: Outcome, member: StaffMember, request_id: str, **details: str
    ) -> None:
        entry = NewEntry(
            at=self._clock(),
            action=Action.CONFIRM,
            outcome=outcome,
            staff_id=member.id,
            details=details,
            request_id=request_id,
        )
        with self._database.write() as connection:
            allowance = REFUSALS if outcome is Outcome.REJECTED else VISITS
            note(connection, self._chain, entry, allowance)
