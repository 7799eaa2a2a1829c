"""A contact with a user, as a control or a person notes it, and an email to a user."""

from flask_babel import lazy_gettext as _l
from wtforms.validators import AnyOf, DataRequired, Optional

from dashboard.forms.contact import Required
from dashboard.forms.fields import LocalizedForm, OpaqueField, PastedField, TextField
from dashboard.services.contacts.log import ContactKind, NewContact
from dashboard.services.contacts.mail import Letter
from dashboard.services.texts.situations import Situation
from dashboard.services.texts.texts import Language, Message
from dashboard.text import limits

KINDS = tuple(kind for kind in ContactKind if not kind.is_email)
SUBJECT_MAX, BODY_MAX = 200, 10_000
LINKS_MAX = 10  # of one text that are replaced


class ContactForm(LocalizedForm):
    """One contact; language and situation are of the text that was used, where there was one."""

    kind = OpaqueField(validators=[DataRequired(), AnyOf(KINDS)])
    language = OpaqueField(validators=[Optional(), AnyOf(tuple(Language))])
    situation = OpaqueField(validators=[Optional(), AnyOf(tuple(Situation))])

    def contact(self) -> NewContact:
        """Return the contact; call `validate()` first."""
        return NewContact(
            ContactKind(self.kind.data or ""),
            self.language.data or None,
            self.situation.data or None,
        )


class MailForm(LocalizedForm):
    """An email to a user. The hidden fields are of the text that the form began with."""

    subject = TextField(_l("Subject"), [Required(_l("Enter a subject."))], max_length=SUBJECT_MAX)
    body = PastedField(
        _l("Text"), [Required(_l("Enter a text."))], max_length=BODY_MAX, takes_links=True
    )
    language = OpaqueField(validators=[DataRequired(), AnyOf(tuple(Language))])
    situation = OpaqueField(validators=[DataRequired(), AnyOf(tuple(Situation))])
    link = OpaqueField(max_length=limits.URL, takes_links=True)

    def is_about(self, message: Message) -> bool:
        """Return whether the form began with a text for this situation and with this link."""
        return (self.situation.data, self.link.data or "") == (message.situation, message.link)

    def follow(self, message: Message) -> None:
        """Take over situation and link, the link in the text as well."""
        if self.link.data and message.link:
            text, before = self.body.data or "", self.link.data
            self.body.data = text.replace(before, message.link, LINKS_MAX)
        self.situation.data, self.link.data = message.situation, message.link

    def letter(self, to: str) -> Letter:
        """Return the email; call `validate()` first."""
        return Letter(
            to=to,
            subject=self.subject.data or "",
            body="\n".join((self.body.data or "").splitlines()) + "\n",
            language=self.language.data or "",
            situation=self.situation.data or "",
        )
