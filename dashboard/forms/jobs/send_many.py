"""The form that emails many users their active link: which users, and how recent a contact is."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from werkzeug.datastructures import MultiDict
from wtforms import ValidationError
from wtforms.validators import AnyOf

from dashboard.forms.fields import (
    YEARS,
    LocalizedForm,
    MomentField,
    OpaqueField,
    PastedField,
    TextField,
)
from dashboard.text.ids import find_uuid

USERS_MAX = 40_000  # ids of twice as many users as a job can have rows
FINGERPRINT = 64
SPANS: Mapping[str, timedelta] = {
    "24h": timedelta(hours=24),
    "3d": timedelta(days=3),
    "7d": timedelta(days=7),
}
AT, NONE = "at", "none"
SINCE = (*SPANS, AT, NONE)


class SendManyForm(LocalizedForm):
    """`users since at cut seen confirm`: IDs of users, none for everyone whose link is active.

    `since`: users contacted within this span are left out; `at` names a time of its own, `none`
    leaves out no one. `cut` is the choice and the time that the page showed, and `seen` identifies
    its list: no other list is sent.
    """

    users = PastedField(_l("User IDs"), max_length=USERS_MAX)
    since = TextField(
        _l("Leave out users contacted"), [AnyOf(SINCE, _l("Choose a time."))], default="24h"
    )
    at = MomentField(_l("Date and time"))
    cut = OpaqueField()
    seen = OpaqueField(max_length=FINGERPRINT)
    confirm = TextField(_l("Enter the number of emails"))

    def __init__(
        self,
        given: MultiDict[str, str] | None,
        *,
        zone: ZoneInfo,
        now: datetime,
        most: int,
    ) -> None:
        super().__init__(given)
        self._zone = zone
        self._now = now
        self._most = most
        self.user_ids: list[UUID] = []

    def validate_users(self, field: PastedField) -> None:
        """Read the IDs, each once."""
        found: dict[UUID, None] = {}
        for word in (field.data or "").replace(",", " ").split():
            user_id = find_uuid(word)
            if user_id is None:
                raise ValidationError(
                    _("“%(word)s” isn’t a user ID. Remove or correct it.", word=word[:50])
                )
            found[user_id] = None
        if len(found) > self._most:
            raise ValidationError(
                ngettext(
                    "Use at most %(most)s user at a time: there are %(count)s.",
                    "Use at most %(most)s users at a time: there are %(count)s.",
                    self._most,
                    most=self._most,
                    count=len(found),
                )
            )
        self.user_ids = list(found)

    def validate_at(self, field: MomentField) -> None:
        """Require a time in the past, where it counts."""
        if self.since.data != AT:
            field.errors = []
            return
        if field.data is None:
            field.errors = []
            raise ValidationError(_("Enter a date and time, such as 2026-06-12T09:30."))
        if field.data.year not in YEARS or self._at(field.data) > self._now:
            raise ValidationError(_("Enter a date and time in the past."))

    def chosen_time(self) -> datetime:
        """Return since when no one may have contacted a user; call `validate()` first."""
        if self.since.data == AT and self.at.data:
            return self._at(self.at.data)
        return self._now - SPANS.get(self.since.data or "", timedelta())

    def shown_time(self) -> datetime:
        """Return the time of the page that was sent; of another choice, its time from now."""
        choice, _space, shown = (self.cut.data or "").partition(" ")
        if choice != self.since.data or choice == AT:
            return self.chosen_time()
        try:
            at = datetime.fromisoformat(shown)
        except ValueError:
            return self.chosen_time()
        return at if at.tzinfo and at.year in YEARS else self.chosen_time()

    def cut_at(self, since: datetime) -> str:
        """Return what the page sends along, for a list of this time."""
        return f"{self.since.data} {since.isoformat()}"

    def is_confirmed(self, number: int) -> bool:
        """Return whether the number was typed; if not, say so beside the field."""
        if self.confirm.data == str(number):
            return True
        self.confirm.errors = [
            _("Enter the number of emails that you’re sending: %(number)s.", number=number)
        ]
        return False

    def _at(self, given: datetime) -> datetime:
        return given.replace(tzinfo=self._zone).astimezone(UTC)
