"""Errors on our side: hosts, forms, roles, our database, and what the log may hold."""

import secrets
import time
from contextlib import closing
from uuid import UUID

import pytest
from flask import Flask

from dashboard.app import create_app
from dashboard.config.settings import load_config
from dashboard.services.operations.readiness import NotReadyError
from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from tests.support import databases
from tests.support.browsing import HTMX, Visitor
from tests.support.clock import TestClock
from tests.support.pages import audit_log
from tests.support.people import Hire, LogIn
from tests.support.servers.simulator_process import RunningSimulator


def user_id(simulator: RunningSimulator) -> str:
    return str(simulator.users()[0]["id"])


@pytest.mark.parametrize("host", ["evil.test", "localhost.evil.test", "localhost@evil.test", ""])
def test_a_host_that_is_not_ours_gets_a_page_all_the_same(visitor: Visitor, host: str) -> None:
    page = visitor.get("/login", status=400, headers={"Host": host or "127.0.0.1.evil.test"})
    assert "We can’t read this request" in page.words
    assert "evil.test" not in page.text


def test_a_forwarded_host_or_address_is_believed_only_behind_proxies(
    visitor: Visitor, hire: Hire, database: Database
) -> None:
    visitor.http.environ_base["HTTP_X_FORWARDED_FOR"] = "192.0.2.99"
    visitor.http.environ_base["HTTP_X_FORWARDED_HOST"] = "evil.test"
    visitor.log_in(*hire(Role.SUPPORT))
    details = [row.details for row in audit_log.entries(database)]
    assert "192.0.2.99" not in str(details)


def test_a_refused_role_is_recorded_and_told(
    log_in: LogIn, database: Database, simulator: RunningSimulator
) -> None:
    nobody = log_in()
    page = nobody.get(f"/users/{UUID(int=5)}", status=403)
    assert "You don’t have access to this page" in page.words
    row = audit_log.entries(database)[-1]
    assert (row.action, row.outcome, row.subject_id) == ("users:read", "rejected", str(UUID(int=5)))
    assert simulator.requests() == []


def test_a_form_without_its_token_is_refused_in_words(support: Visitor) -> None:
    answer = support.http.post("/logout")
    assert answer.status_code == 400
    assert "This form has expired" in answer.text
    support.get("/users")


def test_a_form_past_every_size_is_refused(visitor: Visitor) -> None:
    big = visitor.http.post("/login", data={"email": "x" * 300_000})
    assert big.status_code == 413
    assert "This form is too large to send" in big.text
    many = {f"f{number}": "x" for number in range(10_000)}
    assert visitor.http.post("/login", data=many).status_code == 413
    assert visitor.http.get("/login", query_string=many).status_code == 413


def test_the_wrong_method_is_refused_in_words(visitor: Visitor) -> None:
    answer = visitor.http.delete("/login")
    assert answer.status_code in {400, 405}
    assert visitor.http.put("/users").status_code in {400, 405}


def test_a_database_that_is_gone_is_a_503_and_nothing_is_sent(
    support: Visitor, database: Database, simulator: RunningSimulator
) -> None:
    with databases.behind_our_back(database) as connection:
        connection.exec_driver_sql("ALTER TABLE sessions RENAME TO sessions_gone")
    page = support.get("/users", status=503)
    assert "Our database isn’t responding" in page.words
    assert simulator.requests() == []
    assert support.http.get("/healthz").status_code == 200


def test_reads_go_on_while_somebody_else_writes_for_long(
    support: Visitor, database: Database, simulator: RunningSimulator, clock: TestClock
) -> None:
    support.get("/users?page=2")
    clock.advance(minutes=1)  # the session must be written again, too
    other = databases.another(database)
    with closing(other), other.write():
        began = time.monotonic()
        for path in ("/users", f"/users/{user_id(simulator)}"):
            assert simulator.users()[0]["email"] in support.get(path).words
        assert time.monotonic() - began < 4  # a write waits for 5 s
    clock.advance(minutes=61)
    support.get("/users", status=303)


def test_reads_go_on_while_nothing_can_be_remembered(
    support: Visitor, database: Database, simulator: RunningSimulator
) -> None:
    with database.write() as connection:
        databases.refuse(connection, "INSERT ON sightings")
    for path in ("/users", f"/users/{user_id(simulator)}"):
        assert simulator.users()[0]["email"] in support.get(path).words


def test_nobody_logs_in_while_the_audit_cannot_be_written(
    visitor: Visitor, hire: Hire, database: Database
) -> None:
    email, password = hire(Role.SUPPORT)
    with databases.behind_our_back(database) as connection:
        databases.refuse(connection, "INSERT ON audit")
    answer = visitor.http.post(
        "/login",
        data={"email": email, "password": password, "csrf_token": visitor.csrf_token()},
    )
    assert answer.status_code == 503
    assert "Nothing was sent" in answer.text
    visitor.get("/users", status=303)


def test_a_lost_trigger_makes_the_dashboard_not_ready(visitor: Visitor, database: Database) -> None:
    assert visitor.http.get("/readyz").text == "ok\n"
    with database.write() as connection:
        databases.lose(connection, "audit_no_update")
    answer = visitor.http.get("/readyz")
    assert (answer.status_code, answer.text) == (503, "not ready\n")


def test_a_bug_shows_no_secret_and_no_person(
    capsys: pytest.CaptureFixture[str], app: Flask, log_in: LogIn
) -> None:
    canary = "canary-" + secrets.token_hex(8)
    visitor = log_in(Role.ADMIN)

    def broken() -> str:
        raise RuntimeError(canary)

    app.view_functions["health.alive"] = broken
    answer = visitor.http.get("/healthz")
    assert answer.status_code == 500
    assert "The dashboard had an error" in answer.text
    printed = "".join(capsys.readouterr())
    assert canary not in answer.text + printed
    assert "RuntimeError" in printed
    assert "test_mishaps.py" in printed


def test_no_secret_and_no_query_is_in_the_log(
    capsys: pytest.CaptureFixture[str],
    app: Flask,
    settings: dict[str, str],
    hire: Hire,
    simulator: RunningSimulator,
) -> None:
    visitor = Visitor(app)
    email, password = hire(Role.SUPPORT)
    visitor.log_in(email, password)
    simulator.set_faults([{"status": 503}])
    visitor.http.get("/users?q=canary-person%0a%1b[31m", headers=HTMX)
    simulator.accept_keys(1, accepted=False)
    visitor.http.get(f"/users/{user_id(simulator)}?q=canary-person")
    printed = "".join(capsys.readouterr())
    assert '"event": "request"' in printed
    for word in ("canary-person", email, password, settings["PARTNER_API_SECRET"], "\x1b"):
        assert word not in printed
    assert settings["PARTNER_API_KEY"] not in printed


def test_a_database_of_another_environment_is_refused(settings: dict[str, str], app: Flask) -> None:
    assert app
    settings["DASHBOARD_ENVIRONMENT"] = "production"
    with pytest.raises(NotReadyError, match="belongs to environment 'local'"):
        create_app(load_config(None, **settings))
    settings["DASHBOARD_ENVIRONMENT"] = "local"
    settings["PARTNER_API_URL"] = "http://localhost:9"
    create_app(load_config(None, **settings))
    settings["PARTNER_API_URL"] = "https://api.example.com"
    with pytest.raises(NotReadyError, match="Give each its own DATABASE_URL"):
        create_app(load_config(None, **settings))
