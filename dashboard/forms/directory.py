"""The address of the list from our own copy, and how a person has it."""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import Field, Form, ValidationError
from wtforms.validators import AnyOf, NumberRange, Optional, Regexp

from dashboard.forms.fields import (
    MINUTE,
    YEARS,
    ChoicesField,
    DayOrMinuteField,
    LocalizedForm,
    OpaqueField,
    TextField,
)
from dashboard.forms.query import QueryForm, WholeNumberField
from dashboard.forms.users import LANGUAGES, STATUSES, USER_TYPES, CountryField
from dashboard.services.countries import CODES
from dashboard.services.directory.filters import (
    COLUMNS,
    DENSITIES,
    PERSONAL_SORTS,
    ROWS,
    KycLane,
    ListChoices,
    ListFilters,
    Sort,
)
from dashboard.services.directory.reading import WORDS_MAX
from dashboard.services.directory.words import read_parts
from dashboard.text import emails, limits

PLACE_MAX = 1000
PATH_MAX = 2000
DESCENDS = "-"
DEFAULT_SORT = f"{DESCENDS}{Sort.CREATED}"
URL_NAMES = {"search": "q"}
"""What the address calls a filter, where it has a shorter word."""


Holds = Callable[[str, str], bool]
"""Says whether any user has this value of a filter, by the names of the directory."""


def _near(_form: Form, field: Field) -> None:
    if field.data and field.data.year not in YEARS:
        raise ValidationError


def _is_place() -> Regexp:
    return Regexp(r"^[0-9A-Za-z_-]+$")


class HeldForm(QueryForm):
    """The address of a list of ours, which `holds` users with undocumented values, too."""

    def __init__(
        self, given: MultiDict[str, str], *, holds: Holds = lambda _name, _value: True
    ) -> None:
        super().__init__(given)
        self.holds = holds


def held(name: str, documented: Collection[str] = ()) -> tuple[Callable[..., None], ...]:
    """Refuse a value that is neither documented nor any user's."""

    def is_held(form: HeldForm, field: Field) -> None:
        if field.data not in documented and not field.errors and not form.holds(name, field.data):
            raise ValidationError

    return Optional(), is_held


class ListForm(HeldForm):
    """`/users?q= status= country= user_type= language= kyc= owner= tag= created_from= … sort= …`.

    A status, country, type or language is a documented one, or one that a user has: `holds` says
    so, by the names of the directory. Each time is a day or a minute: `2026-11-27` or
    `2026-11-27T18:00` in the person's zone. Someone who sees personal data masked does not sort by
    it.
    """

    q = TextField(_l("Search"), [Optional()], max_length=emails.MAX_LENGTH)
    status = TextField(_l("Status"), held("status", STATUSES), max_length=limits.STATUS)
    country = CountryField(
        _l("Country"), held("country_code", CODES), max_length=limits.COUNTRY_CODE
    )
    user_type = TextField(_l("Type"), held("user_type", USER_TYPES), max_length=limits.USER_TYPE)
    language = TextField(_l("Language"), held("language", LANGUAGES), max_length=limits.LANGUAGE)
    kyc = TextField(_l("KYC"), [Optional(), AnyOf(tuple(KycLane))])
    owner = TextField(_l("Owner"), [Optional()], max_length=emails.MAX_LENGTH)
    tag = TextField(_l("Tag"), [Optional()])
    created_from = DayOrMinuteField(_l("Registered from"), [Optional(), _near])
    created_to = DayOrMinuteField(_l("Registered to"), [Optional(), _near])
    started_from = DayOrMinuteField(_l("KYC started from"), [Optional(), _near])
    started_to = DayOrMinuteField(_l("KYC started to"), [Optional(), _near])
    active_from = DayOrMinuteField(_l("Became active from"), [Optional(), _near])
    active_to = DayOrMinuteField(_l("Became active to"), [Optional(), _near])
    waiting_from = DayOrMinuteField(_l("Waiting since, from"), [Optional(), _near])
    waiting_to = DayOrMinuteField(_l("Waiting since, to"), [Optional(), _near])
    closed_from = DayOrMinuteField(_l("Stopped waiting from"), [Optional(), _near])
    closed_to = DayOrMinuteField(_l("Stopped waiting to"), [Optional(), _near])
    sort = TextField(_l("Order"), [Optional()])
    limit = WholeNumberField(_l("Rows per page"), [Optional(), NumberRange(1, max(ROWS))])
    after = TextField(_l("Position"), [Optional(), _is_place()], max_length=PLACE_MAX)
    before = TextField(_l("Position"), [Optional(), _is_place()], max_length=PLACE_MAX)

    def __init__(
        self,
        given: MultiDict[str, str],
        *,
        sees_personal: bool = False,
        rows: int = ROWS[0],
        holds: Holds = lambda _name, _value: True,
    ) -> None:
        super().__init__(given, holds=holds)
        self._sees_personal = sees_personal
        self._rows = rows

    def validate_q(self, field: Field) -> None:
        """Refuse more words than a search has: each is looked for in every row."""
        if len(read_parts(field.data or "")) > WORDS_MAX:
            raise ValidationError

    def validate_sort(self, field: Field) -> None:
        """Refuse an order that doesn't exist, or that reveals what is masked."""
        hidden = frozenset() if self._sees_personal else PERSONAL_SORTS
        if (field.data or "").removeprefix(DESCENDS) not in set(Sort) - hidden:
            raise ValidationError

    def validate_before(self, _field: Field) -> None:
        """Refuse `before` where there is an `after`."""
        if self.after.data:
            raise ValidationError

    def filters(self) -> ListFilters:
        """Return the usable part; call `validate()` first."""
        usable: dict[str, Any] = {
            name: field.data
            for name, field in self._fields.items()
            if field.data and not field.errors
        }
        sort = usable.pop("sort", DEFAULT_SORT)
        return ListFilters(
            **{
                "limit": self._rows,
                "search": usable.pop("q", ""),
                **usable,
                "sort": Sort(sort.removeprefix(DESCENDS)),
                "is_descending": sort.startswith(DESCENDS),
            }
        )


def list_arguments(filters: ListFilters, rows: int) -> dict[str, Any]:
    """Return the arguments of the address; `rows` is what the person has without saying so."""
    given: dict[str, Any] = {
        URL_NAMES.get(name, name): value.strftime(MINUTE) if isinstance(value, datetime) else value
        for name, value in vars(filters).items()
        if value and name not in {"sort", "is_descending", "limit"}
    }
    if (sort := sort_argument(filters)) != DEFAULT_SORT:
        given["sort"] = sort
    if filters.limit != rows:
        given["limit"] = filters.limit
    return given


def sort_argument(filters: ListFilters) -> str:
    """Return the order as the address has it."""
    return f"{DESCENDS if filters.is_descending else ''}{filters.sort}"


class ListChoicesForm(LocalizedForm):
    """Rows per page, the columns that are shown, and how close the rows are."""

    rows = WholeNumberField(_l("Rows per page"), [AnyOf(ROWS)])
    column = ChoicesField(_l("Columns"), choices=COLUMNS)
    density = TextField(_l("Density"), [AnyOf(DENSITIES)])
    next = OpaqueField(max_length=PATH_MAX)

    def choices(self) -> ListChoices:
        """Return what was chosen."""
        hidden = frozenset(COLUMNS) - frozenset(self.column.data or ())
        return ListChoices(self.rows.data, hidden, self.density.data)
