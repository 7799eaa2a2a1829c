"""The form that issues a token, and the page of the ledger."""

from flask_babel import lazy_gettext as _l
from wtforms import Form, IntegerField, StringField
from wtforms.validators import DataRequired, Length, NumberRange, Optional

from dashboard.forms.confirm import ConfirmedForm
from dashboard.forms.contact import stripped

REASON_MIN, REASON_MAX, TICKET_MAX = 5, 300, 60


class TokenForm(ConfirmedForm):
    """`reason` and `ticket`, and in production `confirm`."""

    reason = StringField(
        _l("Reason"),
        [
            DataRequired(_l("Say what the token is for.")),
            Length(REASON_MIN, REASON_MAX, _l("Say it in 5 to 300 characters.")),
        ],
        filters=[stripped],
    )
    ticket = StringField(_l("Ticket"), [Optional(), Length(max=TICKET_MAX)], filters=[stripped])


class LedgerForm(Form):
    """`/tokens?before=`: the number of the last grant of the page before."""

    before = IntegerField(validators=[Optional(), NumberRange(1)])

    def query(self) -> int | None:
        """Return where to go on, None for the newest."""
        return None if self.before.errors else self.before.data
