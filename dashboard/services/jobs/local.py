"""What is shared by the kinds of jobs that change only our own records of users."""

from collections.abc import Callable, Collection
from datetime import timedelta

from dashboard.services.selections.selections import MOST, SelectedUser
from dashboard.store.jobs.rows import Content, NewRow

NOW = timedelta()
LOCAL_ROWS = MOST  # of one job: they make no calls


def numbered(
    users: Collection[SelectedUser], content_of: Callable[[SelectedUser], Content]
) -> list[NewRow]:
    """Return a row for each user, in this order."""
    return [
        NewRow(number, user.email, content_of(user), user_id=user.user_id)
        for number, user in enumerate(users, start=1)
    ]
