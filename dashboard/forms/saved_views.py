"""A saved view: its name, its list, and which parameters of the list's address it keeps."""

from urllib.parse import parse_qsl, urlencode

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms.validators import AnyOf, DataRequired, Optional, ValidationError

from dashboard.forms.desk import DeskForm
from dashboard.forms.directory import Holds, ListForm
from dashboard.forms.fields import LocalizedForm, OpaqueField, TextField
from dashboard.services.saved_views.views import Filter, ViewRefusal

NAME_MAX, FILTER_MAX = 60, 2000
PLACES = frozenset({"page", "limit", "cursor", "of", "after", "before", "source", "view"})
"""Parameters of a place in the list and of how it is shown, which are no part of a view."""
DESK = ("list", "desk")
"""The first parameter of a view of the desk; the others are of the list of users."""
CHANGES = ("rename", "share", "unshare", "delete")
WORDS = {
    ViewRefusal.NAME_TAKEN: _l("You already have a view with this name. Choose another name."),
    ViewRefusal.TOO_MANY: _l("You have 50 views, the most we keep. Delete one first."),
}


def is_of_desk(chosen: Filter) -> bool:
    """Return whether a view is of the desk."""
    return DESK in chosen


def list_form(chosen: Filter, *, holds: Holds, sees_personal: bool = True) -> ListForm | DeskForm:
    """Return the list's own form, filled in and checked."""
    form: ListForm | DeskForm
    if is_of_desk(chosen):
        form = DeskForm(MultiDict(of_list(chosen)), holds=holds)
    else:
        form = ListForm(MultiDict(chosen), sees_personal=sees_personal, holds=holds)
    form.validate()
    return form


def of_list(chosen: Filter) -> Filter:
    """Return a view's parameters as its list's address has them."""
    return tuple(each for each in chosen if each != DESK)


def filter_of(query: str) -> Filter:
    """Return what a view keeps of the query of a list's address."""
    return tuple((name, value) for name, value in parse_qsl(query) if name not in PLACES)


class ViewNameForm(LocalizedForm):
    """The name of a view, and what to do with it."""

    name = TextField(_l("Name"), [DataRequired(_l("Enter a name."))], max_length=NAME_MAX)

    def refuse(self, refusal: ViewRefusal) -> None:
        """Tell beside the field why the view wasn't saved."""
        self.name.errors = [str(WORDS[refusal])]


class SavedViewForm(ViewNameForm):
    """A new view. `filter` is the query of the list's address."""

    shared = TextField(_l("Share with all staff"), [Optional(), AnyOf(["on"])])
    filter = OpaqueField(max_length=FILTER_MAX)
    holds: Holds = staticmethod(lambda _name, _value: True)

    def validate_filter(self, field: OpaqueField) -> None:
        """Refuse what the list couldn't use: the view would show something else."""
        dropped = list_form(filter_of(field.data or ""), holds=self.holds).dropped()
        if dropped:
            raise ValidationError(
                _l("We can’t use these parameters of the address: %(names)s.")
                % {"names": ", ".join(dropped)}
            )

    def chosen(self) -> Filter:
        """Return the parameters to keep; call `validate()` first."""
        return filter_of(self.filter.data or "")


def list_query(chosen: Filter) -> str:
    """Return the query of a list's address."""
    return urlencode(chosen)
