"""A look has a receipt, as other tokens do, but marks no one: no one received its token."""

import pytest

from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from tests.support.directory import facts_of, fill
from tests.support.pages.looks import REASON, look
from tests.support.pages.tokens import receipt_in
from tests.support.people import LogIn
from tests.support.servers.simulator_process import RunningSimulator

pytestmark = pytest.mark.on_postgres


def test_a_look_is_in_the_ledger_with_a_receipt_and_without_a_mark(
    log_in: LogIn, simulator: RunningSimulator, database: Database
) -> None:
    fill(database, [facts_of(each) for each in simulator.users()])
    issuer = log_in(Role.ISSUER)
    user = next(user for user in simulator.users() if user["status"] == "active")
    look(issuer, f"/users/{user['id']}/look")
    ledger = issuer.get("/tokens?kind=look")
    assert REASON in ledger.words
    receipt = receipt_in(ledger.text)
    assert "No one received it." in issuer.get(receipt).words
    page = issuer.get(f"/users/{user['id']}")
    assert f'href="{receipt}"' in page.text
    assert '<span class="badge plain">Account view</span>' in page.text.split('id="grants"')[1]
    for text in (page.words, issuer.get("/users").words):
        assert "Token until" not in text
