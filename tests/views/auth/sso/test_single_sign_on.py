"""Who can log in by single sign-on where roles are given here, and what the audit has of it."""

import re
import secrets

import pyotp
import pytest
from flask import Flask

from dashboard.app import create_app
from dashboard.config.settings import Config, load_config
from dashboard.crypto.encryption import Encryptor
from dashboard.crypto.keyring import KeyPurpose
from dashboard.services.auth.mfa.verify import sealed_about
from dashboard.services.permissions import Role
from dashboard.services.staff.manage import Staff
from dashboard.store.auth import second_factors as factors
from dashboard.store.auth.authenticators import put
from dashboard.store.db.database import Database
from tests.support.browsing import Visitor
from tests.support.clock import TestClock
from tests.support.pages import audit_log
from tests.support.pages.sso import (
    ahead,
    go_out,
    log_in_by_sso,
    member,
    provider,
    running_provider,
    settings,
    somebody,
)
from tests.support.people import Hire, LogIn
from tests.support.servers.oidc_provider import OidcProvider
from tests.support.soft_passkey import enrol

__all__ = ["provider", "running_provider", "settings"]


def test_somebody_logs_in_and_lands_where_they_wanted_to_go(
    visitor: Visitor, hire: Hire, provider: OidcProvider, database: Database
) -> None:
    email, _ = hire(Role.SUPPORT)
    provider.claims = somebody(email.upper())
    page = log_in_by_sso(visitor, next_path="/users?status=pending")
    assert ahead(page) == "/users?status=pending"
    assert "Users" in visitor.get("/users").words
    assert provider.wanted["scope"] == "openid email profile"
    assert provider.wanted["code_challenge_method"] == "S256"
    (linked,) = audit_log.outcomes(database, "auth:sso")
    assert linked[1] == {"by": "single sign-on", "issuer": provider.issuer}
    outcome, details = audit_log.outcomes(database, "auth:login")[-1]
    assert (outcome, details["method"]) == ("succeeded", "sso")


def test_a_secret_in_the_address_of_a_page_is_on_no_page_that_leads_on(
    visitor: Visitor, hire: Hire, provider: OidcProvider
) -> None:
    email, _ = hire(Role.SUPPORT)
    provider.claims = somebody(email)
    key = f"qash_secret_live_{secrets.token_hex(32)}"
    page = log_in_by_sso(visitor, next_path=f"/users?q={key}&status=pending")
    assert ahead(page) == "/users?status=pending"
    assert key not in page.text


def test_the_account_stays_theirs_when_the_email_is_another(
    app: Flask, hire: Hire, provider: OidcProvider
) -> None:
    email, _ = hire(Role.SUPPORT)
    provider.claims = somebody(email)
    log_in_by_sso(Visitor(app))
    provider.claims = {"sub": "ana-1", "email": "other@example.com"}
    again = Visitor(app)
    log_in_by_sso(again)
    assert email in again.get("/account").text


@pytest.mark.parametrize("verified", [None, False, "false", 0, "yes"])
def test_an_email_that_is_not_verified_finds_nobody(
    visitor: Visitor, hire: Hire, provider: OidcProvider, database: Database, verified: object
) -> None:
    email, _ = hire(Role.ADMIN)
    provider.claims = {**somebody(email), "email_verified": verified}
    page = log_in_by_sso(visitor, status=403)
    assert "Your account has no access to this dashboard" in page.words
    assert audit_log.outcomes(database, "auth:login")[-1][1]["cause"] == "unverified"
    visitor.get("/users", status=303)


def test_an_address_that_only_looks_the_same_in_small_letters_finds_nobody(
    visitor: Visitor, hire: Hire, provider: OidcProvider, database: Database
) -> None:
    hire(Role.ADMIN, email="mark@example.com")
    provider.claims = somebody("mar\u212a@example.com")  # a Kelvin sign
    log_in_by_sso(visitor, status=403)
    assert audit_log.outcomes(database, "auth:login")[-1][1]["cause"] == "unverified"
    provider.claims = somebody("MARK@EXAMPLE.COM")
    log_in_by_sso(visitor)


def test_an_address_that_was_given_to_another_person_does_not_open_the_first_one_s_account(
    app: Flask, hire: Hire, staff: Staff, provider: OidcProvider, database: Database
) -> None:
    email, _ = hire(Role.ADMIN)
    provider.claims = somebody(email)
    log_in_by_sso(Visitor(app))
    provider.claims = somebody(email, subject="ben-2")
    log_in_by_sso(Visitor(app), status=403)
    assert audit_log.outcomes(database, "auth:login")[-1][1]["cause"] == "other account"
    with database.write() as connection:
        factors.remove_all(connection, member(staff, email).id)
    log_in_by_sso(Visitor(app))


def test_whoever_was_disabled_stays_out(
    app: Flask, hire: Hire, staff: Staff, provider: OidcProvider, database: Database
) -> None:
    email, _ = hire(Role.SUPPORT)
    provider.claims = somebody(email)
    staff.disable(email)
    page = log_in_by_sso(Visitor(app), status=403)
    assert "Your account has no access to this dashboard" in page.words
    assert audit_log.outcomes(database, "auth:sso") == []
    staff.enable(email)
    log_in_by_sso(Visitor(app))
    staff.disable(email)
    log_in_by_sso(Visitor(app), status=403)
    assert audit_log.outcomes(database, "auth:login")[-1][1]["cause"] == "disabled"


def test_nobody_is_added_where_no_roles_follow_from_a_claim(
    visitor: Visitor, provider: OidcProvider, staff: Staff
) -> None:
    provider.claims = somebody("new@example.com", "KYC team")
    log_in_by_sso(visitor, status=403)
    assert staff.every() == []


# The log-in page, and passwords switched off.


@pytest.fixture
def named(settings: dict[str, str], database: Database) -> Flask:
    """A dashboard that calls the provider by a name."""
    assert database
    return create_app(load_config(None, **settings, OIDC_NAME="Acme account"))


def test_the_button_is_there_only_where_it_is_set_up(
    visitor: Visitor, named: Flask, settings: dict[str, str]
) -> None:
    assert "Company account (SSO)" in visitor.get("/login").words
    assert "Acme account" in Visitor(named).get("/login").words
    bare = {name: value for name, value in settings.items() if not name.startswith("OIDC")}
    without = Visitor(create_app(load_config(None, **bare)))
    assert "/login/sso" not in without.get("/login").text
    without.post("/login/sso", status=404)
    without.get("/login/sso/callback", status=404)


def test_passwords_can_be_switched_off(
    settings: dict[str, str],
    database: Database,
    hire: Hire,
    staff: Staff,
    provider: OidcProvider,
) -> None:
    app = create_app(load_config(None, **settings, PASSWORD_LOG_IN="off"))
    email, password = hire(Role.SUPPORT)
    visitor = Visitor(app)
    page = visitor.log_in(email, password, status=403)
    assert 'type="password"' not in page.text
    assert "Company account (SSO)" in page.words
    assert audit_log.outcomes(database, "auth:login") == [
        ("rejected", {"address": "127.0.0.1", "cause": "switched off"})
    ]
    for _ in range(15):
        visitor.log_in(email, password, status=403)
    assert len(audit_log.outcomes(database, "auth:login")) < 15
    link = staff.invite("new@example.com", "", [Role.SUPPORT])
    path = f"/link/{link.token}"
    assert "Passwords are off here" in visitor.get(path).words
    visitor.post(path, {"new_password": "a password of twelve"}, status=403)
    provider.claims = somebody("new@example.com")
    log_in_by_sso(visitor)
    assert "Users" in visitor.get("/users").words


def test_where_passwords_let_nobody_in_the_last_passkey_stays(
    settings: dict[str, str], hire: Hire, database: Database
) -> None:
    passkey = enrol(database, hire(Role.ADMIN)[0])
    visitor = Visitor(create_app(load_config(None, **settings, PASSWORD_LOG_IN="off")))
    visitor.show_passkey(passkey)
    found = re.search(r"/account/passkeys/\d+/remove", visitor.get("/account").text)
    assert found
    visitor.post(found[0])
    assert "No changes were made." in visitor.get("/account").words
    visitor.post("/logout")
    visitor.show_passkey(passkey)


def test_whoever_is_logged_in_begins_a_session_of_their_own(
    log_in: LogIn, hire: Hire, provider: OidcProvider
) -> None:
    visitor = log_in(Role.SUPPORT)
    old = dict(visitor.cookies())
    email, _ = hire(Role.SUPPORT)
    provider.claims = somebody(email)
    visitor.get(go_out(visitor))
    assert email in visitor.get("/account").text
    copied = Visitor(visitor.http.application)
    copied.http.set_cookie("__Host-dashboard-local", old["__Host-dashboard-local"], secure=True)
    copied.get("/users", status=303)


def test_a_second_factor_is_asked_for_after_it_as_after_a_password(
    app: Flask,
    hire: Hire,
    staff: Staff,
    provider: OidcProvider,
    database: Database,
    config: Config,
    clock: TestClock,
) -> None:
    email, _ = hire(Role.SUPPORT)
    secret = pyotp.random_base32()
    sealer = Encryptor(config.keyring.keys(KeyPurpose.FACTOR))
    found = member(staff, email)
    with database.write() as connection:
        sealed = sealer.seal(secret, sealed_about(found.id))
        put(connection, found.id, sealed, sealer.key_id, 0, clock())
    provider.claims = somebody(email)
    visitor = Visitor(app)
    page = log_in_by_sso(visitor, next_path="/users")
    assert ahead(page) == "/login/code?next=/users"
    visitor.get("/users", status=303)
    assert audit_log.entries(database, "auth:login") == []
    visitor.get("/login/code")
    visitor.post("/login/code", {"code": pyotp.TOTP(secret).at(clock()), "next": "/users"})
    visitor.get("/users")
    (entry,) = audit_log.outcomes(database, "auth:login")
    assert entry[0] == "succeeded"
