"""Where passwords are off: none confirms anything, and no page mentions one."""

import pytest

from dashboard.app import create_app
from dashboard.config.settings import load_config
from dashboard.services.permissions import Role
from tests.support.browsing import Visitor
from tests.support.clock import TestClock
from tests.support.pages.sso import (
    log_in_by_sso,
    provider,
    running_provider,
)
from tests.support.pages.sso import settings as sso_settings
from tests.support.people import Hire
from tests.support.servers.oidc_provider import OidcProvider
from tests.views.auth.sso.test_sso_confirm import needs_confirming, settings

__all__ = ["provider", "running_provider", "settings", "sso_settings"]


@pytest.fixture
def without_passwords(
    settings: dict[str, str], hire: Hire, provider: OidcProvider, clock: TestClock
) -> tuple[Visitor, str]:
    """A person who logged in by SSO where passwords are off, and the password that they have."""
    email, password = hire(Role.ADMIN)
    app = create_app(load_config(None, **settings, PASSWORD_LOG_IN="off"), clock)
    provider.times = {"auth_time": 0}
    provider.claims = {"sub": "ana-1", "email": email, "email_verified": True}
    visitor = Visitor(app)
    log_in_by_sso(visitor)
    return visitor, password


def test_a_password_that_lets_nobody_in_confirms_nothing_either(
    without_passwords: tuple[Visitor, str], clock: TestClock
) -> None:
    visitor, password = without_passwords
    clock.advance(minutes=6)
    page = visitor.get("/confirm")
    assert 'type="password"' not in page.text
    assert "Company account (SSO)" in page.words
    visitor.post("/confirm", {"password": password}, status=403)
    assert needs_confirming(visitor)


def test_the_account_offers_no_password_where_none_lets_in(
    without_passwords: tuple[Visitor, str],
) -> None:
    visitor, password = without_passwords
    page = visitor.get("/account")
    assert 'type="password"' not in page.text
    assert "You log in with your company account only" in page.words
    assert "after your password" not in visitor.get("/account/factors").words
    changed = {"password": password, "new_password": "a password of twelve"}
    visitor.post("/account/password", changed, status=403)


def test_where_passwords_are_off_no_staff_page_speaks_of_choosing_one(
    without_passwords: tuple[Visitor, str],
) -> None:
    visitor, _ = without_passwords
    new = {"email": "new@example.com", "name": "New", "roles": "support"}
    pages = [
        visitor.get("/staff/new"),
        visitor.post("/staff", new, status=200),
        visitor.get("/staff/1"),
        visitor.get("/staff/2"),
    ]
    for page in pages:
        assert "password" not in page.words.lower().replace("passwords are off here", "")
    assert "log in with Company account (SSO)" in pages[0].words
    assert "Open this link to log in:" in pages[1].words
