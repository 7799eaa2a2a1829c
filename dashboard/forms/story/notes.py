"""The forms of notes: `note`, and what of the user's notes its page showed."""

from flask_babel import lazy_gettext as _l
from wtforms import Form, StringField, ValidationError

from dashboard.forms.fields import LocalizedForm, OpaqueField, TypedField
from dashboard.forms.query import ROW_MAX
from dashboard.text import characters

NOTE_MAX = 20_000


class NoteField(TypedField, StringField):
    """A text of many lines, in any characters: a page writes out those that aren't seen."""

    max_length = NOTE_MAX
    message = _l("Use at most 20,000 characters.")

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the text, with line ends of one kind."""
        super().process_formdata([each.replace("\r\n", "\n") for each in valuelist])
        self.data = self.data or ""
        if len(characters.clean(self.data)) > self.max_length:
            raise self.too_long()

    @property
    def text(self) -> str:
        """The text as it is kept."""
        return characters.clean(self.data or "")


class NumberOfPage(OpaqueField):
    """A number that our own page sends along, 0 for anything else."""

    @property
    def number(self) -> int:
        """The number."""
        text = self.data or ""
        return int(text) if text.isdecimal() and int(text) <= ROW_MAX else 0


def written(_form: Form, field: NoteField) -> None:
    """Require visible text."""
    if not field.text:
        raise ValidationError(_l("Enter a note."))


class NoteForm(LocalizedForm):
    """A new note. `seen` is the newest note that the page showed."""

    note = NoteField(_l("New note"), [written])
    seen = NumberOfPage()


class DraftForm(LocalizedForm):
    """A note that is being typed."""

    note = NoteField(_l("New note"))


class EditDraftForm(DraftForm):
    """Another text of a note, while it is typed. `revision` is the one that the page showed."""

    revision = NumberOfPage()


class EditNoteForm(LocalizedForm):
    """Another text of a note. `revision` is the one that the page showed."""

    note = NoteField(_l("Note"), [written])
    revision = NumberOfPage()


class DeleteNoteForm(LocalizedForm):
    """The deletion of a note. `revision` is the one that the page showed."""

    revision = NumberOfPage()
