"""How a user is stored: the whole document, and beside it a column for each way to find them."""

import json
from datetime import UTC, datetime

from dashboard.simulator.state.people import Person

SCHEMA = """
CREATE TABLE IF NOT EXISTS people (
    seq INTEGER PRIMARY KEY,
    partner INTEGER NOT NULL,
    id TEXT,
    email TEXT NOT NULL,
    phone TEXT NOT NULL,
    status TEXT NOT NULL,
    country TEXT NOT NULL,
    user_type TEXT NOT NULL,
    created TEXT NOT NULL,
    inquiry TEXT,
    document TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS people_newest ON people (partner, created DESC, seq DESC);
CREATE INDEX IF NOT EXISTS people_id ON people (id);
CREATE INDEX IF NOT EXISTS people_email ON people (email);
"""
FILTERS = {"status": "status", "countryCode": "country", "userType": "user_type"}
INSERT = """
INSERT INTO people (partner, id, email, phone, status, country, user_type, created, document)
VALUES (:partner, :id, :email, :phone, :status, :country, :user_type, :created, :document)
"""
_FIRST = "~"  # sorts after every time: an unreadable createdAt counts as the newest


def columns_of(partner: int, person: Person) -> dict[str, object]:
    """Return what `INSERT` stores of a user."""
    document = person.document
    return {
        "partner": partner,
        "id": word(document.get("id")) or None,
        "email": word(document.get("email")).casefold(),
        "phone": word(document.get("phone")),
        "status": word(document.get("status")),
        "country": word(document.get("countryCode")),
        "user_type": person.user_type,
        "created": _place(document.get("createdAt")),
        "document": json.dumps(document),
    }


def word(value: object) -> str:
    """Return text that SQLite can hold (it refuses half a surrogate pair), else an empty one."""
    return value.encode(errors="replace").decode() if isinstance(value, str) else ""


def _place(created_at: object) -> str:
    """Return a time that sorts as text. One without an offset is taken for UTC."""
    try:
        moment = datetime.fromisoformat(word(created_at))
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return aware.astimezone(UTC).isoformat(timespec="microseconds")
    except (ValueError, OverflowError):
        return _FIRST
