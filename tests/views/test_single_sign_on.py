"""Single sign-on, against a provider that does as it should."""

import pytest

from dashboard.services.roles import Role
from dashboard.services.staff import Staff
from tests.browsing import Visitor
from tests.conftest import Hire
from tests.oidc_provider import OidcProvider
from tests.views.sso import ahead, log_in_by_sso, provider, running_provider, settings

__all__ = ["provider", "running_provider", "settings"]

pytestmark = pytest.mark.usefixtures("provider")


def test_somebody_logs_in_and_lands_where_they_wanted_to_go(
    visitor: Visitor, hire: Hire, provider: OidcProvider
) -> None:
    email, _ = hire(Role.SUPPORT)
    provider.claims = {"sub": "ana-1", "email": email, "email_verified": True}
    page = log_in_by_sso(visitor, next_path="/users?status=pending")
    assert ahead(page) == "/users?status=pending"
    assert "Users" in visitor.get("/users").words
