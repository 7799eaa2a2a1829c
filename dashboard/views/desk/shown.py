"""What an open page of the desk has shown, sealed for the person who looks at it.

The page's poll brings it along, and the answer tells only what differs.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from flask import request

from dashboard.services.desk.models import DeskRow
from dashboard.web.context import now, services, signed_in

SHOWN = "shown"  # the argument of a poll


@dataclass(frozen=True)
class Shown:
    """The state of each row that a page shows, and when it was loaded."""

    since: datetime
    states: Mapping[UUID, str]

    def with_rows(self, rows: Iterable[DeskRow]) -> "Shown":
        """Return this with the states of these rows."""
        return replace(self, states={**self.states, **_states(rows)})

    def sealed(self) -> str:
        """Return it as an address carries it."""
        rows = (f"{user_id.hex}{state}" for user_id, state in self.states.items())
        plain = "\n".join((self.since.isoformat(), *rows))
        return services().directory.places.seal(plain, _about())


def shown_now(rows: Iterable[DeskRow]) -> Shown:
    """Return what a page that is loaded now shows."""
    return Shown(now(), _states(rows))


def read_shown() -> Shown:
    """Return what the page that polls has shown; nothing since now where it can't tell."""
    plain = services().directory.places.open(request.args.get(SHOWN, ""), _about())
    if plain is None:
        return shown_now(())
    since, *rows = plain.split("\n")
    return Shown(datetime.fromisoformat(since), {UUID(row[:32]): row[32:] for row in rows})


def _states(rows: Iterable[DeskRow]) -> dict[UUID, str]:
    return {row.user.user_id: row.state_key for row in rows}


def _about() -> str:
    return f"desk of {signed_in().staff.id}"
