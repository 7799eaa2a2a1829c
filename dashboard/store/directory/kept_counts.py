"""How many users have which status, country, type and language: kept by triggers, never counted.

Test users are few, and an index has them: without them is with all, less theirs.
"""

from sqlalchemy import FromClause, Integer, func, select, union_all

from dashboard.store.directory.query import FILTERS
from dashboard.store.schema import directory, directory_counts


def kept(*, hides_tests: bool) -> FromClause:
    """Return the kept counts as a table of these columns and `users`."""
    return _SHOWN if hides_tests else directory_counts


_KEPT = select(*(directory_counts.c[name] for name in FILTERS), directory_counts.c.users)
_VALUES = [directory.c[name] for name in FILTERS]
_TESTS = select(*_VALUES, -func.count()).where(directory.c.is_test).group_by(*_VALUES)
_EVERY = union_all(_KEPT, _TESTS).subquery("every")
_NAMES = [_EVERY.c[name] for name in FILTERS]
_SHOWN = (
    select(*_NAMES, func.sum(_EVERY.c.users).cast(Integer).label("users"))
    .group_by(*_NAMES)
    .having(func.sum(_EVERY.c.users) > 0)
    .subquery("shown")
)
