"""The forms that issue a token, and the page of the ledger."""

from flask_babel import lazy_gettext as _l
from wtforms.validators import AnyOf, NumberRange, Optional

from dashboard.forms.contact import ReasonField, Required
from dashboard.forms.fields import LocalizedForm, TextField
from dashboard.forms.query import ROW_MAX, QueryForm, WholeNumberField
from dashboard.forms.retype_email import RetypedEmailForm
from dashboard.services.tokens.issue import PrivyLogin, Purpose

TICKET_MAX = 60
PRIVY_MAX = 8000  # longer than any header would carry it


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
    )

    def command(self) -> PrivyLogin:
        """Return the Privy log-in to exchange."""
        return PrivyLogin(self.privy_token.data or "")


class LedgerForm(QueryForm):
    """`/tokens?view=active&before=`: the number of the last grant of the page before."""

    view = TextField(validators=[Optional(), AnyOf(("active",))])
    before = WholeNumberField(validators=[Optional(), NumberRange(1, ROW_MAX)])

    @property
    def only_active(self) -> bool:
        """Return whether only tokens that have not expired are asked for."""
        return bool(self.view.data) and not self.view.errors

    def query(self) -> int | None:
        """Return where to go on, None for the newest."""
        return None if self.before.errors else self.before.data
