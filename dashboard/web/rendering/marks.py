"""What a search matched in a field, marked."""

from collections.abc import Sequence

from flask import Flask
from markupsafe import Markup, escape

from dashboard.services.directory.marks import Field, find_marks
from dashboard.store.directory.search import Word
from dashboard.text.characters import write_out


def init_marks(app: Flask) -> None:
    """Give the filter to templates."""
    app.jinja_env.filters["marked"] = marked


def marked(text: str, words: Sequence[Word], field: str) -> Markup:
    """Return a field's text, isolated, with what the words match in it marked.

    Someone who sees the field masked has no words to mark.
    """
    shown, end = [], 0
    for start, stop in find_marks(text, words, Field(field)):
        shown += [_plain(text[end:start]), f"<mark>{_plain(text[start:stop])}</mark>"]
        end = stop
    return Markup(f"<bdi>{''.join([*shown, _plain(text[end:])])}</bdi>")  # noqa: S704  escaped


def _plain(text: str) -> str:
    return escape(write_out(text)).replace("@", Markup("<wbr>@"))
