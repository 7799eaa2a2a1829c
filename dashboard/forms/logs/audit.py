"""The filters of the audit log."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any, ClassVar, NamedTuple
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from wtforms import Field, Form, ValidationError
from wtforms.validators import AnyOf, NumberRange, Optional

from dashboard.forms.fields import YEARS, DayField, TextField
from dashboard.forms.query import ROW_MAX, QueryForm, WholeNumberField
from dashboard.services.audit.log import ACTIONS, NOT_CHANGES, LineFilters, Outcome
from dashboard.text import emails

OUTCOMES = tuple(Outcome)
CHANGES, EVERYTHING = SHOWN = ("changes", "all")
WEEK_DAYS = 7


class Preset(NamedTuple):
    """Days to choose with one click."""

    name: str
    since: date | None
    until: date | None


def presets(today: date) -> tuple[Preset, ...]:
    """Return them for the day that it is in the reader's zone."""
    yesterday = today - timedelta(days=1)
    return (
        Preset("any", None, None),
        Preset("today", today, today),
        Preset("yesterday", yesterday, yesterday),
        Preset("week", today - timedelta(days=WEEK_DAYS - 1), today),
    )


def _near(_form: Form, field: Field) -> None:
    if field.data and field.data.year not in YEARS:
        raise ValidationError


class AuditForm(QueryForm):
    """`/audit?q= person= action= subject= outcome= since= until= show= before=`.

    Both days are included. Without `show` the log leaves out what changes nothing.
    """

    UNSAID: ClassVar = CHANGES

    q = TextField(_l("Search"), [Optional()], max_length=emails.MAX_LENGTH)
    person = TextField(_l("Staff member"), [Optional()], max_length=emails.MAX_LENGTH)
    action = TextField(_l("Action"), [Optional(), AnyOf(ACTIONS)])
    subject = TextField(_l("User ID"), [Optional()])
    outcome = TextField(_l("Outcome"), [Optional(), AnyOf(OUTCOMES)])
    since = DayField(_l("From"), [Optional(), _near])
    until = DayField(_l("To"), [Optional(), _near])
    show = TextField(_l("Shown"), [Optional(), AnyOf(SHOWN)])
    before = WholeNumberField(validators=[Optional(), NumberRange(1, ROW_MAX)])

    @property
    def shows(self) -> str:
        """Return which lines are shown; an action that is asked for is, whatever it does."""
        if "action" in self.arguments():
            return EVERYTHING
        return str(self.arguments().get("show", self.UNSAID))

    def query(self, zone: ZoneInfo, *, partly: bool) -> LineFilters:
        """Return the filters that can be used; days are those of the person's zone.

        `partly`: a part of a user's email finds them.
        """
        usable = {name: field.data for name, field in self._fields.items() if not field.errors}
        until = usable["until"] + timedelta(days=1) if usable.get("until") else None
        text = usable.get("q") or None
        named = ("person", "action", "subject", "outcome", "before")
        return LineFilters(
            **{name: usable.get(name) or None for name in named},
            since_at=_midnight(usable.get("since"), zone),
            until_at=_midnight(until, zone),
            without=NOT_CHANGES if self.shows == CHANGES else None,
            text=text,
            partly=partly and text is not None,
        )

    def arguments(self) -> dict[str, Any]:
        """Return the arguments of the address, without the position."""
        given = {name: each.data for name, each in self._fields.items() if not each.errors}
        return self._pruned(given | {"before": None})

    def changed(self, **others: object) -> dict[str, Any]:
        """Return the arguments of the same list with other filters; None takes one away."""
        return self._pruned(self.arguments() | others)

    def exported(self) -> dict[str, Any]:
        """Return the arguments of an export of these lines: everything, unless told otherwise."""
        return self.arguments() | {"show": CHANGES if self.shows == CHANGES else None}

    def _pruned(self, arguments: dict[str, Any]) -> dict[str, Any]:
        """Return them without those that are not set, or as if they were not."""
        usual = ("show", self.UNSAID)
        return {
            name: value for name, value in arguments.items() if value and (name, value) != usual
        }

    def filters_set(self) -> int:
        """Return how many filters beside the search are set; a span of days is one."""
        given = {"until" if name == "since" else name for name in self.arguments()}
        return len(given - {"q", "show"})


class StaffAuditForm(AuditForm):
    """The same for all lines of one person, who is named in the path."""

    UNSAID = EVERYTHING

    person = None  # type: ignore[assignment]  # how WTForms leaves a field out


def _midnight(day: date | None, zone: ZoneInfo) -> datetime | None:
    return datetime.combine(day, time(), zone).astimezone(UTC) if day else None
