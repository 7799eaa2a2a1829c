"""The API credentials as admins see them: the pair in use, the others, and the next step."""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from dashboard.partner.credentials import Credentials
from dashboard.services.credentials.active import ActiveCredentials
from dashboard.services.ports import Clock
from dashboard.services.upstream.key_usage import KeyUsage
from dashboard.services.upstream.monitor import UpstreamMonitor
from dashboard.store.credentials import active as api_switch
from dashboard.store.credentials import pairs as api_pairs
from dashboard.store.credentials.active import ActivePair
from dashboard.store.credentials.pairs import ApiPair, Proof
from dashboard.store.db.database import Database
from dashboard.store.tokens import grants
from dashboard.store.tokens.grants import Grant


@dataclass(frozen=True)
class InUse:
    """The pair in use. `since_at` is None where it is the environment's and never was another's.

    `staff_name` is who put it in use, None where that was automatic.
    """

    hint: str
    is_environments: bool
    since_at: datetime | None
    staff_name: str | None
    seen: KeyUsage
    credentials: Credentials


@dataclass(frozen=True)
class Kept:
    """A pair that is not in use. `is_readable`: it can be tried or restored."""

    pair: ApiPair
    is_environments: bool
    is_readable: bool
    seen: KeyUsage


@dataclass(frozen=True)
class OldToken:
    """A token that has not ended, issued under another pair than the one in use."""

    grant: Grant
    hint: str | None


class Step(IntEnum):
    """The steps of replacing a key pair."""

    ADD = 1
    TEST = 2
    USE = 3
    UPDATE_BACKEND = 4
    REVOKE_OLD = 5


@dataclass(frozen=True)
class Pairs:
    """The whole page. `unused_hint` is the environment's pair where another one is in use."""

    switch: ActivePair
    is_unreadable: bool
    in_use: InUse
    unused_hint: str | None
    candidate: Kept | None
    others: tuple[Kept, ...]
    tokens: tuple[OldToken, ...]

    @property
    def step(self) -> Step:
        """Return the next step. That the environment has the new pair is all we see of step 4."""
        if self.candidate:
            is_tested = self.candidate.pair.proof in (Proof.SAME, Proof.UNKNOWN)
            return Step.USE if is_tested else Step.TEST
        if not self.others:
            return Step.ADD
        return Step.REVOKE_OLD if self.in_use.is_environments else Step.UPDATE_BACKEND


class CredentialsOverview:
    """Puts together what is known. Makes no API call."""

    def __init__(
        self,
        credentials: ActiveCredentials,
        upstream: UpstreamMonitor,
        database: Database,
        clock: Clock,
    ) -> None:
        self._credentials = credentials
        self._upstream = upstream
        self._database = database
        self._clock = clock

    def show(self) -> Pairs:
        """Return the current state."""
        with self._database.read() as connection:
            switch, kept = api_switch.find(connection), api_pairs.kept(connection)
            hints = api_pairs.hints(connection)
            in_use = self._credentials.in_use(switch)
            old = grants.open_under_others(connection, in_use.id, switch.since_at, self._clock())
        others = [self._kept(pair) for pair in kept if pair.pair != in_use.id]
        environment = self._credentials.environment
        return Pairs(
            switch=switch,
            is_unreadable=self._credentials.find_in_use(switch) is None,
            in_use=self._in_use(switch, in_use),
            unused_hint=environment.hint if environment.id != in_use.id else None,
            candidate=next((each for each in others if each.pair.used_at is None), None),
            others=tuple(each for each in others if each.pair.used_at),
            tokens=tuple(OldToken(grant, hints.get(grant.credential or "")) for grant in old),
        )

    def _in_use(self, switch: ActivePair, pair: Credentials) -> InUse:
        as_switched = switch.in_use is not None and switch.in_use.pair == pair.id
        return InUse(
            hint=pair.hint,
            is_environments=pair.id == self._credentials.environment.id,
            since_at=switch.since_at if as_switched else None,
            staff_name=switch.staff_name if as_switched else None,
            seen=self._upstream.seen_of(pair.id),
            credentials=pair,
        )

    def _kept(self, pair: ApiPair) -> Kept:
        return Kept(
            pair=pair,
            is_environments=pair.pair == self._credentials.environment.id,
            is_readable=self._credentials.open(pair) is not None,
            seen=self._upstream.seen_of(pair.pair),
        )
