"""Filters in an address. What cannot be used is dropped and named, never sent on."""

import re
from typing import Any

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import Form
from wtforms.validators import NumberRange, Optional, Regexp

from dashboard.forms.fields import NumberField, TextField
from dashboard.text import limits

PAGE_MAX = 1_000_000
ROW_MAX = 2**31 - 1  # the largest number of a row that every database takes
TOTAL_MAX = 2**63 - 1
KEPT_PARAM = (
    "kept"  # added by web/auth/saved_forms.py to the address of a page that shows a form again
)


class WholeNumberField(NumberField):
    """Only digits: `1_0`, `+1` and `²`, which Python or a browser may accept, are refused."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the number."""
        if valuelist and not re.fullmatch("[0-9]+", valuelist[0]):
            self.data = None
            raise ValueError(self.gettext("Not a valid integer value."))
        super().process_formdata(valuelist)


class QueryForm(Form):
    """A form that an address fills in. A name that occurs twice is not used at all.

    A blank is nothing: the validator Optional lets it pass, and no other one looks at it.
    """

    def __init__(self, given: MultiDict[str, str]) -> None:
        once = {name: values[0] for name, values in given.lists() if len(values) == 1}
        super().__init__(MultiDict({name: value for name, value in once.items() if value.strip()}))
        known = {*self._fields, KEPT_PARAM}
        self._unusable = {name for name in given if name not in once or name not in known}

    def dropped(self, *others: str) -> list[str]:
        """Return the names in the address that cannot be used: unknown, repeated, or bad.

        `others` are those that only the list could tell.
        """
        return sorted({*self.errors, *self._unusable, *others})


class KeyedForm(QueryForm):
    """A list that is paged by key: `before` is the number of the last row of the previous page."""

    before = WholeNumberField(validators=[Optional(), NumberRange(1, ROW_MAX)])

    def changed(self, **others: object) -> dict[str, Any]:
        """Return the arguments of the same list with other filters, from its newest row on."""
        given = self.usable() | {"before": None} | others
        return {name: value for name, value in given.items() if value}

    def usable(self) -> dict[str, Any]:
        """Return the values that can be used; call `validate()` first."""
        return {
            name: field.data
            for name, field in self._fields.items()
            if field.data and not field.errors
        }


class PagedForm(QueryForm):
    """A list of the API's, which may change while someone pages through it."""

    page = WholeNumberField(_l("Page"), [Optional(), NumberRange(1, PAGE_MAX)])
    cursor = TextField(
        _l("Position"), [Optional(), Regexp(r"^[\x21-\x7e]*$")], max_length=limits.CURSOR
    )
    of = WholeNumberField(validators=[Optional(), NumberRange(0, TOTAL_MAX)])

    def known_total(self) -> int | None:
        """Return how many users there were when the paging began, None if unknown."""
        total: int | None = None if self.of.errors else self.of.data
        return total
