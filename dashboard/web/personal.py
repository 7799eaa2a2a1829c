"""Who sees the personal data of users on a page; everybody else gets it masked in the source."""

from uuid import UUID

from flask import Flask, g

from dashboard.services import personal
from dashboard.services.roles import Permission
from dashboard.web.context import find_signed_in
from dashboard.web.formats import indented


def init_personal(app: Flask) -> None:
    """Give templates `sees_personal()` and the filters that mask."""
    app.jinja_env.globals.update(is_revealed=is_revealed, sees_personal=sees_personal)
    app.jinja_env.filters.update(answer_json=_answer_json, personal=_personal, free_text=_free_text)


def sees_personal(user_id: UUID | None = None) -> bool:
    """Say whether the person may see such data, of everybody or of this user in this answer."""
    person = find_signed_in()
    always = person is not None and person.may(Permission.PII_READ)
    return always or (user_id is not None and is_revealed(user_id))


def is_revealed(user_id: UUID) -> bool:
    """Say whether the data of this user is shown in this one answer."""
    return bool(g.get("revealed") == user_id)


def reveal(user_id: UUID) -> None:
    """Show the data of this user in this one answer."""
    g.revealed = user_id


def _personal(value: str, user_id: UUID | None = None) -> str:
    return value if sees_personal(user_id) else personal.masked(value)


def _free_text(text: str) -> str:
    """Return what a person or the API wrote, which may name somebody."""
    return text if sees_personal() else personal.without_personal(text)


def _answer_json(raw: str, user_id: UUID) -> str:
    return indented(raw if sees_personal(user_id) else personal.masked_answer(raw))
