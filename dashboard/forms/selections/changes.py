"""The forms that do something for all users of a selection.

`seen` is the mark of the users shown, `back` the address of the list that the person comes from.
"""

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l

from dashboard.forms.contact import Required
from dashboard.forms.directory import PATH_MAX
from dashboard.forms.exports import ExportForm
from dashboard.forms.fields import ChoicesField, LocalizedForm, OpaqueField, TextField
from dashboard.forms.story.notes import NoteField
from dashboard.services.readers import OF_ME, OF_NO_ONE
from dashboard.services.tags.tag_list import Tag
from dashboard.text import emails

NOTE_MAX = 500  # each of thousands of users gets it


class SelectionTagsForm(LocalizedForm):
    """The numbers of tags to `add` and to `remove`."""

    add = ChoicesField(_l("Tags to add"), coerce=str, validate_choice=False)
    remove = ChoicesField(_l("Tags to remove"), coerce=str, validate_choice=False)
    seen = OpaqueField()
    back = OpaqueField(max_length=PATH_MAX)

    def choose(self, tags: Iterable[Tag]) -> tuple[list[Tag], list[Tag]] | None:
        """Return the tags to add and to remove; None, and an error beside a field, for bad ones."""
        named = {str(tag.id): tag for tag in tags}
        add, remove = set(self.add.data or ()), set(self.remove.data or ())
        if not (add | remove) <= named.keys():
            self.add.errors = [str(_l("A tag was deleted in the meantime. Choose again."))]
        elif not add | remove:
            self.add.errors = [str(_l("Choose at least one tag to add or to remove."))]
        elif add & remove:
            self.remove.errors = [str(_l("Choose whether to add or to remove a tag, not both."))]
        else:
            chosen = [tag for number, tag in named.items() if number in add]
            return chosen, [tag for number, tag in named.items() if number in remove]
        return None


class SelectionOwnerForm(LocalizedForm):
    """`owner` is `me`, `none` or the email of a colleague."""

    owner = TextField(_l("Owner"), [Required(_l("Choose an owner."))], max_length=emails.MAX_LENGTH)
    note = NoteField(
        _l("Note"),
        max_length=NOTE_MAX,
        too_long=_l("Use at most %(max)s characters.", max=NOTE_MAX),
    )
    seen = OpaqueField()
    back = OpaqueField(max_length=PATH_MAX)

    def check(self, own_email: str, colleagues: Iterable[str]) -> bool:
        """Return whether the owner can be one, with a note for a colleague; else say why not."""
        if not self.validate():
            return False
        owner = self.owner.data or ""
        if owner not in {OF_ME, OF_NO_ONE, *colleagues}:
            self.owner.errors = [str(_l("Choose a staff member who can write notes."))]
            return False
        if owner not in {OF_ME, OF_NO_ONE, own_email} and not self.note.text:
            self.note.errors = [str(_l("Write a note for the new owner."))]
            return False
        return True


class SelectionLinksForm(ExportForm):
    """`reason` and `format`."""

    seen = OpaqueField()
    back = OpaqueField(max_length=PATH_MAX)
