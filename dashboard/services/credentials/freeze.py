"""Pausing all calls to the Partner API after a leak, and resuming them."""

from dashboard.services.actions import Action
from dashboard.services.actors import Actor
from dashboard.services.ports import Clock
from dashboard.services.recorder.recorder import AuditRecorder, Subject
from dashboard.store.credentials import active as api_switch
from dashboard.store.db.database import Database

CALLS = Subject("credentials", None)


class CallFreeze:
    """Pauses and resumes calls. Doing either twice has no further effect."""

    def __init__(self, database: Database, audit_log: AuditRecorder, clock: Clock) -> None:
        self._database = database
        self._log = audit_log
        self._clock = clock

    def freeze(self, reason: str, by: Actor) -> bool:
        """Pause all calls of all workers; return whether they were on. The first reason stays."""
        with self._database.write() as connection:
            if api_switch.is_frozen(connection):
                return False
            api_switch.freeze(connection, self._clock(), by.staff_id, reason)
            self._log.record(connection, Action.CREDENTIALS_FREEZE, by, CALLS, reason=reason)
        return True

    def thaw(self, by: Actor) -> bool:
        """Resume calls; return whether they were paused."""
        with self._database.write() as connection:
            if not api_switch.is_frozen(connection):
                return False
            api_switch.thaw(connection)
            self._log.record(connection, Action.CREDENTIALS_THAW, by, CALLS)
        return True

    def acknowledge(self, by: Actor) -> None:
        """Dismiss an alarm."""
        with self._database.write() as connection:
            if alarm := api_switch.find(connection).alarm:
                api_switch.raise_alarm(connection, None, None)
                self._log.record(
                    connection,
                    Action.CREDENTIALS_ACKNOWLEDGE,
                    by,
                    CALLS,
                    details={"alarm": alarm.value},
                )
