"""Notes on users, and their earlier texts. No page of them makes a call to the API."""

from uuid import UUID

from flask import Blueprint, Response, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from dashboard.forms.story.notes import (
    DeleteNoteForm,
    DraftForm,
    EditDraftForm,
    EditNoteForm,
    NoteForm,
)
from dashboard.services.attempts.conflicts import NotRecordedError
from dashboard.services.notes.notes import Draft, Note, UserNotes
from dashboard.services.permissions import Permission
from dashboard.services.seen import NeverSeenError
from dashboard.web.auth.saved_forms import restore_form
from dashboard.web.context import actor, services, signed_in
from dashboard.web.htmx import redirect_to, respond, wants_fragment
from dashboard.web.problems import Problem, problem_of
from dashboard.web.rendering.notes import NotesCard, card_of, notes_card, tell_added
from dashboard.web.routing import route

blueprint = Blueprint("notes", __name__)
PATH = "/users/<uuid:user_id>/notes"
ONE = f"{PATH}/<int:note_id>"
OVERTAKEN = 409


@route(blueprint, PATH, access=Permission.PII_READ)
def index(user_id: UUID) -> ResponseReturnValue:
    """Show the notes on a user, without asking the API about them."""
    services().users.openings.count(actor(), user_id, follows=False)
    return _list(user_id, notes_card(user_id))


@route(blueprint, f"{ONE}/older", access=Permission.PII_READ)
def older(user_id: UUID, note_id: int) -> ResponseReturnValue:
    """Show the notes that are older than one of them."""
    services().users.openings.count(actor(), user_id, follows=True)
    _get(user_id, note_id)
    notes = services().notes.older(user_id, note_id)
    seen = services().users.api.find_last_seen(user_id)
    return respond("notes/older.html", fragments={}, user_id=user_id, seen=seen, older=notes)


@route(blueprint, PATH, access=Permission.NOTES_WRITE, method="POST", form_at="users.show")
def add(user_id: UUID) -> ResponseReturnValue:
    """Write a note; the answer says what others added meanwhile."""
    form = NoteForm(request.form)
    if not form.validate():
        services().users.openings.count(actor(), user_id, follows=True)
        return _list(user_id, NotesCard(_notes(user_id), form), status=422)
    try:
        services().notes.add(actor(), user_id, form.note.text)
    except NeverSeenError:
        abort(404)
    except NotRecordedError as error:
        problem = problem_of(error)
        return _list(user_id, NotesCard(_notes(user_id), form, problem=problem), problem.status)
    if wants_fragment():
        return _list(user_id, card_of(_notes(user_id), NoteForm(), form.seen.number))
    tell_added(user_id, form.seen.number)
    return _back(user_id)


@route(blueprint, f"{PATH}/draft", access=Permission.NOTES_WRITE, method="POST")
def keep_draft(user_id: UUID) -> ResponseReturnValue:
    """Keep what is typed; the answer says so in a few words."""
    form = DraftForm(request.form)
    if not form.validate():
        return _told(422, form=form)
    try:
        draft = services().notes.keep_draft(actor(), user_id, form.note.data or "")
    except NeverSeenError:
        abort(404)
    return _told(200, draft=draft)


@route(blueprint, ONE, access=Permission.PII_READ)
def show(user_id: UUID, note_id: int) -> ResponseReturnValue:
    """Show a note and what it said before; its author can change it."""
    services().users.openings.count(actor(), user_id, follows=False)
    note = _get(user_id, note_id)
    draft = services().notes.find_edit(note, signed_in().staff.id)
    given = {"note": note.body, "revision": note.revision}
    if draft:
        given = {"note": draft.body, "revision": draft.revision or note.revision}
    return _one(note, EditNoteForm(restore_form("notes.change"), data=given), draft=draft)


@route(blueprint, f"{ONE}/draft", access=Permission.NOTES_WRITE, method="POST")
def keep_edit(user_id: UUID, note_id: int) -> ResponseReturnValue:
    """Keep what is typed in place of a note's text; the answer says so in a few words."""
    _get_own(user_id, note_id)
    form = EditDraftForm(request.form)
    if not form.validate():
        return _told(422, form=form)
    number, body = form.revision.number, form.note.data or ""
    draft = services().notes.keep_edit(actor(), user_id, note_id, number, body)
    return _told(200, draft=draft)


@route(blueprint, f"{ONE}/edit", access=Permission.NOTES_WRITE, method="POST", form_at="notes.show")
def change(user_id: UUID, note_id: int) -> ResponseReturnValue:
    """Give a note another text, unless it changed meanwhile: then both are shown."""
    note, form = _get_own(user_id, note_id), EditNoteForm(request.form)
    if not form.validate():
        return _one(note, form, status=422)
    by, revision = actor(), form.revision.number
    try:
        is_changed = services().notes.change(by, user_id, note_id, revision, form.note.text)
    except NotRecordedError as error:
        return _one(note, form, problem=problem_of(error))
    if not is_changed:
        return _one(_get(user_id, note_id), form, status=OVERTAKEN)
    return _back(user_id, note_id)


@route(
    blueprint, f"{ONE}/delete", access=Permission.NOTES_WRITE, method="POST", form_at="notes.show"
)
def delete(user_id: UUID, note_id: int) -> ResponseReturnValue:
    """Take a note away; its texts stay among the earlier ones."""
    _get_own(user_id, note_id)
    revision = DeleteNoteForm(request.form).revision.number
    if not services().notes.delete(actor(), user_id, note_id, revision):
        note = _get(user_id, note_id)
        given = {"note": note.body, "revision": note.revision}
        return _one(note, EditNoteForm(data=given), status=OVERTAKEN)
    return _back(user_id)


def _told(status: int, **shown: object) -> ResponseReturnValue:
    return Response(render_template("notes/_draft.html", **shown), status, mimetype="text/plain")


def _notes(user_id: UUID) -> UserNotes:
    return services().notes.of_user(user_id, signed_in().staff.id)


def _get(user_id: UUID, note_id: int) -> Note:
    note = services().notes.find(user_id, note_id)
    if note is None:
        abort(404)
    return note


def _get_own(user_id: UUID, note_id: int) -> Note:
    note = _get(user_id, note_id)
    if note.staff_id != signed_in().staff.id:
        abort(403)
    return note


def _list(user_id: UUID, notes: NotesCard | None, status: int = 200) -> ResponseReturnValue:
    fragments = {"notes": "notes/_notes.html"}
    seen = None if wants_fragment() else services().users.api.find_last_seen(user_id)
    return respond(
        "notes/index.html",
        fragments=fragments,
        status=status,
        user_id=user_id,
        seen=seen,
        notes=notes,
    )


def _one(
    note: Note,
    form: EditNoteForm,
    status: int = 200,
    problem: Problem | None = None,
    draft: Draft | None = None,
) -> ResponseReturnValue:
    return respond(
        "notes/note.html",
        fragments={},
        status=problem.status if problem else status,
        problem=problem,
        user_id=note.user_id,
        seen=services().users.api.find_last_seen(note.user_id),
        note=note,
        earlier=services().notes.earlier_texts(note.id),
        form=form,
        draft=draft,
        overtaken=status == OVERTAKEN,
    )


def _back(user_id: UUID, note_id: int | None = None) -> ResponseReturnValue:
    anchor = f"note-{note_id}" if note_id else "notes"
    return redirect_to(url_for("users.show", user_id=user_id, _anchor=anchor))
