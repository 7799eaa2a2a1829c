"""The job that emails many users their link: each row is one email, as its user is by then."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from dashboard.services.jobs.kinds import RowEnd
from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from dashboard.store.kyc.states import InquiryState
from dashboard.store.schema import audit, contacts, intents, job_rows, jobs
from tests.support.browsing import Visitor
from tests.support.pages.jobs import JobWorker
from tests.support.pages.many.sending import PATH, Waiting, check, fields_of, link_of, start
from tests.support.pages.sent import details, kinds, names, outcomes
from tests.support.people import LogIn
from tests.support.servers.mail_server import Inbox
from tests.support.servers.simulator_process import RunningSimulator

pytestmark = pytest.mark.on_postgres


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
    file = kyc.post(f"/jobs/{job}.csv", {"reason": "To check them"}, status=200)
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
        "The user is already active. Nothing was sent.",
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
