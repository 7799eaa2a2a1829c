"""The forms that issue a token, and the page of the ledger."""

from flask_babel import lazy_gettext as _l
from wtforms import Form, StringField
from wtforms.validators import Length, NumberRange, Optional

from dashboard.forms.address import POSITION_MAX, WholeNumber
from dashboard.forms.confirm import ConfirmedForm
from dashboard.forms.contact import Between, Filled, stripped
from dashboard.forms.localized import LocalizedForm
from dashboard.services.tokens import PrivyLogin, Why

REASON_MIN, REASON_MAX, TICKET_MAX = 5, 300, 60
PRIVY_MAX = 8000  # longer than any header would carry it


class ReasonedForm(LocalizedForm):
    """What every token is asked for with: `reason` and `ticket`."""

    reason = StringField(
        _l("Reason"),
        [
            Filled(_l("Say what the token is for.")),
            Between(REASON_MIN, REASON_MAX, _l("Say it in 5 to 300 characters.")),
        ],
        filters=[stripped],
    )
    ticket = StringField(_l("Ticket"), [Optional(), Length(max=TICKET_MAX)], filters=[stripped])

    def why(self) -> Why:
        """Return what the token is for."""
        return Why(self.reason.data or "", self.ticket.data)


class TokenForm(ReasonedForm, ConfirmedForm):
    """`reason` and `ticket`, and in production `confirm`."""


class PrivyForm(ReasonedForm):
    """`privy_token`, `reason` and `ticket`. No `confirm`: nobody's email is known before."""

    privy_token = StringField(
        _l("Privy token"),
        [
            Filled(_l("Paste the Privy token.")),
            Length(max=PRIVY_MAX, message=_l("This is too long for a Privy token.")),
        ],
        filters=[stripped],
    )

    def command(self) -> PrivyLogin:
        """Return what is exchanged."""
        return PrivyLogin(self.privy_token.data or "")


class LedgerForm(Form):
    """`/tokens?before=`: the number of the last grant of the page before."""

    before = WholeNumber(validators=[Optional(), NumberRange(1, POSITION_MAX)])

    def query(self) -> int | None:
        """Return where to go on, None for the newest."""
        return None if self.before.errors else self.before.data
