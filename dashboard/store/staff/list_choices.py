"""How a member of staff sees the list of users."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, update

from dashboard.store.schema import staff


@dataclass(frozen=True)
class ListChoices:
    """How a person sees the list of users; None is as everyone has it."""

    rows: int | None = None
    hidden: frozenset[str] | None = None  # columns
    density: str | None = None


def put(connection: Connection, staff_id: int, choices: ListChoices) -> None:
    """Replace how the member sees the list of users."""
    hidden = None if choices.hidden is None else ",".join(sorted(choices.hidden))
    values = {
        "list_rows": choices.rows,
        "list_hidden": hidden,
        "list_density": choices.density,
    }
    connection.execute(update(staff).where(staff.c.id == staff_id).values(values))


def hide_test_users(connection: Connection, staff_id: int, *, hides: bool) -> None:
    """Hide test users from the member, or show them."""
    statement = update(staff).where(staff.c.id == staff_id)
    connection.execute(statement.values(hides_test_users=hides))


def read(row: Row[*tuple[Any, ...]]) -> ListChoices:
    """Return the choices in a row of staff."""
    hidden = None if row.list_hidden is None else frozenset(row.list_hidden.split(","))
    return ListChoices(row.list_rows, hidden, row.list_density)
