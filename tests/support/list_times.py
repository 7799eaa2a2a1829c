"""The times that a list is filtered by, and a plain reading of them."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from hypothesis import strategies as st

from dashboard.store.directory.entries import DirectoryUser
from dashboard.store.directory.search import DirectoryQuery
from tests.support.directory import START

TIMES_OF = {
    "created": "registered_at",
    "started": "kyc_started_at",
    "active": "became_active_at",
    "waiting": "waits_from_at",
    "closed": "closed_at",
}


def times_around(now: datetime) -> st.SearchStrategy[Mapping[str, datetime]]:
    """Give some times of a query, at moments that some users have."""
    moments = {
        "created": [START + timedelta(hours=hours) for hours in (0, 7, 12)],
        "started": [now - timedelta(hours=hours) for hours in (40, 20, 0)],
        "active": [now - timedelta(days=days) for days in (30, 8, 0)],
        "waiting": [now - timedelta(days=days) for days in (300, 1, 0)],
        "closed": [now - timedelta(days=days) for days in (30, 8, 0)],
    }
    names = [(name, end) for name in moments for end in ("from", "to")]
    chosen = st.dictionaries(st.sampled_from(names), st.integers(0, 2), max_size=3)
    return chosen.map(
        lambda each: {f"{name}_{end}": moments[name][at] for (name, end), at in each.items()}
    )


def is_at(user: DirectoryUser, query: DirectoryQuery) -> bool:
    """Return whether each time of a user lies where a query asks for it."""
    return all(
        _is_within(
            getattr(user, column), getattr(query, f"{name}_from"), getattr(query, f"{name}_to")
        )
        for name, column in TIMES_OF.items()
    )


def _is_within(at: datetime | None, begin: datetime | None, end: datetime | None) -> bool:
    """Return whether a time lies in a span: one that is not known is in none."""
    if begin is None and end is None:
        return True
    return at is not None and (begin is None or at >= begin) and (end is None or at < end)
