"""The list of jobs, and how a job is steered."""

from flask_babel import lazy_gettext as _l
from wtforms.validators import AnyOf, Optional

from dashboard.forms.fields import LocalizedForm, TextField
from dashboard.forms.query import KeyedForm
from dashboard.services.jobs.jobs import PACES

MINE = "me"


class JobListForm(KeyedForm):
    """`/jobs?by=me before=`: whose jobs, and those before which."""

    by = TextField(_l("Started by"), [Optional(), AnyOf((MINE,))])


class PaceForm(LocalizedForm):
    """`pace`: calls per minute, or nothing for the background's budget."""

    pace = TextField(_l("Pace"), [Optional(), AnyOf([str(each) for each in PACES])])

    def per_min(self) -> int | None:
        """Return the calls per minute; call `validate()` first."""
        return int(self.pace.data) if self.pace.data else None
