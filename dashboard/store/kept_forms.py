"""What was typed and not sent, sealed. Its owner has a random handle, the row only its hash."""

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

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


def add(connection: Connection, form: StoredForm) -> None:
    """Keep a form."""
    connection.execute(insert(kept_forms).values(asdict(form)))


def find(connection: Connection, handle_hash: str) -> StoredForm | None:
    """Return the form with this handle, whoever asks."""
    statement = select(kept_forms).where(kept_forms.c.handle_hash == handle_hash)
    row = connection.execute(statement).first()
    return StoredForm(**row._mapping) if row else None  # noqa: SLF001  SQLAlchemy's public name


def remove(connection: Connection, handle_hash: str) -> None:
    """Forget a form."""
    connection.execute(delete(kept_forms).where(kept_forms.c.handle_hash == handle_hash))


def has_expired(connection: Connection, at: datetime) -> bool:
    """Say whether there is anything that nobody came back for."""
    statement = select(kept_forms.c.handle_hash).where(kept_forms.c.expires_at <= at).limit(1)
    return connection.execute(statement).first() is not None


def remove_expired(connection: Connection, at: datetime) -> None:
    """Forget what nobody came back for."""
    connection.execute(delete(kept_forms).where(kept_forms.c.expires_at <= at))
