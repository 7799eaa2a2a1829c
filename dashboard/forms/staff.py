"""The forms that add somebody and change what they may do."""

from flask_babel import lazy_gettext as _l
from wtforms import SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length

from dashboard.forms.account import NAME_MAX
from dashboard.forms.contact import Email, Filled, stripped, visible
from dashboard.forms.localized import LocalizedForm
from dashboard.services.roles import Role


class PersonForm(LocalizedForm):
    """Who somebody is."""

    email = StringField(
        _l("Work email"),
        [Filled(_l("Fill in an email.")), visible, Email()],
        filters=[stripped],
    )
    name = StringField(
        _l("Name"),
        [Filled(_l("Fill in a name.")), Length(max=NAME_MAX), visible],
        filters=[stripped],
    )


class RolesForm(LocalizedForm):
    """A set of roles."""

    roles = SelectMultipleField(
        _l("Roles"),
        [InputRequired(_l("Choose at least one role."))],
        choices=[role.value for role in Role],  # type: ignore[misc]  # the stubs want pairs
    )

    def wanted(self) -> list[Role]:
        """Return the roles that were chosen."""
        return [Role(name) for name in self.roles.data or []]


class NewMemberForm(PersonForm, RolesForm):
    """Somebody new."""
