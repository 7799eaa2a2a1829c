"""The job that emails many users their link: each row is one email, as its user is by then."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from dashboard.config.settings import Config
from dashboard.services.attempts.conflicts import RUNNING_FOR_AT_MOST
from dashboard.services.jobs.kinds import RowEnd
from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from dashboard.store.kyc.states import InquiryState
from dashboard.store.schema import audit, contacts, intents, job_rows, jobs
from dashboard.wiring import build_services
from tests.support.browsing import Visitor
from tests.support.clock import TestClock
from tests.support.pages import audit_log
from tests.support.pages.jobs import JobWorker, states, worker_of
from tests.support.pages.sending import PATH, Waiting, check, fields_of, link_of, start
from tests.support.people import LogIn
from tests.support.servers.mail_server import Inbox
from tests.support.servers.simulator_process import RunningSimulator

pytestmark = pytest.mark.each_on_postgres


@pytest.fixture
def worker(app: Flask, clock: TestClock) -> JobWorker:
    return worker_of(app, clock)


@pytest.fixture
def workers(
    worker: JobWorker, config: Config, database: Database, clock: TestClock
) -> list[JobWorker]:
    """Two workers, each with services of its own."""
    return [worker, JobWorker(build_services(config, database, clock), clock)]


def run(worker: JobWorker, rounds: int, seconds: float) -> None:
    """Let the worker do what there is to do, again and again after this time."""
    for _ in range(rounds):
        while not worker.turn():
            pass
        worker.clock.advance(seconds=seconds)


def details(database: Database, job: int) -> dict[str, str]:
    """Return state and reason of each row by the name before the @."""
    rows = select(job_rows.c.email, job_rows.c.state, job_rows.c.detail, job_rows.c.said)
    with database.read() as connection:
        found = connection.execute(rows.where(job_rows.c.job_id == job)).all()
    return {
        row.email.partition("@")[0]: " ".join(filter(None, (row.state, row.detail, row.said)))
        for row in found
    }


def kinds(database: Database) -> list[str]:
    with database.read() as connection:
        return sorted(connection.execute(select(contacts.c.kind)).scalars())


def outcomes(database: Database) -> list[str]:
    return [row.outcome for row in audit_log.entries(database, "contacts:mail")]


def names(inbox: Inbox) -> list[str]:
    return sorted(each.partition("@")[0] for each in inbox.recipients)


def test_each_user_gets_one_email_with_their_own_link_in_their_language(
    kyc: Visitor, waiting: Waiting, worker: JobWorker, database: Database, inbox: Inbox
) -> None:
    waiting.add("ana")
    waiting.add("bob", preferredLanguage="en")
    waiting.add("called")
    waiting.contact("called", 1)
    job = start(kyc)
    assert inbox.messages == []
    assert kinds(database) == ["called_reached"]
    worker.work()
    sent = {each["To"]: str(each.get_content()) for each in inbox.messages}
    assert sent.keys() == {"ana@example.com", "bob@example.com"}
    assert link_of("ana") in sent["ana@example.com"]
    assert "Hola, Ana:" in sent["ana@example.com"]
    assert link_of("bob") in sent["bob@example.com"]
    assert "Hi Bob," in sent["bob@example.com"]
    assert details(database, job) == {"ana": "done emailed", "bob": "done emailed"}
    assert kinds(database) == ["called_reached", "email_sent", "email_sent"]
    assert outcomes(database) == ["attempted", "succeeded"] * 2
    page = kyc.get(f"/jobs/{job}")
    assert "Send 2 links by email" in page.words
    assert "2 of 2 rows" in page.words
    assert "Email sent" in page.words
    assert "Last contact Email sent" in kyc.get(f"/users/{waiting.ids['ana']}").words


def test_no_link_is_in_a_table_of_jobs_a_page_a_file_or_the_log(
    kyc: Visitor,
    waiting: Waiting,
    worker: JobWorker,
    database: Database,
    inbox: Inbox,
    capsys: pytest.CaptureFixture[str],
) -> None:
    waiting.add("ana")
    inbox.refuses_to["bea@example.com"] = "550 no"
    waiting.add("bea")
    shown = check(kyc)
    job = int(kyc.post(PATH, fields_of(shown)).headers["Location"].rpartition("/")[2])
    before = kyc.get(f"/jobs/{job}")
    worker.work()
    file = kyc.http.get(f"/jobs/{job}.csv")
    seen = [shown.text, before.text, kyc.get(f"/jobs/{job}").text, kyc.get("/jobs").text, file.text]
    with database.read() as connection:
        tables = (jobs, job_rows, audit, contacts, intents)
        seen += [str(connection.execute(select(table)).all()) for table in tables]
    seen.append(capsys.readouterr().err)
    assert not [text[:80] for text in seen if "inq_ana" in text or "inq_bea" in text]
    assert "inq_ana" in str(inbox.messages[0].get_content())
    head, first, *_rest = file.text.lstrip("\ufeff").splitlines()
    assert head == "row,email,language,result,detail,answer,user_id"
    assert (
        re.match(r"1,(ana|bea)@example.com,es,(done,emailed|refused,address_refused,550),", first)
        or first
    )


def test_each_email_fits_its_user_as_they_are_when_it_is_sent(
    kyc: Visitor,
    waiting: Waiting,
    worker: JobWorker,
    simulator: RunningSimulator,
    database: Database,
    inbox: Inbox,
    log_in: LogIn,
) -> None:
    for name in ("same", "active", "banned", "moved", "gone", "called", "newer", "lost"):
        waiting.add(name, 3)
    waiting.add("late", 23)
    job = start(kyc)
    worker.clock.advance(minutes=90)
    simulator.set_status(str(waiting.ids["active"]), "active")
    simulator.set_status(str(waiting.ids["banned"]), "banned")
    simulator.let_happen(str(waiting.ids["gone"]), "vanished")
    user = next(each for each in simulator.users() if each["email"] == "moved@example.com")
    simulator.add_user(user | {"email": "elsewhere@example.com"})
    waiting.contact("called", -1)
    waiting.start("newer", 1, InquiryState.HELD, link_of("newest"))
    waiting.start("lost", 1, InquiryState.HELD, "https://evil.example/?inquiry-id=inq_lost")
    worker.work()
    assert details(database, job) == {
        "same": "done emailed",
        "newer": "done emailed",
        "active": "already active",
        "called": "already contacted",
        "banned": "refused not_pending",
        "moved": "refused address_changed",
        "gone": "refused user_gone",
        "late": "refused link_expired",
        "lost": "refused no_link",
    }
    assert names(inbox) == ["newer", "same"]
    texts = "".join(str(each.get_content()) for each in inbox.messages)
    assert link_of("newest") in texts
    assert link_of("newer") not in texts
    words = log_in(Role.KYC).get(f"/jobs/{job}").words
    for said in (
        "The user is active by now. Nothing was sent.",
        "The user was contacted in the meantime. Nothing was sent.",
        "The user is no longer pending. Nothing was sent.",
        "The user’s address has changed since the list was checked. Nothing was sent.",
        "The API no longer knows this user. Nothing was sent.",
        "The link has probably expired. Nothing was sent.",
        "We no longer have an active link for this user. Nothing was sent.",
    ):
        assert said in words
    assert outcomes(database) == ["attempted", "succeeded"] * 2


def test_a_text_that_was_changed_after_the_start_is_not_sent(
    kyc: Visitor,
    waiting: Waiting,
    worker: JobWorker,
    database: Database,
    inbox: Inbox,
    log_in: LogIn,
) -> None:
    waiting.add("ana")
    job = start(kyc)
    text = {"language": "es", "revision": "0", "subject": "Nuevo", "body": "Hola\n{link}\n"}
    log_in(Role.ADMIN).post("/settings/texts/link_fresh", text)
    worker.work()
    assert details(database, job) == {"ana": "refused text_changed"}
    assert inbox.messages == []


def test_what_the_mail_server_refuses_is_told_and_only_that_is_retried(
    kyc: Visitor, waiting: Waiting, worker: JobWorker, database: Database, inbox: Inbox
) -> None:
    for name in ("ana", "bad", "spam"):
        waiting.add(name)
    inbox.refuses_to["bad@example.com"] = "550 no such user"
    job = start(kyc)
    worker.work()
    assert details(database, job) == {
        "ana": "done emailed",
        "spam": "done emailed",
        "bad": "refused address_refused 550",
    }
    assert "The mail server refuses this address (550)." in kyc.get(f"/jobs/{job}").words
    inbox.refuses_to.clear()
    inbox.refuses_text = "554 spam"
    kyc.post(f"/jobs/{job}/retry")
    worker.work()
    assert details(database, job)["bad"] == "refused mail_refused 554"
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


def test_the_same_form_starts_one_job_though_its_list_is_another_by_then(
    kyc: Visitor, waiting: Waiting, worker: JobWorker, inbox: Inbox
) -> None:
    waiting.add("ana")
    fields = fields_of(check(kyc))
    first = kyc.post(PATH, fields, status=303)
    worker.work()
    second = kyc.post(PATH, fields, status=303)
    assert first.headers["Location"] == second.headers["Location"]
    worker.work()
    assert names(inbox) == ["ana"]


def test_two_jobs_with_the_same_users_send_one_email_each(
    kyc: Visitor, waiting: Waiting, worker: JobWorker, database: Database, inbox: Inbox
) -> None:
    waiting.add("ana")
    waiting.add("bea")
    pages = [check(kyc) for _ in range(2)]
    jobs_ = [
        int(kyc.post(PATH, fields_of(page)).headers["Location"].rpartition("/")[2])
        for page in pages
    ]
    worker.work()
    assert names(inbox) == ["ana", "bea"]
    found = [details(database, job)[name] for job in jobs_ for name in ("ana", "bea")]
    assert sorted(found) == ["already contacted"] * 2 + ["done emailed"] * 2


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


def test_a_job_that_is_stopped_in_the_last_moment_sends_nothing(
    kyc: Visitor, waiting: Waiting, worker: JobWorker, database: Database, inbox: Inbox
) -> None:
    waiting.add("ana")
    job = start(kyc)
    runner = worker.services.jobs.runner
    taken = runner._take()  # noqa: SLF001  the moment between two transactions
    assert not isinstance(taken, timedelta)
    kyc.post(f"/jobs/{job}/stop")
    assert not isinstance(runner._perform(taken), RowEnd)  # noqa: SLF001  the same
    assert inbox.messages == []
    assert outcomes(database) == []


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
        assert "The job waits for the hourly limit of emails." in page.words
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
