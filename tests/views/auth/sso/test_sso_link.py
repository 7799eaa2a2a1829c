"""An account that an email finds becomes a member's only after their second factor (S10)."""

import pytest
from flask import Flask

from dashboard.app import create_app
from dashboard.config.settings import load_config
from dashboard.services.permissions import Role
from dashboard.services.staff.manage import Staff
from dashboard.store.db.database import Database
from tests.support.browsing import Visitor
from tests.support.clock import TestClock
from tests.support.databases import accept, refuse
from tests.support.pages import audit_log
from tests.support.pages.sso import (
    ahead,
    log_in_by_sso,
    member,
    provider,
    running_provider,
    settings,
    somebody,
)
from tests.support.people import Hire
from tests.support.servers.oidc_provider import OidcProvider
from tests.support.soft_passkey import enrol

__all__ = ["provider", "running_provider", "settings"]


@pytest.fixture
def with_roles(settings: dict[str, str], database: Database, clock: TestClock) -> Flask:
    """A dashboard whose roles follow from a claim."""
    assert database
    return create_app(load_config(None, **settings, OIDC_ROLES="KYC team=kyc,admins=admin"), clock)


def test_the_first_step_alone_links_nothing_and_the_second_does(
    app: Flask, hire: Hire, provider: OidcProvider, database: Database
) -> None:
    email, _ = hire(Role.SUPPORT)
    passkey = enrol(database, email)
    provider.claims = somebody(email)
    visitor = Visitor(app)
    page = log_in_by_sso(visitor, next_path="/users")
    assert ahead(page) == "/login/code?next=/users"
    assert audit_log.outcomes(database, "auth:sso") == []
    visitor.show_passkey(passkey)
    (linked,) = audit_log.outcomes(database, "auth:sso")
    assert linked[1]["issuer"] == provider.issuer
    visitor.get("/users")
    again = Visitor(app)
    provider.claims = {"sub": "ana-1", "email": "other@example.com"}
    log_in_by_sso(again)
    again.show_passkey(passkey)
    assert len(audit_log.outcomes(database, "auth:sso")) == 1


def test_a_log_in_whose_account_cannot_be_linked_is_none_and_is_not_recorded(
    app: Flask, hire: Hire, provider: OidcProvider, database: Database
) -> None:
    email, _ = hire(Role.SUPPORT)
    passkey = enrol(database, email)
    provider.claims = somebody(email)
    visitor = Visitor(app)
    log_in_by_sso(visitor)
    with database.write() as connection:
        refuse(connection, "INSERT ON sso_accounts")
    visitor.show_passkey(passkey, status=503)
    visitor.get("/users", status=303)
    assert audit_log.outcomes(database, "auth:login") == []
    with database.write() as connection:
        accept(connection, "sso_accounts")
    visitor.show_passkey(passkey)
    visitor.get("/users")
    for action in ("auth:login", "auth:sso"):
        assert len(audit_log.entries(database, action)) == 1


def test_another_account_with_the_email_takes_no_owner_s_place(
    app: Flask, hire: Hire, provider: OidcProvider, database: Database
) -> None:
    email, _ = hire(Role.SUPPORT)
    passkey = enrol(database, email)
    provider.claims = somebody(email, subject="stranger")
    log_in_by_sso(Visitor(app))
    provider.claims = somebody(email)
    owner = Visitor(app)
    log_in_by_sso(owner)
    owner.show_passkey(passkey)
    owner.get("/users")


def test_of_two_that_are_half_way_the_first_to_finish_is_linked(
    app: Flask, hire: Hire, provider: OidcProvider, database: Database, staff: Staff
) -> None:
    email, _ = hire(Role.SUPPORT)
    passkey = enrol(database, email)
    first, second = Visitor(app), Visitor(app)
    for visitor, subject in ((first, "ana-1"), (second, "ana-2")):
        provider.claims = somebody(email, subject=subject)
        log_in_by_sso(visitor)
    for visitor in (first, second):
        visitor.show_passkey(passkey)
    assert len(audit_log.outcomes(database, "auth:sso")) == 1
    assert member(staff, email).has_sso_account


def test_roles_of_a_claim_follow_after_the_second_step(
    with_roles: Flask, hire: Hire, provider: OidcProvider, database: Database, staff: Staff
) -> None:
    email, password = hire(Role.SUPPORT)
    inside = Visitor(with_roles)
    inside.log_in(email, password)
    passkey = enrol(database, email)
    provider.claims = somebody(email, "Football", "KYC team")
    visitor = Visitor(with_roles)
    log_in_by_sso(visitor)
    assert member(staff, email).roles == {Role.SUPPORT}
    inside.get("/users")
    visitor.show_passkey(passkey)
    assert member(staff, email).roles == {Role.KYC}
    visitor.get("/users")
    inside.get("/users", status=303)


def test_a_claim_without_a_role_links_nothing_and_changes_nothing(
    with_roles: Flask, hire: Hire, provider: OidcProvider, database: Database, staff: Staff
) -> None:
    email, _ = hire(Role.SUPPORT)
    enrol(database, email)
    provider.claims = somebody(email, "Football")
    log_in_by_sso(Visitor(with_roles), status=403)
    assert audit_log.outcomes(database, "auth:login")[-1][1]["cause"] == "no role"
    assert audit_log.outcomes(database, "auth:sso") == []
    assert member(staff, email).roles == {Role.SUPPORT}
