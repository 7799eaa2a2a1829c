"""The form of a text to users, and the address of its page."""

from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms.validators import AnyOf, NumberRange, Optional, ValidationError

from dashboard.forms.contact import Required
from dashboard.forms.fields import LocalizedForm, PastedField, TextField
from dashboard.forms.query import ROW_MAX, QueryForm, WholeNumberField
from dashboard.services.texts.checks import (
    TextFault,
    TextProblem,
    problem_of_body,
    problem_of_subject,
)
from dashboard.services.texts.placeholders import Words
from dashboard.services.texts.situations import Situation
from dashboard.services.texts.texts import Language
from dashboard.text import limits
from dashboard.text.ids import find_uuid

SUBJECT_MAX, BODY_MAX = 120, 2000
PREVIEW = "preview"
_DID_YOU_MEAN = _l("Line %(line)s: %(found)s isn’t a placeholder. Did you mean %(meant)s?")
_PROBLEMS = {
    TextFault.UNKNOWN: _l("Line %(line)s: %(found)s isn’t a placeholder. Use one of those below."),
    TextFault.LONE_BRACE: _l(
        "Line %(line)s: %(found)s is only for placeholders, such as {first_name}. Remove it."
    ),
    TextFault.NO_LINK_HERE: _l(
        "Line %(line)s: remove %(found)s. There’s no link in this situation."
    ),
    TextFault.IN_SUBJECT: _l("Remove %(found)s. It can only be in the text."),
    TextFault.NOT_APART: _l(
        "Line %(line)s: put a space or a line break on both sides of %(found)s, so that it opens."
    ),
    TextFault.LINK_MISSING: _l("Add %(found)s. Without it, the user has nothing to open."),
}


class TextForm(LocalizedForm):
    """`subject`, `body`, `language`, the `revision` seen; and `do=preview` with a `user`."""

    subject = TextField(_l("Subject"), [Required(_l("Enter a subject."))], max_length=SUBJECT_MAX)
    body = PastedField(_l("Text"), [Required(_l("Enter the text."))], max_length=BODY_MAX)
    language = TextField(validators=[AnyOf(list(Language))])
    revision = WholeNumberField(validators=[NumberRange(0, ROW_MAX)])
    user = TextField(_l("Preview with"), [Optional()], max_length=limits.EMAIL)
    do = TextField(validators=[Optional(), AnyOf([PREVIEW])])
    situation: Situation

    def validate_subject(self, field: TextField) -> None:
        """Refuse what can’t be filled."""
        _refuse(problem_of_subject(field.data or ""))

    def validate_body(self, field: PastedField) -> None:
        """Refuse what can’t be filled, and a text without its link."""
        field.data = _lines(field.data or "")
        _refuse(problem_of_body(field.data, self.situation))

    def user_id(self) -> UUID | None:
        """Return the ID that was typed, None for any other text."""
        return find_uuid(self.user.data or "")

    def refuse_user(self) -> None:
        """Tell beside the field that we know no such user."""
        self.user.errors = [_l("We don’t know a user with this email or ID.")]

    def words(self) -> Words:
        """Return the text as it was typed."""
        return Words(self.subject.data or "", _lines(self.body.data or ""))


class RestoreForm(LocalizedForm):
    """`language`, the `revision` that was seen, and which one comes back (`restore`)."""

    language = TextField(validators=[AnyOf(list(Language))])
    revision = WholeNumberField(validators=[NumberRange(0, ROW_MAX)])
    restore = WholeNumberField(validators=[NumberRange(0, ROW_MAX)])


class TextQuery(QueryForm):
    """`/settings/texts/link_fresh?language=es&revision=3`: what changed in a revision."""

    language = TextField(validators=[Optional(), AnyOf(list(Language))])
    revision = WholeNumberField(validators=[Optional(), NumberRange(0, ROW_MAX)])


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _refuse(problem: TextProblem | None) -> None:
    if problem:
        words = _DID_YOU_MEAN if problem.meant else _PROBLEMS[problem.kind]
        values = {"line": problem.line, "found": problem.found, "meant": problem.meant}
        raise ValidationError(str(words) % values)
