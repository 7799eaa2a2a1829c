"""The form that starts scenarios."""

from flask_babel import lazy_gettext as _l
from wtforms.validators import AnyOf, InputRequired

from dashboard.forms.fields import LocalizedForm, TextField
from dashboard.services.lab.scenarios.points import Scenario

ALL = "all"


class ScenarioForm(LocalizedForm):
    """`scenario`: one, or all of them."""

    scenario = TextField(_l("Scenario"), [InputRequired(), AnyOf([ALL, *Scenario])])

    def wanted(self) -> list[Scenario]:
        """Return the scenarios to run; call `validate()` first."""
        chosen = self.scenario.data or ALL
        return list(Scenario) if chosen == ALL else [Scenario(chosen)]
