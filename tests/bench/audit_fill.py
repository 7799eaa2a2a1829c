"""A long audit, quickly: rows with the chain that the product itself would have written."""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice

from sqlalchemy import insert

from dashboard.store.audit import chain as audit_store
from dashboard.store.audit import head as audit_head
from dashboard.store.audit.chain import Chain
from dashboard.store.audit.head import Head
from dashboard.store.db.database import Database, Transaction
from dashboard.store.schema import audit
from dashboard.store.staff import members as staff
from tests.bench.upstream import user_id

BATCH = 10_000
PEOPLE = 6  # who do each of the actions in turn
RECENT, WITHIN = 1_000, timedelta(days=29)  # the last ones, however many there are
EVERY = timedelta(seconds=63)  # 1,000,000 rows in two years
ACTIONS = ("kyc:start", "users:register", "tokens:issue", "pii:reveal", "notes:write")


def fill(database: Database, chain: Chain, count: int) -> None:
    """Append so many rows, each second one the outcome of the one before."""
    with database.write() as connection:
        last = audit_store.head(connection)
        rows = _rows(chain, last, _people(connection), count)
        while batch := list(islice(rows, BATCH)):
            connection.execute(insert(audit), batch)
            last = Head(int(str(batch[-1]["seq"])), str(batch[-1]["mac"]))
        audit_head.record(connection, chain.keys.current, last)


def _people(connection: Transaction) -> list[int]:
    now = datetime.now(UTC)
    names = [(f"p{number}@example.com", f"Person {number}") for number in range(PEOPLE)]
    return [staff.add(connection, email, name, "", now) for email, name in names]


def _rows(
    chain: Chain, last: Head, people: Sequence[int], count: int
) -> Iterator[dict[str, object]]:
    key, now = chain.keys.current, datetime.now(UTC)
    seq, prev = last.seq, last.mac
    for number in range(count):
        seq += 1
        is_outcome = number % 2 == 1
        values: dict[str, object] = {
            "at": now - _age(count - number),
            "action": ACTIONS[number // 2 % len(ACTIONS)],
            "staff_id": people[number // 2 % PEOPLE],
            "subject_kind": "user",
            "subject_id": user_id(number // 2 % 50_000),
            "attempt_seq": seq - 1 if is_outcome else None,
            "intent": None,
            "reason": f"case {number // 2}",
            "request_id": f"{number:016x}",
            "seq": seq,
            "outcome": "succeeded" if is_outcome else "attempted",
            "details": json.dumps({"took_ms": number % 900}),
            "environment": chain.environment,
            "key_id": key.id,
            "prev": prev,
        }
        prev = key.mac(audit_store.signed(values))
        yield {**values, "mac": prev}


def _age(place: int) -> timedelta:
    """Return how old a row is; the newest is in the first place."""
    return WITHIN * min(place, RECENT) / RECENT + EVERY * max(place - RECENT, 0)
