"""Tokens for tests: the one that an answer shows, and a grant of a look."""

import re

from sqlalchemy import func, select

from dashboard.store.db.database import Database
from dashboard.store.schema import audit, grants


def token_in(text: str) -> str:
    """Return the token that the one answer shows."""
    found = re.search(r'<code id="token">([^<]+)</code>', text)
    assert found
    return found[1]


def receipt_in(text: str) -> str:
    """Return the address of the first receipt that a page links to."""
    found = re.search(r'href="(/tokens/\d+)"', text)
    assert found
    return found[1]


def add_look(database: Database) -> int:
    """Copy the newest grant as that of a look; return the number of its receipt."""
    with database.write() as connection:
        last = connection.execute(grants.select().order_by(grants.c.id.desc())).mappings().first()
        assert last
        attempt = connection.execute(audit.select().where(audit.c.seq == last["audit_seq"]))
        seq: int = connection.execute(select(func.max(audit.c.seq) + 1)).scalar_one()
        row = {"seq": seq, "action": "tokens:look", "intent": f"look {seq}", "mac": f"look {seq}"}
        connection.execute(audit.insert().values({**(attempt.mappings().first() or {}), **row}))
        look = {"id": last["id"] + 1, "audit_seq": seq, "state": "issued", "fingerprint": "10" * 8}
        connection.execute(grants.insert().values({**last, **look}))
    return seq
