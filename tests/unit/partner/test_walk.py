"""When pages of the list prove that a user is not there, and when they prove nothing."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from dashboard.partner.responses import ListPaging, ListShape, User, UserPage, UserStatus
from dashboard.services.registrations.lookup import ListScan

NOW = datetime(2026, 6, 12, 14, 0, tzinfo=UTC)
PAGES = ListShape("data.users", "data.total", ListPaging.PAGES)


def made(minutes_ago: float | None) -> User:
    """Return a user registered then; None: the API does not say when."""
    return User(
        id=uuid4(),
        email=f"{uuid4().hex}@example.com",
        status=UserStatus.PENDING,
        status_text="pending",
        created_at=None if minutes_ago is None else NOW - timedelta(minutes=minutes_ago),
    )


def proves(*minutes_ago: float | None, total: int = 500, pages: int = 5) -> bool:
    """Return whether one page of these proves who was registered in the last ten minutes."""
    walk = ListScan()
    rows = tuple(made(each) for each in minutes_ago)
    walk.take(UserPage(rows=rows, total=total, pages=pages, shape=PAGES), NOW)
    return walk.covers(NOW - timedelta(minutes=10))


def test_newest_first_back_to_before_proves() -> None:
    assert proves(1, 5, 20)


@pytest.mark.parametrize(
    "minutes_ago", [(1, 5, 9), (20, 5, 30), (1, None, 20), (20, 20, 20), (30, 20, 15), (20,)]
)
def test_too_short_disordered_undated_or_simultaneous_rows_prove_nothing(
    minutes_ago: tuple[float | None, ...],
) -> None:
    assert not proves(*minutes_ago)


def test_the_whole_list_proves_in_any_order() -> None:
    assert proves(20, None, 5, total=3, pages=1)


def test_an_end_before_the_total_proves_nothing() -> None:
    assert not proves(20, None, 5, total=4, pages=1)
    assert not proves(total=4, pages=1)


def test_the_same_page_again_is_no_progress() -> None:
    walk, page = ListScan(), UserPage(rows=(made(1),), total=500, pages=5, shape=PAGES)
    walk.take(page, NOW)
    assert not walk.is_over
    walk.take(page, NOW)
    assert walk.is_over
    assert not walk.covers(NOW - timedelta(minutes=10))


def test_an_empty_list_without_a_total_may_be_a_mishap() -> None:
    walk = ListScan()
    walk.take(UserPage(rows=()), NOW)
    assert walk.is_over
    assert not walk.covers(NOW - timedelta(minutes=10))
