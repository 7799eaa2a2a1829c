"""Which values of a filter are offered: the API sets no limit to how many there are."""

from collections import Counter
from collections.abc import Mapping

VALUES_MAX = 300  # more than there are countries


def offered(users: Mapping[str, int], chosen: str) -> Mapping[str, int]:
    """Return how many users have each value, of the values that most have and the chosen one."""
    if len(users) <= VALUES_MAX:
        return users
    kept = {value: users[value] for value in ("", chosen) if value in users}
    return {**dict(Counter(users).most_common(VALUES_MAX)), **kept}
