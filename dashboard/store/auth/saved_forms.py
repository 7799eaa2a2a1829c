"""Unsent forms, encrypted. The owner has a random handle, the row only its hash."""

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, func, insert, or_, select

from dashboard.store.schema import kept_forms


@dataclass(frozen=True)
class StoredForm:
    """A form of a member, and the path of the page that shows it."""

    handle_hash: str
    staff_id: int
    page: str
    sealed: str
    key_id: str
    expires_at: datetime
    size: int


@dataclass(frozen=True)
class Room:
    """The limits of kept forms: their number, and their encrypted size in characters."""

    forms: int
    size: int

    def beside(self, form: StoredForm) -> "Room":
        """Return the room that a form leaves for others."""
        return Room(self.forms - 1, self.size - form.size)


def drop_oldest(connection: Connection, room: Room, staff_id: int | None = None) -> int:
    """Forget the oldest forms, of one member or of everyone, until the others fit.

    Return how many were forgotten.
    """
    newest_first = (kept_forms.c.expires_at.desc(), kept_forms.c.handle_hash)
    size = func.sum(kept_forms.c.size).over(order_by=newest_first)
    place = func.row_number().over(order_by=newest_first)
    ranked = select(kept_forms.c.handle_hash, size.label("size"), place.label("place"))
    if staff_id is not None:
        ranked = ranked.where(kept_forms.c.staff_id == staff_id)
    each = ranked.subquery()
    beyond = select(each.c.handle_hash).where(
        or_(each.c.size > room.size, each.c.place > room.forms)
    )
    return connection.execute(
        delete(kept_forms).where(kept_forms.c.handle_hash.in_(beyond))
    ).rowcount


def add(connection: Connection, form: StoredForm) -> None:
    """Keep a form."""
    connection.execute(insert(kept_forms).values(asdict(form)))


def find(connection: Connection, handle_hash: str) -> StoredForm | None:
    """Return the form with this handle, of any owner."""
    statement = select(kept_forms).where(kept_forms.c.handle_hash == handle_hash)
    row = connection.execute(statement).first()
    return StoredForm(**row._mapping) if row else None  # noqa: SLF001  SQLAlchemy's public name


def remove(connection: Connection, handle_hash: str) -> None:
    """Forget a form."""
    connection.execute(delete(kept_forms).where(kept_forms.c.handle_hash == handle_hash))


def has_expired(connection: Connection, at: datetime, latest_end: datetime) -> bool:
    """Return whether there are forms that were never fetched in time."""
    statement = select(kept_forms.c.handle_hash).where(_is_over(at, latest_end)).limit(1)
    return connection.execute(statement).first() is not None


def remove_expired(connection: Connection, at: datetime, latest_end: datetime) -> None:
    """Delete forms that were never fetched in time."""
    connection.execute(delete(kept_forms).where(_is_over(at, latest_end)))


def _is_over(at: datetime, latest_end: datetime) -> ColumnElement[bool]:
    return or_(kept_forms.c.expires_at <= at, kept_forms.c.expires_at > latest_end)
