"""Inquiries: each KYC start, and its result at the identity provider's stand-in."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from dashboard.simulator.state.users import UserStore

LIFETIME = timedelta(hours=24)  # ASSUMED in the design: links usually stop opening after a day
OUTCOMES = ("approved", "failed", "abandoned")
_SCHEMA = """
CREATE TABLE IF NOT EXISTS inquiries (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL,
    started TEXT NOT NULL,
    outcome TEXT,
    updated TEXT NOT NULL
)
"""


@dataclass(frozen=True)
class Inquiry:
    """One KYC start. `outcome` is None while the person has not finished."""

    id: str
    user_id: str
    started_at: datetime
    outcome: str | None
    updated_at: datetime

    def is_over(self, now: datetime) -> bool:
        """Return whether its link no longer opens."""
        return now - self.started_at >= LIFETIME


class ExpiredError(Exception):
    """The inquiry is a day old."""


class Inquiries:
    """Kept beside the people, in the same file."""

    def __init__(self, state: UserStore) -> None:
        self._state = state
        state.run(_SCHEMA)

    def clear(self) -> None:
        """Forget all of them."""
        self._state.run("DELETE FROM inquiries")

    def add(self, inquiry_id: str, user_id: str, at: datetime) -> None:
        """Note a start."""
        started = _text(at)
        self._state.run(
            "INSERT INTO inquiries VALUES (?, ?, ?, NULL, ?)", inquiry_id, user_id, started, started
        )

    def find(self, inquiry_id: str) -> Inquiry | None:
        """Return an inquiry."""
        rows = self._state.run("SELECT * FROM inquiries WHERE id = ?", inquiry_id)
        return _inquiry(rows[0]) if rows else None

    def of_user(self, user_id: str) -> list[Inquiry]:
        """Return those of a user."""
        rows = self._state.run("SELECT * FROM inquiries WHERE user_id = ?", user_id)
        return [_inquiry(row) for row in rows]

    def age(self, inquiry_id: str, started_at: datetime) -> None:
        """Make it as old as a test needs."""
        self._state.run(
            "UPDATE inquiries SET started = ? WHERE id = ?", _text(started_at), inquiry_id
        )

    def finish(self, inquiry: Inquiry, outcome: str, at: datetime) -> None:
        """Note what became of it; approval makes the user active, nothing else changes them.

        Raises:
            ExpiredError: its link no longer opens.

        """
        if inquiry.is_over(at):
            raise ExpiredError
        self._state.run(
            "UPDATE inquiries SET outcome = ?, updated = ? WHERE id = ?",
            outcome,
            _text(at),
            inquiry.id,
        )
        if outcome == "approved":
            self._state.set_status(inquiry.user_id, "active")


def _text(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()


def _inquiry(row: tuple[str, str, str, str | None, str]) -> Inquiry:
    name, user_id, started, outcome, updated = row
    moments = datetime.fromisoformat(started), datetime.fromisoformat(updated)
    return Inquiry(name, user_id, moments[0], outcome, moments[1])
