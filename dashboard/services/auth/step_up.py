"""Step-up: a logged-in person confirms again who they are (ADR 14)."""

from collections.abc import Callable
from dataclasses import dataclass

from dashboard.services.actions import Action
from dashboard.services.actors import Actor
from dashboard.services.auth import passwords
from dashboard.services.auth.login import LoginRefused
from dashboard.services.auth.mfa.verify import FactorVerifier
from dashboard.services.auth.sessions import Method, OpenSession
from dashboard.services.auth.throttle import InSession, LoginThrottle, Throttled
from dashboard.services.ports import Clock
from dashboard.services.recorder.budgets import REFUSALS
from dashboard.services.recorder.recorder import AuditRecorder
from dashboard.store.audit.chain import Chain, Outcome
from dashboard.store.db.database import Database

UNGUESSABLE = {Method.PASSKEY, Method.RECOVERY}


@dataclass(frozen=True)
class Confirmed:
    """The person showed who they are. `Sessions.renew` confirms the session and records it."""

    method: Method


class StepUp:
    """Checks confirmations, limits the tries per session and person, and records refusals.

    Raises:
        StoreError: nothing can be recorded.

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
        self._recorder = AuditRecorder(chain, clock)

    def by_password(
        self, session: OpenSession, password: str, actor: Actor
    ) -> Confirmed | LoginRefused | Throttled:
        """Confirm by the password of the log-in: for people who have no second factor."""
        member = session.staff

        def proves() -> bool:
            return not member.has_second_factor and passwords.verify(member.password_hash, password)

        return self._try(session, Method.PASSWORD, proves, actor)

    def by_code(
        self, session: OpenSession, code: str, actor: Actor
    ) -> Confirmed | LoginRefused | Throttled:
        """Confirm by a code of the person's authenticator app."""

        def proves() -> bool:
            return self._factors.check_code(session.staff, code)

        return self._try(session, Method.CODE, proves, actor)

    def by_recovery_code(
        self, session: OpenSession, code: str, actor: Actor
    ) -> Confirmed | LoginRefused | Throttled:
        """Confirm by a recovery code, which is used up."""

        def proves() -> bool:
            return self._factors.check_recovery_code(session.staff, code)

        return self._try(session, Method.RECOVERY, proves, actor)

    def by_passkey(
        self,
        session: OpenSession,
        answer_json: str,
        challenge: str,
        *,
        rp_id: str,
        origin: str,
        actor: Actor,
    ) -> Confirmed | LoginRefused | Throttled:
        """Confirm by a passkey of the same person."""

        def proves() -> bool:
            owner = self._factors.check_passkey(answer_json, challenge, rp_id=rp_id, origin=origin)
            return owner is not None and owner.id == session.staff.id

        return self._try(session, Method.PASSKEY, proves, actor)

    def _try(
        self,
        session: OpenSession,
        method: Method,
        proves: Callable[[], bool],
        actor: Actor,
    ) -> Confirmed | LoginRefused | Throttled:
        proof = method.value if method in UNGUESSABLE else ""
        source = InSession(session.staff.id, session.id_hash, proof)
        details = {"method": method.value, "address": actor.address}
        if limited := self._tries.hit(source):
            if limited.is_first:
                self._refuse(actor, cause="limit", **details)
            return limited
        if not proves():
            self._refuse(actor, cause=method.value, **details)
            return LoginRefused()
        self._tries.reset(source)
        return Confirmed(method)

    def _refuse(self, actor: Actor, **details: str) -> None:
        with self._database.write() as connection:
            self._recorder.note(
                connection, Action.CONFIRM, actor, None, Outcome.REJECTED, REFUSALS, details
            )
