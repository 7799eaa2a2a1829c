"""Erasing what we keep about a user: asked for by an admin, recorded first, never too early."""

from uuid import UUID, uuid4

from flask import Flask
from sqlalchemy import select, update

from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from dashboard.store.schema import directory, inquiries
from dashboard.web.context import services
from tests.support import databases
from tests.support.browsing import Visitor
from tests.support.clock import TestClock
from tests.support.pages.forms import KYC, TOKEN, send, trail
from tests.support.pages.known_user import EMAIL, PHONE, KnownUser, admin, known
from tests.support.people import LogIn
from tests.support.sampling import all_of
from tests.support.servers.simulator_process import RunningSimulator

__all__ = ["admin", "known"]
REASON = "Asked for by letter of 3 May"
LOST = [{"method": "POST", "reset": "after"}]


def user_with(simulator: RunningSimulator, status: str) -> tuple[UUID, str]:
    user = next(user for user in simulator.users() if user["status"] == status)
    return UUID(user["id"]), str(user["email"])


def phone_of(database: Database, user_id: UUID) -> str | None:
    with database.read() as connection:
        kept = select(directory.c.phone).where(directory.c.user_id == user_id)
        return connection.execute(kept).scalar()


def erase(admin: Visitor, user_id: UUID, confirm: str, *, status: int = 303) -> str:
    fields = {"reason": REASON, "confirm": confirm}
    return admin.post(f"/users/{user_id}/erase", fields, status=status).words


def test_the_form_says_first_what_goes_and_what_comes_back(
    admin: Visitor, known: KnownUser, simulator: RunningSimulator
) -> None:
    assert f"/users/{known.id}/erase" in admin.get(f"/users/{known.id}").text
    simulator.clear_requests()
    page = admin.get(f"/users/{known.id}/erase")
    assert simulator.requests() == []
    for said in (
        "Entry in the directory: 1",
        "Statuses we saw: 2",
        "Registrations: 1",
        "KYC starts, with their links: 1",
        "Reasons and tickets of tokens: 1",
        "Backups keep the user until they expire. While the API lists the user, opening them",
        "type it letter by letter: Qzxv.Jkwq@example.com",
    ):
        assert said in page.words


def test_the_page_after_it_says_what_was_erased_and_nothing_personal(
    admin: Visitor, known: KnownUser, app: Flask
) -> None:
    erase(admin, known.id, "qzxv.jkwq@EXAMPLE.com")
    page = admin.get(f"/users/{known.id}/erase")
    assert "by Ana Martins" in page.words
    assert "Statuses we saw: 2" in page.words
    assert "We keep nothing about this user now." in page.words
    assert not [text for text in known.texts if text in page.text]
    assert 'name="confirm"' not in page.text
    with app.app_context():
        assert services().audit.log.verify() is None
    entry = admin.get("/audit?action=users:erase").words
    assert "Erased our copy of a user" in entry


def test_it_is_recorded_in_the_same_transaction_before_it_happens(
    admin: Visitor, known: KnownUser, database: Database
) -> None:
    with database.write() as connection:
        databases.refuse(connection, "DELETE ON sightings")
    erase(admin, known.id, EMAIL, status=503)
    assert trail(database, "users:erase") == []
    assert phone_of(database, known.id) == PHONE
    with database.write() as connection:
        databases.accept(connection, "sightings")
        databases.refuse(connection, "INSERT ON audit")
    erase(admin, known.id, EMAIL, status=503)
    assert phone_of(database, known.id) == PHONE


@all_of(
    "fields,said",
    [
        ({"reason": "", "confirm": EMAIL}, "Enter a reason for erasing."),
        ({"reason": "no", "confirm": EMAIL}, "Enter 5 to 300 characters."),
        ({"reason": REASON, "confirm": ""}, "Enter it as shown above. Nothing was erased."),
        ({"reason": REASON, "confirm": "ana@example.com"}, "Enter it as shown above."),
    ],
)
def test_without_a_reason_and_a_confirmation_nothing_is_erased(
    admin: Visitor, database: Database, known: KnownUser, fields: dict[str, str], said: str
) -> None:
    page = admin.post(f"/users/{known.id}/erase", fields, status=422)
    assert said in page.words
    assert fields["reason"] in page.text
    assert trail(database, "users:erase") == []
    assert "Entry in the directory: 1" in page.words


def test_a_user_we_know_nothing_of_has_no_form(admin: Visitor) -> None:
    page = admin.get(f"/users/{uuid4()}/erase")
    assert "We keep nothing about this user now." in page.words


def test_a_user_without_an_email_is_confirmed_by_their_id(
    admin: Visitor, database: Database, known: KnownUser
) -> None:
    erase(admin, known.id, EMAIL)
    admin.post("/kept", {"sent_to": f"/users/{known.id}/kyc", "first_name": "Zyxq"})
    assert f"letter by letter: {known.id}" in admin.get(f"/users/{known.id}/erase").words
    erase(admin, known.id, EMAIL, status=422)
    erase(admin, known.id, str(known.id))
    assert trail(database, "users:erase") == [("succeeded", None)] * 2


def test_a_lost_kyc_start_is_settled_first(
    admin: Visitor, database: Database, simulator: RunningSimulator
) -> None:
    user_id, email = user_with(simulator, "pending")
    admin.get(f"/users/{user_id}")
    simulator.set_faults(LOST)
    send(admin, f"/users/{user_id}/kyc", KYC, status=303)
    simulator.set_faults([])
    assert "This user can’t be erased yet." in erase(admin, user_id, email, status=409)
    assert "This user can’t be erased yet." in admin.get(f"/users/{user_id}/erase").words
    assert trail(database, "users:erase") == []
    simulator.set_status(str(user_id), "active")
    admin.get(f"/users/{user_id}")
    erase(admin, user_id, email)
    with database.read() as connection:
        assert connection.execute(select(inquiries)).all() == []


def test_a_token_that_may_exist_is_waited_for_until_it_would_have_expired(
    admin: Visitor, simulator: RunningSimulator, clock: TestClock, log_in: LogIn
) -> None:
    user_id, email = user_with(simulator, "active")
    simulator.set_faults(LOST)
    send(admin, f"/users/{user_id}/tokens", TOKEN, status=502)
    simulator.set_faults([])
    erase(admin, user_id, email, status=409)
    clock.advance(days=31)
    erase(log_in(Role.ADMIN), user_id, email)


def test_a_token_from_before_a_clock_was_put_back_is_not_waited_for(
    admin: Visitor, simulator: RunningSimulator, clock: TestClock, log_in: LogIn
) -> None:
    user_id, email = user_with(simulator, "active")
    clock.advance(hours=11)
    simulator.set_faults(LOST)
    send(log_in(Role.ADMIN), f"/users/{user_id}/tokens", TOKEN, status=502)
    simulator.set_faults([])
    clock.advance(hours=-11)
    erase(admin, user_id, email)


def test_a_lost_registration_of_their_email_is_settled_first(
    admin: Visitor, known: KnownUser, database: Database
) -> None:
    with database.write() as connection:
        connection.exec_driver_sql("UPDATE registrations SET state = 'unknown'")
    erase(admin, known.id, EMAIL, status=409)


def test_an_outcome_of_a_user_who_is_gone_is_not_waited_for(
    admin: Visitor, simulator: RunningSimulator, database: Database, clock: TestClock
) -> None:
    user_id, email = user_with(simulator, "pending")
    admin.get(f"/users/{user_id}")
    simulator.set_faults(LOST)
    send(admin, f"/users/{user_id}/kyc", KYC, status=303)
    with database.write() as connection:
        connection.execute(update(directory).values(gone_at=clock()))
    erase(admin, user_id, email)


def test_only_admins_may(support: Visitor, known: KnownUser) -> None:
    assert "/erase" not in support.get(f"/users/{known.id}").text
    support.get(f"/users/{known.id}/erase", status=403)
    erase(support, known.id, EMAIL, status=403)
