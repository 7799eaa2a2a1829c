"""The database fails between the attempt's row and the call: nothing is sent, nothing is open."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.exc import OperationalError

from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from tests.support.browsing import Visitor
from tests.support.pages.forms import intent_of, trail
from tests.support.people import LogIn
from tests.support.servers.simulator_process import RunningSimulator
from tests.views.attempts.test_store_faults import VERBS, filled_in, posts

ACTIONS = {"register": "users:register", "kyc": "kyc:start", "token": "tokens:issue"}


@contextmanager
def unread_once() -> Iterator[None]:
    """Fail the first question whether a call may go out after an attempt was recorded."""
    failing = {"is_recorded": False, "is_done": False}

    def fail(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        failing["is_recorded"] |= statement.startswith("INSERT INTO audit")
        is_asked = "breaker_credential" in statement
        if failing["is_recorded"] and is_asked and not failing["is_done"]:
            failing["is_done"] = True
            raise OperationalError(statement, {}, OSError("disk I/O error"))

    event.listen(Engine, "before_cursor_execute", fail)
    yield
    event.remove(Engine, "before_cursor_execute", fail)
    assert failing["is_done"]


@pytest.mark.parametrize("verb", VERBS)
def test_a_gate_that_cannot_be_read_sends_nothing_and_leaves_nothing_to_settle(
    log_in: LogIn, simulator: RunningSimulator, database: Database, verb: str
) -> None:
    admin = log_in(Role.ADMIN)
    path, data = filled_in(admin, simulator, verb)
    with unread_once():
        page = admin.post(path, data, status=503)
    assert "database isn’t responding, so nothing was sent." in page.words
    assert posts(simulator) == 0
    outcomes = [outcome for outcome, _ in trail(database, ACTIONS[verb])]
    assert outcomes == ["attempted", "rejected"]
    renewed = {**data, "intent": intent_of(page)}
    admin.post(path, renewed, status=200 if verb == "token" else 303)
    assert posts(simulator) == 1


def test_a_page_that_only_reads_says_that_the_database_is_not_there(
    support: Visitor,
) -> None:
    def fail(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if "breaker_credential" in statement:
            raise OperationalError(statement, {}, OSError("disk I/O error"))

    event.listen(Engine, "before_cursor_execute", fail)
    page = support.get("/users", status=503)
    event.remove(Engine, "before_cursor_execute", fail)
    assert "Our database isn’t responding" in page.words
