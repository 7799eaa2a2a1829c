"""Roles that follow from a claim: people come and go with their groups."""

import pytest
from flask import Flask

from dashboard.app import create_app
from dashboard.config.settings import load_config
from dashboard.services.permissions import Role
from dashboard.services.staff.manage import Staff
from dashboard.store.db.database import Database
from dashboard.store.staff import members as staff_store
from tests.support.browsing import Visitor
from tests.support.clock import TestClock
from tests.support.pages import audit_log
from tests.support.pages.links import choose
from tests.support.pages.sso import (
    come_back,
    go_out,
    log_in_by_sso,
    member,
    provider,
    running_provider,
    settings,
    somebody,
)
from tests.support.people import Hire
from tests.support.servers.oidc_provider import OidcProvider
from tests.support.soft_passkey import SoftPasskey, enrol

__all__ = ["provider", "running_provider", "settings"]

ROLES = {
    "OIDC_ROLES": "KYC team=kyc, 0f8e-4a1b=support + auditor, cn=admins=admin",
    "OIDC_NAME": "Acme account",
}


@pytest.fixture
def with_roles(settings: dict[str, str], database: Database, clock: TestClock) -> Flask:
    """A dashboard whose roles follow from a claim."""
    assert database
    return create_app(load_config(None, **settings, **ROLES), clock)


def test_somebody_new_comes_in_where_a_role_follows(
    with_roles: Flask, provider: OidcProvider, staff: Staff, database: Database
) -> None:
    provider.claims = somebody("new@example.com", "Football", "KYC team", "0f8e-4a1b")
    visitor = Visitor(with_roles)
    log_in_by_sso(visitor)
    added = member(staff, "new@example.com")
    assert added.roles == {Role.KYC, Role.SUPPORT, Role.AUDITOR}
    assert added.name == "Ana Martins"
    assert "Audit log" in visitor.get("/audit").words
    assert provider.wanted["scope"] == "openid email profile groups"
    (entry,) = audit_log.outcomes(database, "staff:add")
    assert entry[1] == {"by": "single sign-on", "roles": "auditor,kyc,support"}


def test_somebody_new_without_a_role_stays_out(
    with_roles: Flask, provider: OidcProvider, staff: Staff, database: Database
) -> None:
    provider.claims = somebody("new@example.com", "Football")
    log_in_by_sso(Visitor(with_roles), status=403)
    assert staff.every() == []
    assert audit_log.outcomes(database, "auth:login")[-1][1]["cause"] == "unknown"


def test_the_roles_follow_the_claim_and_the_old_sessions_end(
    with_roles: Flask, provider: OidcProvider, staff: Staff, database: Database
) -> None:
    provider.claims = somebody("new@example.com", "0f8e-4a1b")
    before, after = Visitor(with_roles), Visitor(with_roles)
    log_in_by_sso(before)
    log_in_by_sso(after)
    before.get("/audit")  # the same roles: nothing ends
    provider.claims = somebody("new@example.com", "KYC team")
    log_in_by_sso(after)
    before.get("/audit", status=303)
    after.get("/audit", status=403)
    assert member(staff, "new@example.com").roles == {Role.KYC}
    (entry,) = audit_log.outcomes(database, "staff:role")
    assert entry == ("succeeded", {"by": "single sign-on", "roles": "kyc"})


def test_whoever_lost_every_group_loses_every_role_and_is_refused(
    with_roles: Flask, provider: OidcProvider, staff: Staff, database: Database
) -> None:
    provider.claims = somebody("new@example.com", "KYC team")
    before = Visitor(with_roles)
    log_in_by_sso(before)
    provider.claims = somebody("new@example.com")
    log_in_by_sso(Visitor(with_roles), status=403)
    before.get("/users", status=303)
    assert member(staff, "new@example.com").roles == set()
    assert audit_log.outcomes(database, "auth:login")[-1][1]["cause"] == "no role"


def test_the_last_admin_stays_one_whatever_the_claim_says(
    with_roles: Flask, provider: OidcProvider, hire: Hire, staff: Staff, database: Database
) -> None:
    email, _ = hire(Role.ADMIN)
    provider.claims = somebody(email, "KYC team")
    visitor = Visitor(with_roles)
    log_in_by_sso(visitor)
    assert member(staff, email).roles == {Role.ADMIN}
    visitor.get("/staff")
    outcome, details = audit_log.outcomes(database, "staff:role")[-1]
    assert (outcome, details["cause"]) == ("rejected", "last admin")
    provider.claims = somebody(email, "Football")
    log_in_by_sso(Visitor(with_roles), status=403)
    assert member(staff, email).roles == {Role.ADMIN}


def test_an_admin_with_only_a_password_is_none_where_passwords_let_no_one_in(
    settings: dict[str, str], provider: OidcProvider, hire: Hire, staff: Staff
) -> None:
    hire(Role.ADMIN)
    config = load_config(None, **settings, **ROLES, PASSWORD_LOG_IN="off")
    visitor = Visitor(create_app(config))
    provider.claims = somebody("new@example.com", "cn=admins")
    log_in_by_sso(visitor)
    provider.claims = somebody("new@example.com", "KYC team")
    log_in_by_sso(visitor)
    assert member(staff, "new@example.com").roles == {Role.ADMIN}


def test_an_admin_who_is_not_the_last_goes_with_the_claim(
    with_roles: Flask, provider: OidcProvider, staff: Staff
) -> None:
    for subject in ("one", "two"):  # neither has a password: both can log in all the same
        provider.claims = somebody(f"{subject}@example.com", "cn=admins", subject=subject)
        log_in_by_sso(Visitor(with_roles))
    assert staff.has_admin()
    provider.claims = somebody("two@example.com", "KYC team", subject="two")
    log_in_by_sso(Visitor(with_roles))
    assert member(staff, "two@example.com").roles == {Role.KYC}
    provider.claims = somebody("one@example.com", "KYC team", subject="one")
    log_in_by_sso(Visitor(with_roles))
    assert member(staff, "one@example.com").roles == {Role.ADMIN}


@pytest.mark.parametrize(
    ("claim", "claims"),
    [
        ("groups", {"groups": "KYC team"}),
        ("realm_access.roles", {"groups": None, "realm_access": {"roles": ["x", "KYC team"]}}),
        ("https://example.com/roles", {"https://example.com/roles": ["KYC team", 7, None]}),
    ],
)
def test_the_claim_is_a_list_or_a_text_and_may_lie_deep(
    settings: dict[str, str],
    database: Database,
    provider: OidcProvider,
    claim: str,
    claims: dict[str, object],
) -> None:
    assert database
    config = load_config(None, **settings, **ROLES, OIDC_ROLES_CLAIM=claim)
    provider.claims = {**somebody("new@example.com"), **claims}
    log_in_by_sso(Visitor(create_app(config)))
    with database.read() as connection:
        (added,) = staff_store.every(connection)
    assert added.roles == {Role.KYC}


@pytest.mark.parametrize(
    "claims",
    [{"realm_access": "KYC team"}, {"realm_access": {"roles": {"KYC team": 1}}}, {}],
)
def test_a_claim_of_another_shape_gives_no_role(
    settings: dict[str, str],
    database: Database,
    provider: OidcProvider,
    claims: dict[str, object],
) -> None:
    assert database
    config = load_config(None, **settings, **ROLES, OIDC_ROLES_CLAIM="realm_access.roles")
    provider.claims = {**somebody("new@example.com"), **claims}
    log_in_by_sso(Visitor(create_app(config)), status=403)


def test_roles_of_a_claim_count_only_after_single_sign_on(
    with_roles: Flask,
    provider: OidcProvider,
    hire: Hire,
    staff: Staff,
    database: Database,
    clock: TestClock,
) -> None:
    """No one else says whether the claim still gives them: not the password, link or passkey."""
    hire(Role.ADMIN)
    email, password = hire(Role.ADMIN)
    provider.claims = somebody(email, "cn=admins")
    log_in_by_sso(Visitor(with_roles))
    by_password, by_link, by_passkey = (Visitor(with_roles) for _ in range(3))
    by_password.log_in(email, password)
    choose(by_link, f"/link/{staff.make_link(email).token}", "a password of my own")
    by_passkey.show_passkey(enrol(database, email))
    for visitor in (by_link, by_passkey):
        page = visitor.get("/staff", status=403)
        assert "Log in with Acme account" in page.words
        assert "apply only after you log in with it" in page.words
    assert member(staff, email).roles == {Role.ADMIN}
    both = Visitor(with_roles)
    log_in_by_sso(both)
    both.show_passkey(SoftPasskey(email))
    both.get("/staff")
    late = Visitor(with_roles)
    log_in_by_sso(late)
    clock.advance(minutes=6)  # the first step has lapsed
    late.show_passkey(SoftPasskey(email))
    late.get("/staff", status=403)


def test_roles_of_a_claim_count_once_single_sign_on_is_switched_off(
    with_roles: Flask, settings: dict[str, str], provider: OidcProvider, hire: Hire
) -> None:
    """The rescue while the provider is gone: OIDC_ROLES may stay where it is."""
    known = hire(Role.VIEWER)
    provider.claims = somebody(known[0], "cn=admins")
    log_in_by_sso(Visitor(with_roles))
    off = {"OIDC_ISSUER": "", "OIDC_CLIENT_ID": "", "OIDC_CLIENT_SECRET": ""}
    visitor = Visitor(create_app(load_config(None, **{**settings, **ROLES, **off})))
    visitor.log_in(*known)
    visitor.get("/staff")


def test_roles_that_no_claim_gives_count_whatever_the_log_in(with_roles: Flask, hire: Hire) -> None:
    visitor = Visitor(with_roles)
    visitor.log_in(*hire(Role.ADMIN))
    visitor.get("/staff")


def test_a_confirmation_at_the_provider_follows_the_claim_too(
    with_roles: Flask, provider: OidcProvider, hire: Hire, staff: Staff
) -> None:
    hire(Role.ADMIN)
    provider.times = {"auth_time": 0}
    for groups, roles in ((["KYC team"], {Role.KYC}), ([], set())):
        provider.claims = somebody("new@example.com", "cn=admins")
        visitor = Visitor(with_roles)
        log_in_by_sso(visitor)
        visitor.get("/staff")
        address = go_out(visitor, "/staff/new", "/confirm/sso")
        provider.claims = somebody("new@example.com", *groups)
        come_back(visitor, address, status=200 if groups else 403)
        visitor.get("/staff", status=303)
        assert member(staff, "new@example.com").roles == roles
