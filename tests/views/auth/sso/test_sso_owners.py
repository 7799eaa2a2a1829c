"""A claim that takes the right to write notes takes owned users, as a change by an admin does."""

from uuid import UUID

import pytest

from dashboard.app import create_app
from dashboard.config.settings import load_config
from dashboard.services.staff.manage import Staff
from dashboard.store.db.database import Database
from dashboard.store.owners import follow_ups, owners
from tests.support.browsing import Visitor
from tests.support.clock import TestClock
from tests.support.pages.sso import (
    log_in_by_sso,
    member,
    provider,
    running_provider,
    settings,
    somebody,
)
from tests.support.servers.oidc_provider import OidcProvider

__all__ = ["provider", "running_provider", "settings"]


@pytest.mark.parametrize(("group", "is_kept"), [("Support", True), ("Audit", False), ("", False)])
def test_someone_who_may_no_longer_write_notes_owns_no_one(
    settings: dict[str, str],
    provider: OidcProvider,
    staff: Staff,
    database: Database,
    clock: TestClock,
    group: str,
    is_kept: bool,  # noqa: FBT001  parametrized
) -> None:
    assert database
    roles = {"OIDC_ROLES": "KYC=kyc, Support=support, Audit=auditor", "OIDC_NAME": "Acme account"}
    app = create_app(load_config(None, **settings, **roles), clock)
    provider.claims = somebody("new@example.com", "KYC")
    log_in_by_sso(Visitor(app))
    owned = UUID(int=7)
    with database.write() as connection:
        owners.assign(connection, owned, member(staff, "new@example.com").id, clock())
    provider.claims = somebody("new@example.com", group)
    log_in_by_sso(Visitor(app), status=200 if group else 403)
    with database.read() as connection:
        owner, _snooze = follow_ups.of_user(connection, owned)
    assert (owner is not None) is is_kept
