"""The part of a user's address that says what of their story is shown."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from werkzeug.datastructures import MultiDict
from wtforms import Field
from wtforms.validators import AnyOf, Optional, ValidationError

from dashboard.forms.fields import TextField
from dashboard.forms.query import QueryForm
from dashboard.services.story.keys import KEY_MAX, EventKey, read_key, read_place
from dashboard.services.story.models import StoryKind, StoryQuery

OTHERS = frozenset({"in", "seen", "step"})  # of the same address, read elsewhere


def _is_read_by(read: Callable[[str], object]) -> Callable[[QueryForm, Field], None]:
    def check(_form: QueryForm, field: Field) -> None:
        if read(field.data or "") is None:
            raise ValidationError

    return check


class StoryForm(QueryForm):
    """`/users/<uuid>?kind=kyc&before=…`; `event=…` is the page that holds this event."""

    kind = TextField(validators=[Optional(), AnyOf([*StoryKind])])
    before = TextField(validators=[Optional(), _is_read_by(read_key)], max_length=KEY_MAX)
    event = TextField(validators=[Optional(), _is_read_by(read_key)], max_length=KEY_MAX)

    def __init__(self, given: MultiDict[str, str]) -> None:
        super().__init__(given)
        self._unusable -= OTHERS

    def arguments(self) -> dict[str, str]:
        """Return what can be used of it."""
        return {
            name: field.data
            for name, field in self._fields.items()
            if field.data and not field.errors
        }

    def query(self, *, plain: bool, with_visits: bool) -> StoryQuery:
        """Return what can be used of it; call `validate()` first."""
        usable = self.arguments()
        return StoryQuery(
            kind=StoryKind(usable["kind"]) if "kind" in usable else None,
            before=_key(usable.get("before")),
            event=_key(usable.get("event")),
            plain=plain,
            with_visits=with_visits,
        )


def _key(text: str | None) -> EventKey | None:
    return read_key(text) if text else None


class OpenedForm(QueryForm):
    """`/audit/people/<id>/opened?before=…`: the last row of the page before."""

    before = TextField(validators=[Optional(), _is_read_by(read_place)], max_length=KEY_MAX)

    def place(self) -> tuple[datetime, UUID] | None:
        """Return where to go on, None for the newest; call `validate()` first."""
        return None if self.before.errors else read_place(self.before.data or "")
