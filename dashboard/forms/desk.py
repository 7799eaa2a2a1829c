"""The address of the desk. What cannot be used is dropped and named, never sent on."""

from typing import Any

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import Field, ValidationError
from wtforms.validators import AnyOf, NumberRange, Optional, Regexp

from dashboard.forms.directory import PLACE_MAX, HeldForm, held
from dashboard.forms.fields import TextField
from dashboard.forms.query import WholeNumberField
from dashboard.forms.users import USER_TYPES, CountryField
from dashboard.services.countries import CODES
from dashboard.services.desk.filters import (
    AGES,
    ROWS,
    SNOOZED,
    DeskFilters,
    DeskOrder,
    Due,
    KycLane,
)
from dashboard.text import emails, limits

URL_NAMES = {"search": "q"}
"""What the address calls a filter, where it has a shorter word."""
OLD_LANES = {
    "expired": KycLane.LINK_EXPIRED,
    "fresh": KycLane.LINK_FRESH,
    "link_lost": KycLane.ELSEWHERE,
    "settled": KycLane.BECAME_ACTIVE,
    "starting": KycLane.UNKNOWN,
}
"""What earlier addresses call a lane."""
OLD_VIEW = "pending"  # the tab of the API's pending users, who all are on the desk now


class DeskForm(HeldForm):
    """`/kyc?owner= lane= q= country= language= user_type= by= due= age= tag= snoozed= sort= …`.

    `owner` is `me`, `none` or the email of a member of staff.
    """

    q = TextField(_l("Search"), [Optional()], max_length=emails.MAX_LENGTH)
    lane = TextField(_l("KYC status"), [Optional(), AnyOf(tuple(KycLane))])
    owner = TextField(_l("Owner"), [Optional()], max_length=emails.MAX_LENGTH)
    snoozed = TextField(_l("Snoozed"), [Optional(), AnyOf((SNOOZED,))])
    due = TextField(_l("Due"), [Optional(), AnyOf(tuple(Due))])
    country = CountryField(
        _l("Country"), held("country_code", CODES), max_length=limits.COUNTRY_CODE
    )
    language = TextField(_l("Language"), [Optional()], max_length=limits.LANGUAGE)
    user_type = TextField(_l("Type"), [Optional(), AnyOf(USER_TYPES)])
    by = TextField(_l("Started by"), [Optional()], max_length=emails.MAX_LENGTH)
    age = TextField(_l("Waiting"), [Optional(), AnyOf(tuple(AGES))])
    tag = TextField(_l("Tag"), [Optional()])
    sort = TextField(_l("Order"), [Optional(), AnyOf(tuple(DeskOrder))])
    limit = WholeNumberField(_l("Rows per page"), [Optional(), NumberRange(1, max(ROWS))])
    after = TextField(
        _l("Position"), [Optional(), Regexp(r"^[0-9A-Za-z_-]+$")], max_length=PLACE_MAX
    )
    before = TextField(
        _l("Position"), [Optional(), Regexp(r"^[0-9A-Za-z_-]+$")], max_length=PLACE_MAX
    )

    def validate_before(self, _field: Field) -> None:
        """Refuse `before` where there is an `after`."""
        if self.after.data:
            raise ValidationError

    def filters(self) -> DeskFilters:
        """Return the usable part; call `validate()` first."""
        usable: dict[str, Any] = {
            name: field.data
            for name, field in self._fields.items()
            if field.data and not field.errors
        }
        search = usable.pop("q", "")
        sort = DeskOrder(usable.pop("sort", DeskOrder.LONGEST))
        return DeskFilters(**usable, search=search, sort=sort)


def desk_arguments(filters: DeskFilters) -> dict[str, Any]:
    """Return the arguments of the address: no defaults, so that the pristine desk is `/kyc`."""
    default = vars(DeskFilters())
    return {
        URL_NAMES.get(name, name): value
        for name, value in vars(filters).items()
        if value != default[name]
    }


def find_new_arguments(given: MultiDict[str, str]) -> dict[str, Any] | None:
    """Return the arguments that an earlier address has now, None where it is none."""
    arguments = given.to_dict()
    if arguments.get("view") == OLD_VIEW:
        left_out = ("view", "page", "cursor", "of")
        return {name: value for name, value in arguments.items() if name not in left_out}
    lane = OLD_LANES.get(arguments.get("lane", ""))
    return {**arguments, "lane": lane.value} if lane else None
