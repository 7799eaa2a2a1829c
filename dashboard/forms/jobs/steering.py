"""The forms of the list of jobs, and of a job's controls."""

from collections.abc import Iterable

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.validators import AnyOf, Optional

from dashboard.forms.contact import ReasonField, Required
from dashboard.forms.fields import LocalizedForm, TextField
from dashboard.forms.query import KeyedForm, QueryForm
from dashboard.services.jobs.jobs import PACES
from dashboard.services.jobs.register import JobRow, RowState

MINE, ATTENTION = "me", "attention"
NEED_ATTENTION = frozenset({RowState.UNCONFIRMED, RowState.REFUSED})


class JobListForm(KeyedForm):
    """`/jobs?by=me before=`: whose jobs, and before which one."""

    by = TextField(_l("Started by"), [Optional(), AnyOf((MINE,))])


class JobRowsForm(QueryForm):
    """`/jobs/<number>?show=`: the rows of one result, or those that need attention."""

    show = TextField(_l("Rows"), [Optional(), AnyOf((ATTENTION, *RowState))])

    def shown(self, rows: Iterable[JobRow]) -> list[JobRow]:
        """Return these rows of a job; call `validate()` first."""
        wanted = NEED_ATTENTION if self.which == ATTENTION else {self.which}
        return [row for row in rows if not self.which or row.state in wanted]

    @property
    def which(self) -> str | None:
        """Which rows are shown; None: all."""
        return None if self.show.errors else self.show.data


class ResultForm(LocalizedForm):
    """`reason`: what the result of a job is for."""

    reason = ReasonField(_l("Reason"), [Required(_l("Enter a reason for the export."))])


class RetryForm(LocalizedForm):
    """`confirm`: in production, how many rows are sent again."""

    confirm = TextField(_l("Enter the number of rows"))

    def is_confirmed(self, number: int) -> bool:
        """Return whether the number was typed; if not, say so beside the field."""
        if self.validate() and self.confirm.data == str(number):
            return True
        self.confirm.errors = [_("Enter the number of rows that you’re retrying: %(n)s.", n=number)]
        return False


class PaceForm(LocalizedForm):
    """`pace`: calls per minute, or nothing for the background's budget."""

    pace = TextField(_l("Pace"), [Optional(), AnyOf([str(each) for each in PACES])])

    def per_min(self) -> int | None:
        """Return the calls per minute; call `validate()` first."""
        return int(self.pace.data) if self.pace.data else None
