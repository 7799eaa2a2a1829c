"""What a search matched in a field, marked."""

from collections.abc import Sequence

from flask import Flask
from markupsafe import Markup, escape

from dashboard.services.directory.marks import Field, find_marks
from dashboard.store.directory.search import Word
from dashboard.text.characters import write_out
from dashboard.web.rendering.filters import shortened


def init_marks(app: Flask) -> None:
    """Give the filter to templates."""
    app.jinja_env.filters.update(marked=marked, marked_country=marked_country, marked_id=marked_id)


def marked(text: str, words: Sequence[Word], field: str) -> Markup:
    """Return a field's text, isolated, with what the words match in it marked.

    Someone who sees the field masked has no words to mark.
    """
    shown, end = [], 0
    for start, stop in find_marks(text, words, Field(field)):
        shown += [_plain(text[end:start]), f"<mark>{_plain(text[start:stop])}</mark>"]
        end = stop
    return Markup(f"<bdi>{''.join([*shown, _plain(text[end:])])}</bdi>")  # noqa: S704  escaped


def marked_id(user_id: str, words: Sequence[Word]) -> Markup:
    """Return a user's ID: whole where the words match a part of it, else shortened."""
    if find_marks(user_id, words, Field.USER_ID):
        return marked(user_id, words, Field.USER_ID.value)
    return escape(shortened(user_id))


def marked_country(name: str, code: str, words: Sequence[Word]) -> str:
    """Return a country's name, marked where one of the words is this country."""
    is_meant = any(code in word.countries for word in words)
    return Markup("<mark>{}</mark>").format(name) if is_meant else name


def _plain(text: str) -> str:
    return escape(write_out(text)).replace("@", Markup("<wbr>@"))
