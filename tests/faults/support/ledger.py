"""The simulator's log against our audit: what was sent, what was done, and what we recorded.

`problems()` is the invariant of the whole product, as sentences; every fault test ends with it.
It matches by what both sides know: an email for a registration, a user for the other two.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Table

from dashboard.crypto.keyring import Keys
from dashboard.store.audit import chain as audit
from dashboard.store.db.database import Database
from dashboard.store.schema import audit as rows_of_audit
from dashboard.store.schema import grants, inquiries, registrations
from tests.support.servers.simulator_process import LoggedRequest

ACTIONS = {"/users": "users:register", "/kyc": "kyc:start", "/auth/token": "tokens:issue"}
MADE = {"users:register": "user", "kyc:start": "inquiry", "tokens:issue": "token"}
PREFIX = "/api/v1/partner"
JWT = b"eyJhbGciOi"  # how every token of the simulator begins

Key = tuple[str, str]


@dataclass
class Attempt:
    """One *attempted* row, and every outcome that was recorded of it, oldest first."""

    seq: int
    action: str
    nonce: str
    about: str
    outcomes: list[str] = field(default_factory=list)

    @property
    def key(self) -> Key:
        return self.action, self.about


def writes(log: Sequence[LoggedRequest]) -> list[LoggedRequest]:
    return [call for call in log if call.method == "POST"]


def key_of(call: LoggedRequest) -> Key | None:
    """Return what a call was about, None where its body did not arrive."""
    action = ACTIONS[call.path.removeprefix(PREFIX)]
    body = call.body if isinstance(call.body, dict) else {}
    about = body.get("email" if action == "users:register" else "userId")
    return (action, str(about).lower()) if about else None


def attempts(database: Database) -> list[Attempt]:
    """Return every attempt of the three dangerous actions, oldest first."""
    emails = {row["audit_seq"]: row["email"] for row in _rows(database, registrations)}
    found: dict[int, Attempt] = {}
    for row in _rows(database, rows_of_audit):
        if row["action"] not in MADE or not row["intent"]:
            continue
        if row["outcome"] == "attempted":
            about = str(emails.get(row["seq"]) or row["subject_id"]).lower()
            found[row["seq"]] = Attempt(row["seq"], row["action"], row["intent"], about)
        else:
            found[row["attempt_seq"]].outcomes.append(row["outcome"])
    return list(found.values())


def problems(log: Sequence[LoggedRequest], database: Database, keys: Keys) -> list[str]:
    """Return all disagreements; every test expects an empty list."""
    known, calls = attempts(database), writes(log)
    return [
        *_doubled(known, calls),
        *_unaudited(known, calls),
        *_untrue(known, calls),
        *_memory(database, known, calls),
        *_chain(database, keys),
    ]


def count_doubled(database: Database, log: Sequence[LoggedRequest]) -> int:
    return len([*_doubled(attempts(database), writes(log))])


def count_unaudited(database: Database, log: Sequence[LoggedRequest]) -> int:
    return len([*_unaudited(attempts(database), writes(log))])


def _doubled(known: list[Attempt], calls: list[LoggedRequest]) -> Iterator[str]:
    tried = Counter(one.key for one in known)
    sent = Counter(key for call in calls if (key := key_of(call)))
    for key, count in sent.items():
        if tried[key] and count > tried[key]:
            yield f"{count} calls for {tried[key]} attempts: {key}"
    for nonce, count in Counter(one.nonce for one in known).items():
        if count > 1:
            yield f"{count} attempts of one form: {nonce}"


def _unaudited(known: list[Attempt], calls: list[LoggedRequest]) -> Iterator[str]:
    tried = {one.key for one in known}
    for call in calls:
        if (key := key_of(call)) and key not in tried:
            yield f"a call without an attempt: {key}"


def _untrue(known: list[Attempt], calls: list[LoggedRequest]) -> Iterator[str]:
    done: defaultdict[Key, int] = defaultdict(int)
    for call in calls:
        if (key := key_of(call)) and MADE[key[0]] in call.made:
            done[key] += 1
    claimed = Counter(one.key for one in known if "succeeded" in one.outcomes)
    possible = Counter(one.key for one in known if one.outcomes[-1:] != ["rejected"])
    for key, count in claimed.items():
        if count > done[key]:
            yield f"a success that did not happen: {key}"
    for key, count in done.items():
        if count > possible[key]:
            yield f"done, and recorded as rejected: {key}"
    for one in known:
        if not one.outcomes:
            yield f"an attempt without an outcome: {one.key}"


def _memory(database: Database, known: list[Attempt], calls: list[LoggedRequest]) -> Iterator[str]:
    """Our tables agree with the audit log, down to the ids that the API gave."""
    succeeded = {one.seq for one in known if "succeeded" in one.outcomes}
    for table, state, column, name in (
        (registrations, "done", "user_id", "user"),
        (inquiries, "held", "inquiry_id", "inquiry"),
        (grants, "issued", None, "token"),
    ):
        made = {call.made[name] for call in calls if name in call.made}
        kept = [row for row in _rows(database, table) if row["state"] == state]
        kept_of = {row["audit_seq"] for row in kept}
        action = next(action for action, what in MADE.items() if what == name)
        if lost := {one.seq for one in known if one.action == action} & succeeded - kept_of:
            yield f"succeeded, and not kept in {table.name}: {sorted(lost)}"
        for row in kept:
            if column and str(row[column]) not in made:
                yield f"kept in {table.name}, and never made: {row[column]}"
            if not column and row["audit_seq"] not in succeeded:
                yield f"kept in {table.name}, and no success: {row['audit_seq']}"


def _chain(database: Database, keys: Keys) -> Iterator[str]:
    with database.read() as connection:
        if found := audit.verify(connection, keys):
            yield f"the chain does not hold: {found}"


def holds_a_token(database: Database) -> bool:
    """Return whether a byte of the database, its journal included, looks like a JWT."""
    file = str(database.engine.url.database)
    for name in (file, f"{file}-wal"):
        try:
            with open(name, "rb") as raw:  # noqa: PTH123  bytes as they lie on the disk
                if JWT in raw.read():
                    return True
        except FileNotFoundError:
            continue
    return False


def _rows(database: Database, table: Table) -> list[dict[str, Any]]:
    with database.read() as connection:
        result = connection.execute(table.select().order_by(*table.primary_key))
        return [dict(row._mapping) for row in result]  # noqa: SLF001  public by documentation
