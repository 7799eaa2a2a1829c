"""Rotating the API credentials: a new pair is added, tested by a read, and used.

Nothing here needs a restart, everything is audited, and earlier pairs are kept until an admin
deletes them.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum

from dashboard.partner.credentials import Credentials
from dashboard.partner.errors import CredentialsRefused, NotFound, PartnerError
from dashboard.partner.list_filters import UserQuery
from dashboard.partner.responses import User
from dashboard.services.actions import Action
from dashboard.services.actors import Actor
from dashboard.services.credentials.active import ActiveCredentials
from dashboard.services.ports import Clock, UserSource
from dashboard.services.recorder.recorder import AuditRecorder, Subject
from dashboard.store.audit.chain import Outcome
from dashboard.store.credentials import active as api_switch
from dashboard.store.credentials import pairs as api_pairs
from dashboard.store.credentials.pairs import ApiPair, Proof
from dashboard.store.db.database import Database, Transaction
from dashboard.store.users import sightings

PROOF_LIMIT = 100

TryWith = Callable[[Credentials], UserSource]
"""Gives a client that asks with this pair and no other."""


class RotationRefusal(StrEnum):
    """Why a step of the rotation cannot be made."""

    IN_USE = "in use"
    KEPT = "kept"
    SLOT_TAKEN = "slot taken"
    NOT_PROVED = "not proved"
    ANOTHER_PARTNER = "another partner"
    UNREADABLE = "unreadable"
    GONE = "gone"


class RotationError(Exception):
    """The step cannot be made; nothing was changed."""

    def __init__(self, cause: RotationRefusal) -> None:
        super().__init__(cause.value)
        self.cause = cause


@dataclass(frozen=True)
class _Seen:
    """The users a pair sees: how many of them we remember, and how many not."""

    proof: Proof
    same: int
    other: int


class Rotation:
    """Every step is one method. `try_with` is only for the test."""

    def __init__(
        self,
        credentials: ActiveCredentials,
        try_with: TryWith,
        database: Database,
        audit_log: AuditRecorder,
        clock: Clock,
    ) -> None:
        self._credentials = credentials
        self._try_with = try_with
        self._database = database
        self._log = audit_log
        self._clock = clock

    def add(self, pair: Credentials, by: Actor) -> None:
        """Store a new pair, encrypted. It is not used yet.

        It takes the place of the same pair where that cannot be opened any more.

        Raises:
            RotationError: it is in use, it is kept, or another one waits.

        """
        sealed, key_id = self._credentials.seal(pair)
        with self._database.write() as connection:
            self._make_room(connection, pair)
            pair_id = api_pairs.add(
                connection,
                pair=pair.id,
                hint=pair.hint,
                at=self._clock(),
                sealed=sealed,
                key_id=key_id,
                added_by=by.staff_id,
            )
            self._log.record(
                connection, Action.CREDENTIALS_ADD, by, _about(pair_id), details={"pair": pair.hint}
            )

    def verify(self, pair_id: int, by: Actor) -> None:
        """Request the list with a new pair, and compare its users with those we remember.

        One read; a second one where none of those listed is known here.

        Raises:
            RotationError: there is no such pair, or it cannot be opened.
            CredentialsRefused: the API does not accept the pair.
            PartnerError: the API could not be asked.

        """
        action, about = Action.CREDENTIALS_PROVE, _about(pair_id)
        with self._database.write() as connection:
            pair = self._get(connection, pair_id)
            source, told = self._try_with(self._opened(pair)), {"pair": pair.hint}
            attempt = self._log.record(
                connection, action, by, about, Outcome.ATTEMPTED, details=told
            )
        try:
            seen = self._look(source)
        except PartnerError as error:
            with self._database.write() as connection:
                if isinstance(error, CredentialsRefused):
                    api_pairs.disprove(connection, pair_id)
                self._log.append_bounded(
                    connection,
                    action,
                    by,
                    about,
                    Outcome.REJECTED,
                    attempt_seq=attempt,
                    details={"error": type(error).__name__, "status": error.status},
                )
            raise
        with self._database.write() as connection:
            api_pairs.prove(connection, pair_id, self._clock(), seen.proof, seen.same, seen.other)
            told["partner"] = seen.proof.value
            self._log.append_bounded(
                connection, action, by, about, attempt_seq=attempt, details=told
            )

    def switch(self, pair_id: int, by: Actor) -> None:
        """Put a tested pair in use, in all workers from their next call on.

        Raises:
            RotationError: it was not tested, is another partner's or in use, or can't be opened.

        """
        with self._changing(pair_id) as (connection, pair):
            if pair.proof is None:
                raise RotationError(RotationRefusal.NOT_PROVED)
            if pair.proof is Proof.ANOTHER:
                raise RotationError(RotationRefusal.ANOTHER_PARTNER)
            self._put_in_use(connection, pair, Action.CREDENTIALS_SWITCH, by)

    def restore(self, pair_id: int, by: Actor) -> None:
        """Put a pair back in use that was in use before.

        Raises:
            RotationError: it never was, it is in use now, or it cannot be opened.

        """
        with self._changing(pair_id) as (connection, pair):
            if pair.used_at is None:
                raise RotationError(RotationRefusal.NOT_PROVED)
            self._put_in_use(connection, pair, Action.CREDENTIALS_RESTORE, by)

    def forget(self, pair_id: int, by: Actor) -> None:
        """Delete the encrypted pair; only its hint stays.

        Raises:
            RotationError: there is no such pair, or it is in use.

        """
        with self._changing(pair_id) as (connection, pair):
            if pair.pair == self._in_use(connection).id:
                raise RotationError(RotationRefusal.IN_USE)
            api_pairs.forget(connection, pair_id, self._clock())
            told = {"pair": pair.hint}
            self._log.record(
                connection, Action.CREDENTIALS_FORGET, by, _about(pair_id), details=told
            )

    def _make_room(self, connection: Transaction, pair: Credentials) -> None:
        in_use = self._in_use(connection).id
        if pair.id == in_use:
            raise RotationError(RotationRefusal.IN_USE)
        for kept in api_pairs.kept(connection):
            if kept.pair == pair.id and self._credentials.open(kept) is None:
                api_pairs.forget(connection, kept.id, self._clock())
            elif kept.pair == pair.id:
                raise RotationError(RotationRefusal.KEPT)
            elif kept.used_at is None and kept.pair != in_use:  # else the environment has it
                raise RotationError(RotationRefusal.SLOT_TAKEN)

    def _look(self, source: UserSource) -> _Seen:
        rows = source.list_users(UserQuery(limit=PROOF_LIMIT)).value.rows
        listed = {row.id for row in rows if isinstance(row, User)}
        with self._database.read() as connection:
            same = len(sightings.newest(connection, listed))
            remembered = sightings.last_seen(connection)
        other = len(listed) - same
        if same:
            return _Seen(Proof.SAME, same, other)
        if remembered is None:
            return _Seen(Proof.UNKNOWN, 0, other)
        try:
            source.get_user(remembered)
        except NotFound:
            return _Seen(Proof.ANOTHER, 0, other)
        return _Seen(Proof.SAME, 1, other)

    @contextmanager
    def _changing(self, pair_id: int) -> Iterator[tuple[Transaction, ApiPair]]:
        with self._database.write() as connection:
            yield connection, self._get(connection, pair_id)

    def _get(self, connection: Transaction, pair_id: int) -> ApiPair:
        pair = api_pairs.find(connection, pair_id)
        if pair is None:
            raise RotationError(RotationRefusal.GONE)
        return pair

    def _in_use(self, connection: Transaction) -> Credentials:
        return self._credentials.in_use(api_switch.find(connection))

    def _opened(self, pair: ApiPair) -> Credentials:
        opened = self._credentials.open(pair)
        if opened is None:
            raise RotationError(RotationRefusal.UNREADABLE)
        return opened

    def _put_in_use(
        self, connection: Transaction, pair: ApiPair, action: Action, by: Actor
    ) -> None:
        before = self._in_use(connection)
        if self._opened(pair).id == before.id:
            raise RotationError(RotationRefusal.IN_USE)
        self._credentials.put_in_use(connection, pair.id, by.staff_id)
        told = {"pair": pair.hint, "before": before.hint}
        self._log.record(connection, action, by, _about(pair.id), details=told)


def _about(pair_id: int) -> Subject:
    return Subject("credentials", pair_id)
