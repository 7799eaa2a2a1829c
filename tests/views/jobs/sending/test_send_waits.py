"""Emails that the server refuses or can’t take, and rows that wait for it or for the limit."""

import pytest

from dashboard.store.db.database import Database
from tests.support.browsing import Visitor
from tests.support.clock import TestClock
from tests.support.pages.jobs import JobWorker, states
from tests.support.pages.many.sending import Waiting, start
from tests.support.pages.sent import details, kinds, names, outcomes, run
from tests.support.servers.mail_server import Inbox
from tests.support.servers.simulator_process import RunningSimulator

pytestmark = pytest.mark.on_postgres


def test_what_the_mail_server_refuses_is_told_and_only_that_is_retried(
    kyc: Visitor, waiting: Waiting, worker: JobWorker, database: Database, inbox: Inbox
) -> None:
    for name in ("ana", "bad", "spam"):
        waiting.add(name)
    inbox.refuses_to["bad@example.com"] = "550 <Bad@example.com>: no such user"
    job = start(kyc)
    worker.work()
    assert details(database, job) == {
        "ana": "done emailed",
        "spam": "done emailed",
        "bad": "refused address_refused 550 … no such user",
    }
    page = kyc.get(f"/jobs/{job}").words
    assert "The mail server refuses this address (550)." in page
    assert "The mail server says: “… no such user”." in page
    inbox.refuses_to.clear()
    inbox.refuses_text = "554 spam"
    kyc.post(f"/jobs/{job}/retry")
    worker.work()
    assert details(database, job)["bad"] == "refused mail_refused 554 spam"
    inbox.refuses_text = None
    kyc.post(f"/jobs/{job}/retry")
    worker.work()
    assert states(database, job) == ["done"] * 3
    assert names(inbox) == ["ana", "bad", "spam"]


def test_an_email_without_an_answer_is_never_sent_again(
    kyc: Visitor, waiting: Waiting, worker: JobWorker, database: Database, inbox: Inbox
) -> None:
    waiting.add("ana")
    inbox.hangs_up = True
    job = start(kyc)
    worker.work()
    inbox.hangs_up = False
    page = kyc.get(f"/jobs/{job}")
    assert "1 row isn’t confirmed." in page.words
    assert "so the user may have the email. We won’t send it again." in page.words
    assert "Retry" not in page.words
    kyc.post(f"/jobs/{job}/retry")
    worker.work()
    assert details(database, job) == {"ana": "unconfirmed email_lost"}
    assert names(inbox) == ["ana"]
    assert outcomes(database) == ["attempted", "unknown"]
    assert kinds(database) == ["email_unconfirmed"]


def test_a_mail_server_that_is_busy_for_a_while_costs_no_row(
    kyc: Visitor,
    waiting: Waiting,
    worker: JobWorker,
    database: Database,
    inbox: Inbox,
    simulator: RunningSimulator,
) -> None:
    waiting.add("ana", 4)
    waiting.add("bea", 3)
    inbox.refuses_text = "451 busy"
    job = start(kyc)
    simulator.clear_requests()
    run(worker, 20, 1)
    assert len(simulator.requests()) == 1
    assert states(database, job) == ["waiting", "waiting"]
    inbox.refuses_text = None
    run(worker, 3, 30)
    assert states(database, job) == ["done", "done"]
    assert names(inbox) == ["ana", "bea"]


def test_a_mail_server_that_stays_busy_refuses_the_rows_in_the_end(
    kyc: Visitor, waiting: Waiting, worker: JobWorker, database: Database, inbox: Inbox
) -> None:
    waiting.add("ana")
    inbox.refuses = "450 later"
    job = start(kyc)
    run(worker, 5, 61)
    assert details(database, job) == {"ana": "refused mail_unavailable"}
    assert outcomes(database) == ["attempted", "rejected"] * 5
    assert "The mail server couldn’t take this email." in kyc.get(f"/jobs/{job}").words
    assert kinds(database) == []


def test_rows_wait_while_the_api_is_down(
    kyc: Visitor,
    waiting: Waiting,
    worker: JobWorker,
    simulator: RunningSimulator,
    database: Database,
    inbox: Inbox,
) -> None:
    waiting.add("ana")
    job = start(kyc)
    simulator.set_faults([{"path": "/users", "status": 429, "times": 2}])
    worker.work()
    assert states(database, job) == ["done"]
    assert names(inbox) == ["ana"]
    assert outcomes(database) == ["attempted", "succeeded"]


class TestLimit:
    """All staff together send at most two emails within an hour."""

    @pytest.fixture
    def settings(self, settings: dict[str, str]) -> dict[str, str]:
        return settings | {"USER_MAILS_PER_HOUR": "2"}

    def test_beyond_the_limit_rows_wait_and_ask_nothing(
        self,
        kyc: Visitor,
        waiting: Waiting,
        worker: JobWorker,
        simulator: RunningSimulator,
        database: Database,
        inbox: Inbox,
        clock: TestClock,
    ) -> None:
        for number in range(5):
            waiting.add(f"u{number}", 9 - number)
        job = start(kyc)
        simulator.clear_requests()
        run(worker, 30, 1)
        assert names(inbox) == ["u0", "u1"]
        assert len(simulator.requests()) == 2
        page = kyc.get(f"/jobs/{job}")
        assert "The job is waiting because the hourly email limit has been reached." in page.words
        assert "About 2 hours left" in page.words
        clock.advance(minutes=30)
        run(worker, 10, 1)
        assert len(inbox.messages) == 2
        for _ in range(2):
            clock.advance(minutes=59)
            run(worker, 60, 2)
        assert states(database, job) == ["done"] * 5
        assert names(inbox) == [f"u{number}" for number in range(5)]
        assert outcomes(database) == ["attempted", "succeeded"] * 5


class TestDown:
    """No mail server listens."""

    @pytest.fixture
    def settings(self, settings: dict[str, str]) -> dict[str, str]:
        return settings | {"MAIL_URL": "smtp://127.0.0.1:1"}

    def test_rows_wait_for_a_server_that_is_down(
        self,
        kyc: Visitor,
        waiting: Waiting,
        worker: JobWorker,
        database: Database,
    ) -> None:
        waiting.add("ana", 4)
        waiting.add("bea", 3)
        job = start(kyc)
        run(worker, 5, 61)
        assert states(database, job) == ["refused", "waiting"]
        run(worker, 5, 61)
        assert set(details(database, job).values()) == {"refused mail_unavailable"}
        assert kinds(database) == []
