"""One's own sessions: end one or all of the others, recorded."""

from dashboard.services.actions import Action
from dashboard.services.actors import Actor
from dashboard.services.auth.sessions import OpenSession, Sessions
from dashboard.services.ports import Clock
from dashboard.services.recorder.recorder import AuditRecorder, Subject
from dashboard.store.audit.chain import Chain
from dashboard.store.auth import sessions
from dashboard.store.db.database import Database


class OwnSessions:
    """Ends the other sessions of the person who asks; `own` is the current one."""

    def __init__(
        self, all_sessions: Sessions, database: Database, chain: Chain, clock: Clock
    ) -> None:
        self._sessions = all_sessions
        self._database = database
        self._recorder = AuditRecorder(chain, clock)

    def end_one(self, own: OpenSession, handle: str, actor: Actor) -> bool:
        """End another session of the same person; return whether this handle named one."""
        others = [each for each in self._sessions.of(own.staff.id) if each.id_hash != own.id_hash]
        ended = next((each for each in others if each.handle == handle), None)
        if ended is None:
            return False
        with self._database.write() as connection:
            sessions.remove(connection, ended.id_hash)
            self._recorder.record(
                connection,
                Action.SESSION_END,
                actor,
                Subject("staff", own.staff.id),
                details={"which": "one", "address": ended.address or ""},
            )
        return True

    def end_others(self, own: OpenSession, actor: Actor) -> None:
        """End every session of the person except the current one."""
        with self._database.write() as connection:
            sessions.remove_others(connection, own.staff.id, own.id_hash)
            subject = Subject("staff", own.staff.id)
            self._recorder.record(
                connection, Action.SESSION_END, actor, subject, details={"which": "all others"}
            )
