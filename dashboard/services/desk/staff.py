"""How many users of the desk each member of staff started or owns, as filters name them."""

from collections.abc import Mapping
from typing import Any

from dashboard.services.readers import OF_ME, OF_NO_ONE, Reader
from dashboard.store.desk import counts
from dashboard.store.directory.owning import NO_OWNER

Staff = Mapping[int, tuple[str, str]]
"""Email and name by number."""


def by_email(
    by_value: Mapping[str, Mapping[Any, int]], staff: Staff, reader: Reader
) -> dict[str, dict[str, int]]:
    """Return how many users each member of staff started or owns, as filters name them."""
    told = {}
    for name in counts.OF_STAFF:
        users = by_value[name]
        told[name] = {email: users.get(staff_id, 0) for staff_id, (email, _) in staff.items()}
        told[name][""] = users[""]
    owned = by_value["owner"]
    told["owner"] |= {OF_ME: owned.get(reader.staff_id, 0), OF_NO_ONE: owned.get(NO_OWNER, 0)}
    return told


def named(users: Mapping[Any, int], staff: Staff) -> tuple[tuple[str, str], ...]:
    """Return email and name of those members of staff who have users, by email."""
    return tuple(sorted(who for staff_id, who in staff.items() if users.get(staff_id)))
