"""Privy exchanges are counted, so that one can see when the path may go."""

import pytest
from sqlalchemy import func, select

from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from dashboard.store.schema import audit, grants
from tests.support.browsing import Visitor
from tests.support.pages.forms import TOKEN, send
from tests.support.people import LogIn
from tests.support.servers.simulator_process import RunningSimulator

PATH = "/tokens/privy"


@pytest.fixture
def issuer(log_in: LogIn) -> Visitor:
    return log_in(Role.ISSUER, Role.AUDITOR)


@pytest.fixture
def user(simulator: RunningSimulator) -> dict[str, str]:
    return next(user for user in simulator.users() if user["status"] == "active")


def test_exchanges_are_counted_and_marked_whenever_they_were_made(
    issuer: Visitor, database: Database, user: dict[str, str]
) -> None:
    fields = {**TOKEN, "privy_token": f"privy-{user['id']}"}
    assert "No tokens came from the deprecated Privy exchange" in issuer.get("/tokens").words
    send(issuer, PATH, fields, status=200)
    send(issuer, f"/users/{user['id']}/tokens", TOKEN, status=200)
    page = issuer.get("/tokens")
    assert "1 token came from the deprecated Privy exchange in the last 30 days." in page.words
    assert page.text.count('<span class="badge plain">Privy</span>') == 1
    with database.write() as connection:  # as it was recorded before it had its own action
        exchanges = audit.select().where(audit.c.action == "tokens:privy").order_by(audit.c.seq)
        attempt = connection.execute(exchanges)
        grant = connection.execute(grants.select().order_by(grants.c.id)).mappings().first()
        newest = connection.execute(select(func.max(audit.c.seq))).scalar_one()
        old = {"seq": newest + 1, "action": "tokens:issue", "intent": "old", "mac": "old"}
        connection.execute(audit.insert().values({**(attempt.mappings().first() or {}), **old}))
        kept = {**(grant or {}), "id": 99, "audit_seq": newest + 1}
        connection.execute(grants.insert().values(kept))
    page = issuer.get("/tokens")
    assert "2 tokens came from the deprecated Privy exchange in the last 30 days." in page.words
    assert page.text.count('<span class="badge plain">Privy</span>') == 2
    assert 'title="tokens:privy"' in issuer.get("/audit?action=tokens:privy").markup
