"""The forms of tags: one of the list, and those of a user."""

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from wtforms.validators import AnyOf, DataRequired

from dashboard.forms.fields import ChoicesField, LocalizedForm, OpaqueField, TextField
from dashboard.services.tags.tag_list import COLOURS, MOST, TagRefusal

NAME_MAX = 30
WORDS = {
    TagRefusal.NAME_TAKEN: _l("There is already a tag with this name. Choose another name."),
    TagRefusal.TOO_MANY: _l("There are 30 tags, the most we keep. Delete one first."),
}


class TagForm(LocalizedForm):
    """The name and the colour of a tag."""

    name = TextField(_l("Name"), [DataRequired(_l("Enter a name."))], max_length=NAME_MAX)
    colour = TextField(_l("Colour"), [AnyOf(COLOURS, message=_l("Choose a colour."))])

    def refuse(self, refusal: TagRefusal) -> None:
        """Tell beside the name why the tag wasn't saved."""
        self.name.errors = [str(WORDS[refusal])]


class UserTagsForm(LocalizedForm):
    """The tags that a user is to have, and `shown`: those that the page said they have."""

    tag = ChoicesField(_l("Tags"), coerce=str, validate_choice=False)
    shown = OpaqueField(max_length=MOST * 11)

    def wanted_ids(self) -> frozenset[int]:
        """Return the numbers of the tags that are ticked."""
        return _numbers(self.tag.data or ())

    def shown_ids(self) -> frozenset[int]:
        """Return the numbers of the tags that were ticked before."""
        return _numbers((self.shown.data or "").split())


def _numbers(texts: Iterable[str]) -> frozenset[int]:
    return frozenset(int(text) for text in texts if text.isascii() and text.isdigit())
