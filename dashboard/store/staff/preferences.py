"""How a member of staff is named, and how the dashboard looks and speaks to them."""

from sqlalchemy import Connection, update

from dashboard.store.schema import staff
from dashboard.store.staff import names as staff_names


def set_preferences(
    connection: Connection,
    staff_id: int,
    name: str,
    language: str | None,
    time_zone: str | None,
    theme: str | None,
    *,
    shortcuts: bool = True,
) -> None:
    """Replace what the member chose; None leaves it to the browser or the configuration."""
    staff_names.remember(connection, staff_id, name)
    chosen = update(staff).where(staff.c.id == staff_id)
    connection.execute(
        chosen.values(
            name=name, language=language, time_zone=time_zone, theme=theme, shortcuts=shortcuts
        )
    )
