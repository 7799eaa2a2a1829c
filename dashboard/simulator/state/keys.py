"""The vendor's keys: each partner has pairs, of which any that is not revoked opens the API."""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.simulator.settings import KeyPair
from dashboard.simulator.state.clock import Clock
from dashboard.simulator.state.people import timestamp
from dashboard.simulator.state.users import UserStore

_HINT_TAIL = 4
_SCHEMA = """
CREATE TABLE IF NOT EXISTS pairs (
    id INTEGER PRIMARY KEY,
    partner INTEGER NOT NULL,
    api_key TEXT NOT NULL,
    secret_hash TEXT NOT NULL,
    given INTEGER NOT NULL,
    created TEXT NOT NULL,
    used TEXT,
    revoked TEXT
)
"""
_COLUMNS = "id, partner, api_key, secret_hash, created, used, revoked"


@dataclass(frozen=True)
class Pair:
    """A pair as the console lists it; of the secret only a hash is kept."""

    id: int
    partner: int
    api_key: str
    secret_hash: str
    created_at: str
    last_used_at: str | None
    revoked_at: str | None

    @property
    def hint(self) -> str:
        """Return enough of the key to tell it from another."""
        return f"…{self.api_key[-_HINT_TAIL:]}"


class Keys:
    """Kept beside the people, in the same file, so that a revoked pair stays revoked."""

    def __init__(self, state: UserStore, given: Sequence[KeyPair], clock: Clock) -> None:
        self._state = state
        self._clock = clock
        self._given = tuple(enumerate(given, 1))
        state.run(_SCHEMA)
        self._give()

    def reset(self) -> None:
        """Leave the pairs that the simulator was started with, and no other."""
        self._state.run("DELETE FROM pairs")
        self._give()

    def every(self) -> list[Pair]:
        """Return all pairs, the oldest of the first partner first."""
        rows = self._state.run(f"SELECT {_COLUMNS} FROM pairs ORDER BY partner, id")  # noqa: S608  fixed names
        return [Pair(*row) for row in rows]

    def of(self, partner: int) -> list[Pair]:
        """Return a partner's pairs."""
        return [pair for pair in self.every() if pair.partner == partner]

    def generate(self, partner: int) -> tuple[int, KeyPair]:
        """Make a pair; its secret is in the answer and nowhere else."""
        made = KeyPair.generate()
        return self._add(partner, made, given=False), made

    def revoke(self, pair_id: int) -> bool:
        """Let a pair open nothing from now on; return whether there is such a pair."""
        self._state.run(
            "UPDATE pairs SET revoked = coalesce(revoked, ?) WHERE id = ?", self._now(), pair_id
        )
        return bool(self._state.run("SELECT 1 FROM pairs WHERE id = ?", pair_id))

    def find(self, api_key: str, api_secret: str) -> Pair | None:
        """Return the pair that was sent, None unless both are right and it is not revoked."""
        found, sent = None, _hash(api_secret)
        for pair in self.every():
            # All are compared, whatever came before: the time taken tells nothing.
            key_fits = hmac.compare_digest(_bytes(api_key), _bytes(pair.api_key))
            secret_fits = hmac.compare_digest(sent, pair.secret_hash)
            if key_fits and secret_fits and pair.revoked_at is None:
                found = pair
        return found

    def note_use(self, pair: Pair) -> None:
        """Remember when a pair was used, to the second."""
        now = self._now()[:19]
        if (pair.last_used_at or "")[:19] != now:
            self._state.run("UPDATE pairs SET used = ? WHERE id = ?", self._now(), pair.id)

    def _give(self) -> None:
        """Keep the pairs given to this start, and delete those given to an earlier one."""
        known = {(pair.api_key, pair.secret_hash) for pair in self.every()}
        given = {(pair.api_key, _hash(pair.api_secret)) for _, pair in self._given}
        for row in self._state.run("SELECT id, api_key, secret_hash FROM pairs WHERE given"):
            if row[1:] not in given:
                self._state.run("DELETE FROM pairs WHERE id = ?", row[0])
        for partner, pair in self._given:
            if (pair.api_key, _hash(pair.api_secret)) not in known:
                self._add(partner, pair, given=True)

    def _add(self, partner: int, pair: KeyPair, *, given: bool) -> int:
        rows = self._state.run(
            "INSERT INTO pairs (partner, api_key, secret_hash, given, created) "
            "VALUES (?, ?, ?, ?, ?) RETURNING id",
            partner,
            pair.api_key,
            _hash(pair.api_secret),
            given,
            self._now(),
        )
        return int(rows[0][0])

    def _now(self) -> str:
        return timestamp(self._clock())


def _hash(secret: str) -> str:
    return hashlib.sha256(_bytes(secret)).hexdigest()


def _bytes(text: str) -> bytes:
    return text.encode(errors="replace")
