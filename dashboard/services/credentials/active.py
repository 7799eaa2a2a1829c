"""The key pair in use, read on every call, so that a switch needs no restart.

The environment's pair is in use until another one is switched to; from then on the stored one
wins, after a restart too. A read that the API refuses with 401 is asked once more with each pair
that was in use before, and with the environment's; where one is accepted, all workers go back to
it, and an alarm is raised.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog

from dashboard.partner.credentials import Credentials
from dashboard.services.actions import Action
from dashboard.services.actors import AUTOMATIC
from dashboard.services.credentials.pair_encryption import CredentialsEncryptor
from dashboard.services.ports import Clock
from dashboard.services.recorder.recorder import AuditRecorder, Subject
from dashboard.store.credentials import active as api_switch
from dashboard.store.credentials import pairs as api_pairs
from dashboard.store.credentials.active import ActivePair, Alarm, Freeze
from dashboard.store.credentials.pairs import ApiPair
from dashboard.store.db.database import Database, StoreError, Transaction
from dashboard.store.upstream import breakers
from dashboard.store.upstream.breakers import BreakerRow

FALL_BACK_MS = 2_000  # to wait for another writer; else the next read tries again
log = structlog.get_logger()


@dataclass(frozen=True)
class CallStatus:
    """Read on every call and shown on every page: calls are stopped, or have been failing."""

    freeze: Freeze | None
    alarm: Alarm | None
    alarm_at: datetime | None
    breaker: BreakerRow | None


class ActiveCredentials:
    """Gives the client the pair to use, and others when that is refused."""

    def __init__(
        self,
        database: Database,
        environment: Credentials,
        sealer: CredentialsEncryptor,
        audit_log: AuditRecorder,
        clock: Clock,
    ) -> None:
        self.environment = environment
        self._database = database
        self._log = audit_log
        self._sealer = sealer
        self._clock = clock
        self._told: set[int] = set()
        self._opened: dict[str, Credentials] = {}

    def current(self) -> Credentials:
        """Return the pair in use. Where it cannot be opened it is the environment's.

        Raises:
            StoreError: the database cannot be read.

        """
        return self.look()[0]

    def look(self) -> tuple[Credentials, CallStatus]:
        """Return the pair in use and the status of calls with it.

        This takes one statement, unless that pair cannot be opened.

        Raises:
            StoreError: the database cannot be read.

        """
        with self._database.read() as connection:
            switch, row = api_switch.find_with_breaker(connection, self.environment.id)
            if pair := self.find_in_use(switch):
                return pair, CallStatus(switch.freeze, switch.alarm, switch.alarm_at, row)
            row = breakers.find(connection, self.environment.id)
        self._tell_unreadable(switch)
        status = CallStatus(switch.freeze, Alarm.UNREADABLE, switch.since_at, row)
        return self.environment, status

    def is_frozen(self) -> bool:
        """Return whether no call may go out."""
        with self._database.read() as connection:
            return api_switch.is_frozen(connection)

    def find_in_use(self, switch: ActivePair) -> Credentials | None:
        """Return the pair that this switch puts in use, None where it cannot be opened."""
        stored = switch.in_use
        return self.open(stored) if stored and stored.sealed else self.environment

    def in_use(self, switch: ActivePair) -> Credentials:
        """Return the pair that is used: the environment's in place of one that cannot be opened."""
        return self.find_in_use(switch) or self.environment

    def open(self, pair: ApiPair) -> Credentials | None:
        """Return a pair, None when it was deleted or cannot be opened.

        What was opened once stays open: a worker that ends may meet what the next one sealed.
        """
        if pair.pair == self.environment.id:
            return self.environment
        if pair.sealed is None:
            return None
        if pair.pair not in self._opened and (
            opened := self._sealer.open_pair(pair.sealed, pair.key_id, pair.pair)
        ):
            self._opened[pair.pair] = opened
        return self._opened.get(pair.pair)

    def find_others(self, refused: Sequence[Credentials]) -> list[Credentials]:
        """Return the pairs to try in place of refused ones, in turn: none while frozen.

        Raises:
            StoreError: the database cannot be read.

        """
        with self._database.read() as connection:
            switch, kept = api_switch.find(connection), api_pairs.kept(connection)
        if switch.freeze:
            return []
        before = [self.open(pair) for pair in kept if pair.used_at]
        now = self.in_use(switch)  # an admin may have switched meanwhile
        others = {pair.id: pair for pair in [now, *before, self.environment] if pair}
        return [pair for pair in others.values() if pair not in refused]

    def fall_back(self, refused: Sequence[Credentials], accepted: Credentials) -> None:
        """Go back to a pair that is accepted, with an alarm, where a refused one is in use.

        Nothing is raised: what cannot be recorded does not happen, and the next read tries again.
        """
        try:
            with self._database.write(wait_ms=FALL_BACK_MS) as connection:
                left = self.in_use(api_switch.find(connection))
                if left not in refused:
                    return
                self._fall_back(connection, left, accepted)
        except StoreError as error:
            log.warning("credentials_fall_back_not_recorded", cause=str(error))
            return
        log.error("credentials_fell_back", refused=left.id, accepted=accepted.id)

    def put_in_use(self, connection: Transaction, pair_id: int, staff_id: int | None) -> None:
        """Switch all workers to a pair, and remember which one was left."""
        now, left = self._clock(), self.in_use(api_switch.find(connection))
        api_pairs.leave(connection, self._row_of(connection, left), now)
        api_pairs.use(connection, pair_id, now)
        api_switch.use(connection, pair_id, now, staff_id)

    def reencrypt(self) -> None:
        """Encrypt stored pairs again with the current key, so that the older key can be removed.

        Raises:
            StoreError: the database cannot be used.

        """
        with self._database.read() as connection:
            old = [pair for pair in api_pairs.kept(connection) if self._has_old_seal(pair)]
        if not old:
            return
        with self._database.write() as connection:
            for pair in old:
                if opened := self.open(pair):
                    api_pairs.reencrypt(connection, pair.id, *self.seal(opened))

    def seal(self, pair: Credentials) -> tuple[str, str]:
        """Return a pair as it may be stored, and the id of the key."""
        return self._sealer.seal_pair(pair), self._sealer.key_id

    def _has_old_seal(self, pair: ApiPair) -> bool:
        return pair.sealed is not None and pair.key_id != self._sealer.key_id

    def _fall_back(
        self, connection: Transaction, refused: Credentials, accepted: Credentials
    ) -> None:
        pair_id = self._row_of(connection, accepted)
        self.put_in_use(connection, pair_id, None)
        api_switch.raise_alarm(connection, Alarm.FELL_BACK, self._clock())
        self._log.record(
            connection,
            Action.CREDENTIALS_FALL_BACK,
            AUTOMATIC,
            Subject("credentials", pair_id),
            details={"pair": accepted.hint, "refused": refused.hint},
        )

    def _row_of(self, connection: Transaction, pair: Credentials) -> int:
        """Return the number of a pair; the environment's gets one when it first needs it."""
        known = [row for row in api_pairs.kept(connection) if row.pair == pair.id]
        if known:
            return known[0].id
        now = self._clock()
        return api_pairs.add(connection, pair=pair.id, hint=pair.hint, at=now, used_at=now)

    def _tell_unreadable(self, switch: ActivePair) -> None:
        pair = switch.in_use
        if pair and pair.id not in self._told:
            self._told.add(pair.id)
            log.error("credentials_unreadable", pair=pair.pair)
