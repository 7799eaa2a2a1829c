"""Staff who must use a second factor: nothing opens until they have one."""

from urllib.parse import unquote

import pytest
from flask import Flask
from sqlalchemy import update

from dashboard.app import create_app
from dashboard.config.settings import Config, load_config
from dashboard.services.auth.sessions import Method
from dashboard.services.permissions import Permission, Role
from dashboard.services.staff.manage import Staff
from dashboard.store.db.database import Database
from dashboard.store.schema import sessions
from dashboard.store.schema import staff as staff_table
from dashboard.web.routing import Open
from tests.support.browsing import HTMX, Visitor
from tests.support.clock import TestClock
from tests.support.pages.factors import add_app, add_passkey, codes_in, kept
from tests.support.servers.simulator_process import RunningSimulator
from tests.support.soft_passkey import SoftPasskey, enrol
from tests.support.walking import walk

PASSWORD = "a password of my own"


@pytest.fixture
def config(settings: dict[str, str]) -> Config:
    return load_config(None, **{**settings, "DASHBOARD_ENVIRONMENT": "production"})


@pytest.fixture
def newcomer(app: Flask, staff: Staff) -> Visitor:
    """An admin who has a password and nothing else."""
    staff.add("new@example.com", "Nadia", PASSWORD, [Role.ADMIN])
    visitor = Visitor(app)
    visitor.log_in("new@example.com", PASSWORD)
    return visitor


def test_every_page_leads_to_setting_one_up_and_nothing_is_called(
    newcomer: Visitor, app: Flask, simulator: RunningSimulator
) -> None:
    for step in walk(app):
        if not isinstance(step.policy.access, Permission):
            continue
        sent = {"csrf_token": newcomer.csrf_token()}
        answer = newcomer.http.open(step.path, method=step.method, data=sent)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/account/factors"), (
            step.path
        )
        under_htmx = newcomer.http.open(step.path, method=step.method, data=sent, headers=HTMX)
        assert under_htmx.headers["HX-Redirect"] == "/account/factors", step.path
        assert not under_htmx.text
    assert simulator.requests() == []


def test_the_page_says_why_and_the_account_stays_open(newcomer: Visitor, app: Flask) -> None:
    assert "Set up a second factor to continue." in newcomer.get("/account/factors").words
    for step in walk(app):
        if step.policy.access is Open.STAFF and step.method == "GET":
            answer = newcomer.http.get(step.path)
            assert answer.status_code in {200, 303}, step.path  # nothing is to be confirmed now
            assert answer.headers.get("Location") != "/account/factors", step.path


def test_with_a_factor_everything_opens(
    newcomer: Visitor, clock: TestClock, simulator: RunningSimulator
) -> None:
    add_app(newcomer, clock())
    assert "Set up a second factor to continue" not in newcomer.get("/account/factors").words
    newcomer.get("/staff")
    newcomer.get("/users")
    assert simulator.requests()


@pytest.mark.parametrize("role", Role)
def test_in_production_it_is_every_role(app: Flask, staff: Staff, role: Role) -> None:
    staff.add("new@example.com", "Nadia", PASSWORD, [role])
    visitor = Visitor(app)
    visitor.log_in("new@example.com", PASSWORD)
    page = visitor.get("/users", status=303)
    assert page.headers["Location"] == "/account/factors"


@pytest.fixture
def relaxed(settings: dict[str, str], database: Database, clock: TestClock) -> Flask:
    """An installation that asks support for a second factor, beside issuers and admins."""
    assert database
    production = {"DASHBOARD_ENVIRONMENT": "production", "SECOND_FACTOR_ROLES": "support"}
    return create_app(load_config(None, **{**settings, **production}), clock)


@pytest.mark.parametrize("role", Role)
def test_the_setting_relaxes_it_and_never_for_issuers_and_admins(
    relaxed: Flask, staff: Staff, role: Role
) -> None:
    staff.add("new@example.com", "Nadia", PASSWORD, [role])
    visitor = Visitor(relaxed)
    visitor.log_in("new@example.com", PASSWORD)
    leads = role in {Role.SUPPORT, Role.ISSUER, Role.ADMIN}
    visitor.get("/users", status=303 if leads else 200)


def test_an_admin_may_require_it_of_anybody(
    relaxed: Flask, staff: Staff, database: Database
) -> None:
    known = ("new@example.com", PASSWORD)
    staff.add(known[0], "Nadia", PASSWORD, [Role.VIEWER])
    visitor = Visitor(relaxed)
    visitor.log_in(*known)
    visitor.get("/users")
    with database.write() as connection:
        connection.execute(update(staff_table).values(second_factor_required=True))
    visitor.get("/users", status=303)


def test_who_was_asked_by_the_identity_provider_is_excused(
    newcomer: Visitor, database: Database
) -> None:
    newcomer.get("/users", status=303)
    with database.write() as connection:
        connection.execute(update(sessions).values(method=Method.SSO))
    newcomer.get("/users")


def test_the_last_one_stays(newcomer: Visitor, clock: TestClock, database: Database) -> None:
    add_app(newcomer, clock())
    account = newcomer.get("/account")
    assert "You can’t remove it: your account must have a second factor." in account.words
    assert "/account/authenticator/remove" not in account.text
    newcomer.post("/account/authenticator/remove")
    assert "No changes were made." in newcomer.get("/account").words
    newcomer.get("/users")
    enrol(database, "new@example.com")
    newcomer.post("/account/authenticator/remove")
    assert "Second factor removed." in newcomer.get("/account").words
    newcomer.post("/account/passkeys/1/remove")
    assert "No changes were made." in newcomer.get("/account").words


def test_a_change_asks_again_and_the_name_that_was_typed_is_kept(
    newcomer: Visitor, clock: TestClock, database: Database
) -> None:
    clock.advance(minutes=6)
    assert newcomer.get("/account/factors", status=303).headers["Location"] == (
        "/confirm?next=/account/factors"
    )
    assert "You’ll confirm that it’s you" in newcomer.get("/account").words
    answer = add_passkey(newcomer, SoftPasskey("late"), name="My own name", status=303)
    assert answer.headers["Location"].startswith("/confirm?next=")
    assert kept(database) == [0, 0, 0]
    back = answer.headers["Location"].partition("next=")[2]
    again = newcomer.post("/confirm", {"password": PASSWORD, "next": unquote(back)})
    page = newcomer.get(again.headers["Location"])
    assert 'value="My own name"' in page.text
    codes_in(add_passkey(newcomer, SoftPasskey("late")))
