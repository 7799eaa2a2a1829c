"""Workers that die at a row of emails: none is sent twice."""

from datetime import timedelta

import pytest

from dashboard.services.attempts.conflicts import RUNNING_FOR_AT_MOST
from dashboard.store.db.database import Database
from tests.support.browsing import Visitor
from tests.support.pages.jobs import JobWorker, states
from tests.support.pages.many.sending import Waiting, start
from tests.support.pages.sent import details, names
from tests.support.servers.mail_server import Inbox

pytestmark = pytest.mark.on_postgres


@pytest.mark.parametrize("died", ["before the email", "after the email"])
def test_a_worker_that_dies_sends_no_second_email(
    kyc: Visitor,
    waiting: Waiting,
    workers: list[JobWorker],
    database: Database,
    inbox: Inbox,
    died: str,
) -> None:
    waiting.add("ana", 4)
    waiting.add("bea", 3)
    job, (worker, second) = start(kyc), workers
    runner = worker.services.jobs.runner
    taken = runner._take()  # noqa: SLF001  the moment of the death
    assert not isinstance(taken, timedelta)
    if died == "after the email":
        runner._perform(taken)  # noqa: SLF001  the same
    second.turn()
    assert states(database, job) == ["running", "done"]
    worker.clock.advance(seconds=RUNNING_FOR_AT_MOST.total_seconds() + 1)
    second.work()
    assert states(database, job) == ["done", "done"]
    assert names(inbox) == ["ana", "bea"]


def test_a_worker_that_dies_while_it_sends_leaves_an_email_that_is_not_sent_again(
    kyc: Visitor,
    waiting: Waiting,
    workers: list[JobWorker],
    database: Database,
    inbox: Inbox,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    waiting.add("ana")
    job, (worker, second) = start(kyc), workers
    runner, log = worker.services.jobs.runner, worker.services.attempts.log
    taken = runner._take()  # noqa: SLF001  the moment of the death
    assert not isinstance(taken, timedelta)
    with monkeypatch.context() as dying:
        dying.setattr(log, "finish", lambda *_args, **_named: None)
        runner._perform(taken)  # noqa: SLF001  the same: nothing is recorded after the send
    worker.clock.advance(seconds=RUNNING_FOR_AT_MOST.total_seconds() + 1)
    second.work()
    assert details(database, job) == {"ana": "unconfirmed email_lost"}
    assert names(inbox) == ["ana"]
