"""The forms of the lab: what a run is to make, and what its page shows."""

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.validators import AnyOf, Optional

from dashboard.forms.contact import ReasonField, Required
from dashboard.forms.directory import PATH_MAX
from dashboard.forms.fields import LocalizedForm, OpaqueField, TextField
from dashboard.forms.query import KeyedForm, WholeNumberField
from dashboard.forms.users import LANGUAGES, USER_TYPES, CountryField
from dashboard.services.lab.people import CODES, MOST, LabOrder
from dashboard.services.lab.plan import Goal

__all__ = ["LANGUAGES", "BundleForm", "LabForm", "LabListForm", "SelectedBundleForm"]


class LabForm(LocalizedForm):
    """`goal count country_code language user_type reason`: no country is a mix of several."""

    goal = TextField(_l("State to reach"), [Required(_l("Choose a state."))])
    count = WholeNumberField(_l("How many"))
    country_code = CountryField(_l("Country"), [Optional(), AnyOf(CODES, _l("Choose a country."))])
    language = TextField(
        _l("Language"),
        [Required(_l("Choose a language.")), AnyOf(LANGUAGES, _l("Choose a language."))],
    )
    user_type = TextField(
        _l("Type"), [Required(_l("Choose a type.")), AnyOf(USER_TYPES, _l("Choose a type."))]
    )
    reason = ReasonField(_l("Reason"), [Required(_l("Enter what the users are for."))])

    def is_valid(self, goals: Sequence[Goal], most: int) -> bool:
        """Return whether a run can be made of it; if not, errors are beside their fields."""
        is_valid, most = self.validate(), min(most, MOST)
        if self.goal.data and self.goal.data not in goals:
            self.goal.errors = [_("Choose a state.")]
            is_valid = False
        if not 0 < (self.count.data or 0) <= most:
            self.count.errors = [_("Enter a number from 1 to %(most)s.", most=most)]
            is_valid = False
        return is_valid

    def order(self) -> LabOrder:
        """Return what the run is to make; call `is_valid()` first."""
        return LabOrder(
            goal=Goal(self.goal.data or ""),
            count=self.count.data or 0,
            country_code=self.country_code.data or "",
            language=self.language.data or "",
            user_type="business" if self.user_type.data == "business" else "personal",
            reason=self.reason.data or "",
        )


class BundleForm(LocalizedForm):
    """`reason` of a bundle."""

    reason = ReasonField(_l("Reason"), [Required(_l("Enter who needs the file, and why."))])


class SelectedBundleForm(BundleForm):
    """`seen`: the mark of the users shown, `back`: the list that the person comes from."""

    seen = OpaqueField()
    back = OpaqueField(max_length=PATH_MAX)


class LabListForm(KeyedForm):
    """`/lab?before=`: before which run."""
