"""The forms that issue a token, and those of the ledger."""

from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import Field, Form
from wtforms.validators import AnyOf, NumberRange, Optional, ValidationError

from dashboard.forms.contact import ReasonField, Required
from dashboard.forms.fields import LocalizedForm, PastedField, TextField
from dashboard.forms.query import ROW_MAX, KeyedForm, WholeNumberField
from dashboard.forms.retype_email import RetypedEmailForm
from dashboard.services.tokens.issue import PrivyLogin, Purpose
from dashboard.services.tokens.receipts import GrantKind, GrantView, LedgerFilters
from dashboard.text import emails
from dashboard.text.emails import is_email
from dashboard.text.ids import find_uuid

TICKET_MAX = 60
PRIVY_MAX = 8000  # longer than any header would carry it
FOUND_MAX = 20_000  # a token with the text around it


class ReasonForm(LocalizedForm):
    """The fields of every token form: `reason` and `ticket`."""

    reason = ReasonField(_l("Reason"), [Required(_l("Enter a reason for the token."))])
    ticket = TextField(_l("Ticket"), [Optional()], max_length=TICKET_MAX)

    def why(self) -> Purpose:
        """Return the purpose of the token."""
        return Purpose(self.reason.data or "", self.ticket.data)


class UserLookForm(ReasonForm):
    """`reason` and `ticket` of a look at a user's accounts."""

    reason = ReasonField(_l("Reason"), [Required(_l("Enter why you need to look."))])


class TokenForm(ReasonForm, RetypedEmailForm):
    """`reason` and `ticket`, and in production `confirm`."""


class PrivyForm(ReasonForm):
    """`privy_token`, `reason` and `ticket`. No `confirm`: the email is not known before."""

    privy_token = TextField(
        _l("Privy token"),
        [Required(_l("Paste the Privy token."))],
        max_length=PRIVY_MAX,
        too_long=_l("Paste only the Privy token: this text is too long to be one."),
        takes_tokens=True,
    )

    def command(self) -> PrivyLogin:
        """Return the Privy log-in to exchange."""
        return PrivyLogin(self.privy_token.data or "")


class FoundTokenForm(LocalizedForm):
    """`found_token`: a token that someone found, or text around it. It is never shown again."""

    found_token = PastedField(
        _l("Token"),
        [Required(_l("Paste the token."))],
        max_length=FOUND_MAX,
        too_long=_l("Paste only the token: this text is too long."),
        takes_tokens=True,
    )

    def text(self) -> str:
        """Return the text; call `validate()` first."""
        return self.found_token.data or ""


def _names_user(_form: Form, field: Field) -> None:
    if not (find_uuid(field.data) or is_email(field.data)):
        raise ValidationError


class LedgerForm(KeyedForm):
    """`/tokens?view= kind= staff= user= before=`.

    `staff` is the number of the issuer, `user` an ID or a whole email.
    """

    view = TextField(_l("State"), [Optional(), AnyOf(tuple(GrantView))])
    kind = TextField(_l("Kind"), [Optional(), AnyOf(tuple(GrantKind))])
    staff = WholeNumberField(_l("Staff member"), [Optional(), NumberRange(1, ROW_MAX)])
    user = TextField(_l("User"), [Optional(), _names_user], max_length=emails.MAX_LENGTH)

    def user_id(self) -> UUID | None:
        """Return the user whose ID the filter has."""
        return find_uuid(self.usable().get("user", ""))

    def filters(self, user_ids: frozenset[UUID] | None) -> LedgerFilters:
        """Return the filters that can be used, for these users; call `validate()` first."""
        usable = self.usable()
        return LedgerFilters(
            before=usable.get("before"),
            view=GrantView(usable["view"]) if "view" in usable else None,
            kind=GrantKind(usable["kind"]) if "kind" in usable else None,
            staff_id=usable.get("staff"),
            user_ids=user_ids,
        )
