"""The forms that add somebody and change what they may do."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.validators import InputRequired

from dashboard.forms.contact import Email, EmailField, NameField, Required
from dashboard.forms.fields import ChoicesField
from dashboard.forms.localized import LocalizedForm
from dashboard.services.permissions import Role
from dashboard.services.staff.change import StaffChangeRefusal


class PersonForm(LocalizedForm):
    """Who somebody is."""

    email = EmailField(_l("Work email"), [Required(_l("Fill in an email."))])
    name = NameField(_l("Name"), [Required(_l("Fill in a name."))])


class RolesForm(LocalizedForm):
    """A set of roles."""

    roles = ChoicesField(
        _l("Roles"),
        [InputRequired(_l("Choose at least one role."))],
        choices=[role.value for role in Role],
    )

    def wanted(self) -> list[Role]:
        """Return the roles that were chosen."""
        return [Role(name) for name in self.roles.data or []]


class NewMemberForm(PersonForm, RolesForm):
    """Somebody new."""

    def refuse(self, refusal: StaffChangeRefusal) -> None:
        """Tell beside the email why it cannot be added."""
        is_taken = refusal is StaffChangeRefusal.EMAIL_TAKEN
        self.email.errors = [
            _("Enter another email. A staff member, perhaps disabled, has this one.")
            if is_taken
            else str(Email.message)
        ]
