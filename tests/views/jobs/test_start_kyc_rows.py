"""Jobs that start KYC: each user once, and how each row ends."""

from uuid import UUID

import pytest

from dashboard.app import create_app
from dashboard.config.settings import load_config
from dashboard.services.actors import WORKER
from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from dashboard.store.kyc.states import InquiryState
from tests.support.browsing import Visitor
from tests.support.clock import TestClock
from tests.support.pages.forms import trail
from tests.support.pages.jobs import JobWorker, states, worker_of
from tests.support.pages.many.starts import (
    HEADER,
    PATH,
    pending,
    start,
    started,
    table,
)
from tests.support.pages.someone import Someone
from tests.support.people import Hire
from tests.support.servers.simulator_process import RunningSimulator

pytestmark = pytest.mark.on_postgres
LOST = {"method": "POST", "path": "/kyc", "reset": "after", "times": 1}


def test_kyc_is_started_for_each_user_once_and_recorded(
    kyc: Visitor, worker: JobWorker, simulator: RunningSimulator, database: Database
) -> None:
    users = pending(simulator, database, 3)
    job = start(kyc, table([*users[:2], "kyc3@example.com"]))
    assert started(simulator) == []
    worker.work()
    assert started(simulator) == users
    assert states(database, job) == ["done"] * 3
    outcomes = [outcome for outcome, _ in trail(database, "kyc:start")]
    assert outcomes == ["attempted", "succeeded"] * 3
    page = kyc.get(f"/jobs/{job}")
    assert "Start KYC for 3 users" in page.words
    assert f'href="/users/{users[0]}"' in page.text
    assert "KYC started" in page.words
    assert "Link active" in kyc.get("/kyc?lane=link_fresh").words


def test_the_applicant_is_sent_as_the_row_says(
    kyc: Visitor, worker: JobWorker, simulator: RunningSimulator, database: Database
) -> None:
    (user,) = pending(simulator, database)
    start(kyc, f"{HEADER}\n,{user},Zoë,Núñez Peña,+573005550142,1990-02-03")
    worker.work()
    (call,) = [call for call in simulator.requests() if call.method == "POST"]
    assert call.body == {
        "userId": user,
        "firstName": "Zoë",
        "lastName": "Núñez Peña",
        "email": "kyc1@example.com",
        "phone": "+573005550142",
        "birthDate": "1990-02-03",
    }


def test_a_user_who_was_started_since_the_preview_is_not_sent(
    kyc: Visitor, worker: JobWorker, simulator: RunningSimulator, database: Database
) -> None:
    (user,) = pending(simulator, database)
    job, second = start(kyc, table([user])), start(kyc, table([user]))
    worker.work()
    assert started(simulator) == [user]
    assert states(database, job) + states(database, second) == ["done", "already"]
    assert "Nothing was sent." in kyc.get(f"/jobs/{second}").words


def test_a_user_whose_link_was_imported_since_the_preview_is_not_sent(
    kyc: Visitor, worker: JobWorker, simulator: RunningSimulator, database: Database
) -> None:
    user = Someone(kyc, simulator, database).known()
    job = start(kyc, table([str(user.id)]))
    user.started(InquiryState.HELD)
    worker.work()
    assert started(simulator) == []
    assert states(database, job) == ["already"]
    assert "KYC was started here before. Nothing was sent." in kyc.get(f"/jobs/{job}").words


def test_a_start_that_the_api_refuses_says_why(
    kyc: Visitor, worker: JobWorker, simulator: RunningSimulator, database: Database
) -> None:
    users = pending(simulator, database, 2)
    of_kyc = {"method": "POST", "path": "/kyc", "times": 1}
    simulator.set_faults([{**of_kyc, "status": 409}])
    job = start(kyc, table(users))
    worker.turn()
    simulator.set_faults([{**of_kyc, "status": 400}])
    worker.work()
    assert states(database, job) == ["already", "refused"]
    page = kyc.get(f"/jobs/{job}")
    assert "The API says that KYC was started before." in page.words
    assert "The API says: “" in page.words
    kyc.post(f"/jobs/{job}/retry")
    worker.work()
    assert states(database, job) == ["already", "done"]
    assert started(simulator) == [*users, users[1]]


def test_a_lost_start_is_not_sent_again_and_is_settled_by_the_user_s_status(
    kyc: Visitor, worker: JobWorker, simulator: RunningSimulator, database: Database
) -> None:
    (user,) = pending(simulator, database)
    simulator.set_faults([LOST])
    job = start(kyc, table([user]))
    worker.work()
    assert states(database, job) == ["unconfirmed"]
    page = kyc.get(f"/jobs/{job}")
    assert "1 row isn’t confirmed." in page.words
    assert "KYC may have started." in page.words
    assert "Retry" not in page.words
    kyc.post(f"/jobs/{job}/retry")
    worker.work()
    assert started(simulator) == [user]
    simulator.set_status(user, "active")
    kyc.get(f"/users/{user}")
    assert states(database, job) == ["already"]


def test_a_lost_start_that_did_not_happen_is_refused_once_a_later_one_is_the_first(
    kyc: Visitor, worker: JobWorker, simulator: RunningSimulator, database: Database
) -> None:
    (user,) = pending(simulator, database)
    simulator.set_faults([{**LOST, "reset": "before"}])
    job = start(kyc, table([user]))
    worker.work()
    simulator.set_faults([])
    second = start(kyc, table([user]), ticked=[1])
    worker.work()
    assert states(database, job) + states(database, second) == ["refused", "done"]
    assert "Not started: we found out later." in kyc.get(f"/jobs/{job}").words


def test_the_result_is_a_file(
    kyc: Visitor, worker: JobWorker, simulator: RunningSimulator, database: Database
) -> None:
    (user,) = pending(simulator, database)
    job = start(kyc, table([user]))
    worker.work()
    file = kyc.post(f"/jobs/{job}.csv", {"reason": "To check them"}, status=200)
    head, row = file.text.lstrip("\ufeff").splitlines()
    assert head == (
        "row,email,first_name,last_name,kyc_email,phone,birth_date,result,detail,answer,user_id"
    )
    assert row == f"1,kyc1@example.com,Ana,Soto,kyc1@example.com,,,done,started,,{user}"


def test_erasing_a_user_removes_their_rows(
    kyc: Visitor, worker: JobWorker, simulator: RunningSimulator, database: Database
) -> None:
    one, two = pending(simulator, database, 2)
    job = start(kyc, table([one, two]))
    worker.work()
    worker.services.users.erasure.erase(UUID(one), "asked for", WORKER)
    assert states(database, job) == ["done"]
    assert one not in kyc.get(f"/jobs/{job}").text


def test_a_job_stops_and_says_so_once_it_is_turned_off(
    kyc: Visitor,
    clock: TestClock,
    settings: dict[str, str],
    hire: Hire,
    simulator: RunningSimulator,
    database: Database,
) -> None:
    job = start(kyc, table(pending(simulator, database)))
    app = create_app(load_config(None, **settings, BULK_KYC="off"), clock)
    worker_of(app, clock).work()
    assert started(simulator) == []
    assert states(database, job) == ["not_run"]
    visitor = Visitor(app)
    visitor.log_in(*hire(Role.KYC))
    assert "Jobs of this kind are turned off here." in visitor.get(f"/jobs/{job}").words
    visitor.get(PATH, status=404)
