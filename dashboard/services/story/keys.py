"""Keys as addresses have them: of an event, its time, the letter of its source and its number."""

import re
from datetime import UTC, datetime, timedelta
from uuid import UUID

from dashboard.store.story.events import NEWEST, EventKey, Source
from dashboard.text.ids import find_uuid

__all__ = ["KEY_MAX", "EventKey", "read_key", "write_key"]

KEY_MAX = 60
_PLACE = re.compile(r"([0-9]{1,11})-([0-9a-f-]{36})")
_WRITTEN = re.compile(r"([0-9]{1,18})-([a-z])-([0-9]{1,9})")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LAST = (NEWEST.at - _EPOCH) // timedelta(microseconds=1)


def write_key(key: EventKey) -> str:
    """Return a key as an address has it."""
    return f"{(key.at - _EPOCH) // timedelta(microseconds=1)}-{key.source}-{key.id}"


def read_key(text: str) -> EventKey | None:
    """Return the key that an address has, None where it is none."""
    found = _WRITTEN.fullmatch(text)
    if found is None or found[2] not in set(Source) or int(found[1]) >= _LAST:
        return None
    at = _EPOCH + timedelta(microseconds=int(found[1]))
    return EventKey(at, Source(found[2]), int(found[3]))


def write_place(hour_at: datetime, user_id: UUID) -> str:
    """Return a place in the list of users whom a person opened."""
    return f"{int(hour_at.timestamp())}-{user_id}"


def read_place(text: str) -> tuple[datetime, UUID] | None:
    """Return the place that an address has, None where it is none."""
    found = _PLACE.fullmatch(text)
    user_id = find_uuid(found[2]) if found else None
    if found is None or user_id is None or int(found[1]) >= NEWEST.at.timestamp():
        return None
    return datetime.fromtimestamp(int(found[1]), UTC), user_id
