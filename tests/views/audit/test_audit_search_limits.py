"""A search of the audit log that can't go through everything says so."""

import re

import pytest

from dashboard.services.audit import log
from dashboard.store.audit import sought
from tests.support.browsing import Visitor
from tests.views.audit.test_audit_search import actions, admin, auditor, user

__all__ = ["admin", "auditor", "user"]
pytestmark = pytest.mark.on_postgres


def test_a_search_by_who_sees_reasons_masked_goes_back_so_far_and_says_so(
    admin: Visitor, auditor: Visitor, user: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log, "LOOKED_MAX", 3)
    for text in ("withdraw", "no-such-text"):  # told alike, whatever matches
        newest = auditor.get(f"/audit?show=all&q={text}")
        assert "We searched back to entry" in newest.words
        assert actions(newest) == []
        assert "We searched back" not in admin.get(f"/audit?show=all&q={text}").words
    older, found = newest, []
    while link := re.search(r'href="([^"]+before=[0-9]+[^"]*)">Search older', older.markup):
        older = auditor.get(link[1].replace("&amp;", "&").replace("no-such-text", "withdraw"))
        found += actions(older)
    assert found == ["tokens:issue"]
    assert user


def test_a_part_of_an_email_that_many_users_have_is_named(
    admin: Visitor, user: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    warning = "More than 200 users match"
    part = user["email"].partition("@")[2]
    for path in ("/audit", "/audit/export"):
        assert warning not in admin.get(f"{path}?q={part}").words
    monkeypatch.setattr(sought, "USERS_MAX", 1)
    for path in ("/audit", "/audit/export"):
        assert warning in admin.get(f"{path}?q={part}").words
        assert warning not in admin.get(f"{path}?q={user['email']}").words
        assert warning not in admin.get(f"{path}?q={user['id']}").words
