"""Names of actions for templates, and sentences that say who acted."""

from collections.abc import Iterable

from flask import Flask
from flask_babel.speaklater import LazyString
from markupsafe import Markup, escape

from dashboard.web.rendering.words.action_sentences import TOLD
from dashboard.web.rendering.words.action_words import LABELS
from dashboard.web.rendering.words.attempt_words import ATTEMPTS
from dashboard.web.rendering.words.user_sentences import TOLD_HERE, TRIED


def init_actions(app: Flask) -> None:
    """Give templates the words."""
    app.jinja_env.globals.update(action_label=label, action_labels=labels, deed=deed)


def label(action: str, *, is_done: bool = True) -> LazyString | str:
    """Return an action's name for tables; the code name of one that no longer exists.

    What did not happen, or not for sure, was tried.
    """
    tried = None if is_done else ATTEMPTS.get(action)
    return tried or LABELS.get(action, action)


def labels(actions: Iterable[str]) -> list[tuple[str, str]]:
    """Return the name and the label of each, for a select."""
    return [(action, str(label(action))) for action in actions]


def deed(
    action: str, name: str | None, user: str | None = None, *, is_done: bool = True
) -> Markup | None:
    """Return the sentence that says who did it, or tried to, None where there is none.

    No `name` is the reader; no `user` is the one whose page it is on.
    """
    if is_done:
        told = (TOLD_HERE.get(action) if user is None else None) or TOLD.get(action)
    else:
        told = TRIED.get(action) if user else None
    if told is None:
        return None
    text = told.by_name if name else told.by_you
    return Markup(text) % {"name": escape(name), "user": escape(user)}  # noqa: S704  our own text
