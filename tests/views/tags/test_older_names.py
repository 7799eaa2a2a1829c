"""A name that a tag got before names could have no inquiry ID."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import insert

from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from dashboard.store.schema import tags
from dashboard.store.tags import tags as store
from dashboard.store.tags.tags import Tag
from tests.support.directory import fill, someone
from tests.support.people import LogIn
from tests.views.exports.test_exports import CSV

NOW = datetime(2026, 6, 12, tzinfo=UTC)
INQUIRY = "inq_Hq7TzVb3LdKx9PfN"


@pytest.fixture
def tagged(database: Database) -> None:
    """A user with such a tag, and one whose name is nothing else."""
    user = someone(1)
    fill(database, [user])
    older = [("older", f"Ask {INQUIRY}"), ("oldest", INQUIRY)]
    values = [
        {"key": key, "name": name, "folded": "", "colour": "red", "created_at": NOW}
        for key, name in older
    ]
    with database.write() as connection:
        for number, value in enumerate(values, start=2):
            connection.execute(insert(tags).values(value))
            store.put(connection, user.user_id, Tag(number, "", "", ""), None, NOW)


@pytest.mark.usefixtures("tagged")
def test_it_is_shown_without_it_on_every_page_and_in_every_export(log_in: LogIn) -> None:
    for role in (Role.ADMIN, Role.VIEWER):
        person = log_in(role)
        for path in ("/users", "/kyc"):
            page = person.get(path)
            assert INQUIRY not in page.text, (role, path)
            assert ">Ask" in page.text, (role, path)
    admin = log_in(Role.ADMIN)
    for path in ("/settings/tags", "/settings/tags/2/confirm"):
        assert INQUIRY not in admin.get(path).text
    file = admin.post("/users/export", CSV, status=200).text
    assert INQUIRY not in file
    assert "Ask; …" in file
