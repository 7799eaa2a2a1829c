"""Texts to users that admins wrote: every revision of each; the newest one counts."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, bindparam, func, insert, select

from dashboard.store.schema import directory, staff, texts
from dashboard.store.staff import names as staff_names


@dataclass(frozen=True)
class Revision:
    """A text as someone left it. None in place of the words: the shipped text was restored."""

    revision: int
    subject: str | None
    body: str | None
    staff_id: int
    staff_name: str
    changed_at: datetime


def history(connection: Connection, situation: str, language: str) -> list[Revision]:
    """Return the revisions of a text, the newest first."""
    rows = connection.execute(_REVISIONS, {"situation": situation, "language": language})
    return [Revision(**row._asdict()) for row in rows]


def add(
    connection: Connection,
    key: tuple[str, str],
    revision: int,
    words: tuple[str, str] | None,
    staff_id: int,
    at: datetime,
) -> None:
    """Keep a revision of the text of a situation and language; None for the shipped text."""
    situation, language = key
    subject, body = words or (None, None)
    connection.execute(
        insert(texts).values(
            situation=situation,
            language=language,
            revision=revision,
            subject=subject,
            body=body,
            staff_id=staff_id,
            changed_at=at,
        )
    )


def changed(connection: Connection) -> set[tuple[str, str]]:
    """Return the situations and languages whose text isn’t the shipped one."""
    rows = connection.execute(select(_KEYED.c.situation, _KEYED.c.language))
    return {(row.situation, row.language) for row in rows}


def to_user(
    connection: Connection, user_id: UUID, situation: str, language: str
) -> Row[*tuple[Any, ...]]:
    """Return a user’s `name`, and `subject`, `body` and `revision` of the text for them."""
    values = {"user": user_id, "situation": situation, "language": language}
    return connection.execute(_TO_USER, values).one()


_OF_KEY = (
    texts.c.situation == bindparam("situation"),
    texts.c.language == bindparam("language"),
)
_REVISIONS = (
    select(
        texts.c.revision,
        texts.c.subject,
        texts.c.body,
        texts.c.staff_id,
        staff_names.of().label("staff_name"),
        texts.c.changed_at,
    )
    .join_from(texts, staff)
    .where(*_OF_KEY)
    .order_by(texts.c.revision.desc())
)
_newer = texts.alias()
_NEWEST = (
    select(func.max(_newer.c.revision))
    .where(_newer.c.situation == texts.c.situation, _newer.c.language == texts.c.language)
    .scalar_subquery()
)
_IS_NEWEST = texts.c.revision == _NEWEST
_KEYED = (
    select(texts.c.situation, texts.c.language)
    .where(_IS_NEWEST, texts.c.body.is_not(None))
    .subquery()
)
_TO_USER = select(
    select(directory.c.name)
    .where(directory.c.user_id == bindparam("user"))
    .scalar_subquery()
    .label("name"),
    *(
        select(column).where(*_OF_KEY, _IS_NEWEST).scalar_subquery().label(column.name)
        for column in (texts.c.subject, texts.c.body, texts.c.revision)
    ),
)
