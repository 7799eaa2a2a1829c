"""What shows a user other than their page counts as an opening, too."""

from uuid import UUID

import pytest

from dashboard.store.db.database import Database
from tests.support.browsing import HTMX, Visitor
from tests.views.story.test_visits import opened


@pytest.fixture
def settings(settings: dict[str, str]) -> dict[str, str]:
    return settings | {"USER_VIEWS_PER_HOUR": "3"}


@pytest.mark.parametrize(
    ("part", "status"),
    [
        ("notes", 200),
        ("notes/9", 404),
        ("notes/9/older", 404),
        ("card", 404),
        ("owner", 404),
        ("snooze", 404),
        ("kyc/open", 303),
    ],
)
def test_each_page_of_a_user_that_was_not_opened_is_an_opening(
    support: Visitor, database: Database, part: str, status: int
) -> None:
    ids = [UUID(int=number) for number in range(1, 5)]
    answers = [support.http.get(f"/users/{each}/{part}").status_code for each in ids]
    assert answers == [status] * 3 + [429]
    assert opened(database) == [(each, 1) for each in ids[:3]]


def test_timelines_and_refused_notes_of_users_that_were_not_opened_are_openings(
    support: Visitor, database: Database
) -> None:
    one, *others = [UUID(int=number) for number in range(1, 5)]
    for _ in range(3):
        support.fragment(f"/users/{one}/timeline", "timeline")
    for each in others[:2]:
        support.post(f"/users/{each}/notes", {"note": ""}, status=422)
    headers = {**HTMX, "HX-Target": "timeline"}
    path = f"/users/{others[2]}"
    assert support.http.get(f"{path}/timeline", headers=headers).status_code == 429
    support.post(f"{path}/notes", {"note": ""}, status=429)
    assert opened(database) == [(each, 1) for each in (one, *others[:2])]
