"""The forms of the list of jobs, and of a job's controls."""

from flask_babel import lazy_gettext as _l
from wtforms.validators import AnyOf, Optional

from dashboard.forms.fields import LocalizedForm, TextField
from dashboard.forms.query import KeyedForm
from dashboard.services.jobs.jobs import PACES

MINE = "me"


class JobListForm(KeyedForm):
    """`/jobs?by=me before=`: whose jobs, and before which one."""

    by = TextField(_l("Started by"), [Optional(), AnyOf((MINE,))])


class PaceForm(LocalizedForm):
    """`pace`: calls per minute, or nothing for the background's budget."""

    pace = TextField(_l("Pace"), [Optional(), AnyOf([str(each) for each in PACES])])

    def per_min(self) -> int | None:
        """Return the calls per minute; call `validate()` first."""
        return int(self.pace.data) if self.pace.data else None
