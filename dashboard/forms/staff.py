"""The forms that add a staff member and change their roles."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.validators import InputRequired

from dashboard.forms.contact import Email, EmailField, NameField, Required
from dashboard.forms.fields import ChoicesField, LocalizedForm
from dashboard.services.permissions import Role
from dashboard.services.staff.change import StaffChangeRefusal


class PersonForm(LocalizedForm):
    """The email and the name of a staff member."""

    email = EmailField(_l("Work email"), [Required(_l("Enter an email address."))])
    name = NameField(_l("Name"), [Required(_l("Enter a name."))])


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
    """A new staff member."""

    def refuse(self, refusal: StaffChangeRefusal) -> None:
        """Tell beside the email why it cannot be added."""
        is_taken = refusal is StaffChangeRefusal.EMAIL_TAKEN
        self.email.errors = [
            _("Enter another email. A staff member already has this one and may be disabled.")
            if is_taken
            else str(Email.message)
        ]
