"""The texts to users, as admins edit them. Makes no API call."""

from uuid import UUID

from flask import abort, flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from dashboard.forms.story.texts import PREVIEW, RestoreForm, TextForm, TextQuery
from dashboard.services.permissions import Permission
from dashboard.services.texts.checks import allowed_in
from dashboard.services.texts.diffs import lines_of
from dashboard.services.texts.editing import (
    NoSuchRevisionError,
    TextEdit,
    TextHistory,
    TextVersion,
)
from dashboard.services.texts.situations import Situation
from dashboard.services.texts.texts import Language, find_language
from dashboard.views.texts import blueprint
from dashboard.web.auth.saved_forms import restore_form
from dashboard.web.context import actor, services, signed_in
from dashboard.web.htmx import redirect_to, respond
from dashboard.web.routing import route

PAGE = "/settings/texts"
ONE = f"{PAGE}/<any({', '.join(Situation)}):situation>"
ACCESS = Permission.TEXTS_MANAGE
SAID, EXAMPLE = "texts", "Ana"


@route(blueprint, PAGE, access=ACCESS)
def index() -> ResponseReturnValue:
    """Show the first text."""
    return _edit(Situation.NOT_STARTED)


@route(blueprint, ONE, access=ACCESS)
def edit(situation: str) -> ResponseReturnValue:
    """Show a text with its history, and what changed in one revision."""
    return _edit(Situation(situation))


@route(blueprint, ONE, access=ACCESS, method="POST", form_at="texts.edit")
def save(situation: str) -> ResponseReturnValue:
    """Save a text, or show what was typed as a user would read it.

    Where someone else changed it since, it isn’t saved, and both texts are shown.
    """
    form = _sent(situation)
    if not form.validate() or form.do.data == PREVIEW:
        return _page(form)
    if not services().texts.editor.save(_change(form), form.words()):
        return _page(form, overtaken=True)
    flash("saved", SAID)
    return redirect_to(_url(form.situation, form.language.data))


@route(blueprint, f"{ONE}/restore", access=ACCESS)
def confirm(situation: str) -> ResponseReturnValue:
    """Ask before an earlier text takes the place of this one."""
    return _confirm(Situation(situation), _read_query())


@route(blueprint, f"{ONE}/restore", access=ACCESS, method="POST", form_at="texts.edit")
def restore(situation: str) -> ResponseReturnValue:
    """Go back to an earlier text, or to the shipped one."""
    form = RestoreForm(request.form)
    if not form.validate():
        abort(400)
    which, language = Situation(situation), Language(form.language.data or "")
    edited = TextEdit(which, language, form.revision.data or 0, actor(), signed_in().staff.id)
    try:
        restored = services().texts.editor.restore(edited, form.restore.data or 0)
    except NoSuchRevisionError:
        abort(404)
    flash("restored" if restored else "overtaken", SAID)
    return redirect_to(_url(which, language))


def _edit(situation: Situation) -> ResponseReturnValue:
    query = _read_query()
    now = services().texts.editor.get(situation, _language(query)).current
    given = {
        "subject": now.words.subject,
        "body": now.words.body,
        "language": _language(query),
        "revision": now.revision,
    }
    form = TextForm(restore_form("texts.save"), data=given)
    form.situation = situation
    return _page(form, query=query)


def _confirm(situation: Situation, query: TextQuery) -> ResponseReturnValue:
    history = services().texts.editor.get(situation, _language(query))
    version = _version(history, query)
    if version is None:
        abort(404)
    return respond(
        "texts/restore.html",
        fragments={},
        situation=situation,
        history=history,
        version=version,
        lines=lines_of(history.current.words, version.words),
    )


def _page(
    form: TextForm, *, query: TextQuery | None = None, overtaken: bool = False
) -> ResponseReturnValue:
    language, texts = Language(form.language.data or ""), services().texts
    history = texts.editor.get(form.situation, language)
    current = history.current
    version = _version(history, query) if query else None
    before = history.before(version.revision) if version else None
    user_id = _find_user(form)
    if overtaken:
        form.revision.data = current.revision
    words = form.words()
    filled = None if form.errors else texts.texts.preview(words, language, user_id, EXAMPLE)
    return respond(
        "texts/index.html",
        fragments={"editor": "texts/_editor.html"},
        status=409 if overtaken else 422 if form.errors else 200,
        form=form,
        history=history,
        changed=texts.editor.changed(),
        situations=tuple(Situation),
        placeholders=allowed_in(form.situation),
        filled=filled,
        recent=services().saved_views.palette.recent(signed_in().staff.id),
        version=version,
        lines=lines_of(before.words, version.words) if version and before else (),
        theirs=lines_of(words, current.words) if overtaken else (),
        dropped=query.dropped() if query else (),
    )


def _sent(situation: str) -> TextForm:
    """Return the form as it was sent; only its hidden fields can’t be corrected."""
    form = TextForm(request.form)
    form.situation = Situation(situation)
    if not (form.language.validate(form) and form.revision.validate(form)):
        abort(400)
    return form


def _change(form: TextForm) -> TextEdit:
    return TextEdit(
        form.situation,
        Language(form.language.data or ""),
        form.revision.data or 0,
        actor(),
        signed_in().staff.id,
    )


def _read_query() -> TextQuery:
    query = TextQuery(request.args)
    query.validate()
    return query


def _language(query: TextQuery) -> Language:
    """Return the language that the address names, else that of the page."""
    if query.language.data and not query.language.errors:
        return Language(query.language.data)
    return find_language(str(get_locale())) or Language.ENGLISH


def _version(history: TextHistory, query: TextQuery) -> TextVersion | None:
    number = None if query.revision.errors else query.revision.data
    try:
        return None if number is None else history.get(number)
    except NoSuchRevisionError:
        abort(404)


def _find_user(form: TextForm) -> UUID | None:
    """Return the user to preview with, by email or ID, as we know them."""
    text = form.user.data
    if not text or form.user.errors:
        return None
    users = services().users.api
    user_id = form.user_id() or users.of_email(text).only
    if user_id is None or users.find_last_seen(user_id) is None:
        form.refuse_user()
        return None
    return user_id


def _url(situation: Situation, language: str | None) -> str:
    return url_for("texts.edit", situation=situation.value, language=language)
