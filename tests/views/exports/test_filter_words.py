"""The filters of an export are said in words, as the list has them."""

import re

import pytest

from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from tests.support.browsing import Visitor
from tests.support.directory import fill
from tests.support.people import LogIn


def facts(visitor: Visitor, path: str) -> dict[str, str]:
    """Return the filters of an export's page, as it says them."""
    text = re.sub(r"</?bdi[^>]*>", "", visitor.get(path).text)
    return dict(re.findall(r"<dt>([^<]+)</dt>\s*<dd>\s*([^<]+?)\s*</dd>", text))


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("users/export?status=pending", {"Status": "pending"}),
        ("users/export?country=CO", {"Country": "Colombia"}),
        ("users/export?user_type=business", {"Type": "business"}),
        ("users/export?language=es", {"Language": "Spanish"}),
        ("users/export?kyc=link_expired", {"KYC": "Link probably expired"}),
        ("users/export?owner=none", {"Owner": "No owner"}),
        (
            "users/export?created_from=2026-02-01T18:00",
            {"Registered from": "2026-02-01 18:00"},
        ),
        (
            "kyc/export?lane=link_fresh&due=overdue&age=3days",
            {"KYC status": "Link active", "Due": "Overdue", "Waiting": "1 to 3 days"},
        ),
        ("kyc/export?snoozed=yes&sort=-waiting", {"Snoozed": "Yes", "Order": "Newest first"}),
        (
            "audit/export?action=kyc:start&outcome=unknown",
            {"Action": "Started KYC", "Outcome": "Not confirmed"},
        ),
    ],
)
def test_a_filter_of_an_export_is_said_in_words(
    log_in: LogIn, database: Database, path: str, said: dict[str, str]
) -> None:
    fill(database, [])
    assert facts(log_in(Role.KYC, Role.AUDITOR), f"/{path}") == said


def test_a_list_of_changes_says_that_its_export_hides_the_same(log_in: LogIn) -> None:
    auditor = log_in(Role.AUDITOR)
    log_in(Role.ADMIN)
    hidden = "Changes only: log-ins, log-outs and reads are hidden, here and in exports."
    assert hidden in auditor.get("/audit").words
    assert hidden not in auditor.get("/audit?show=all").words
    assert "Changes only" in facts(auditor, "/audit/export?show=changes").values()
