"""A contact with a user, as a control or a person notes it."""

from wtforms.validators import AnyOf, DataRequired, Optional

from dashboard.forms.fields import LocalizedForm, OpaqueField
from dashboard.services.contacts.log import ContactKind, NewContact

KINDS = tuple(kind for kind in ContactKind if not kind.is_email)
LANGUAGES = ("en", "es")


class ContactForm(LocalizedForm):
    """One contact; what it says of the text that was used is optional."""

    kind = OpaqueField(validators=[DataRequired(), AnyOf(KINDS)])
    language = OpaqueField(validators=[Optional(), AnyOf(LANGUAGES)])

    def contact(self) -> NewContact:
        """Return the contact; call `validate()` first."""
        return NewContact(ContactKind(self.kind.data or ""), self.language.data or None)
