"""The form around the ticks of a list."""

from collections.abc import Iterable
from enum import StrEnum
from uuid import UUID

from dashboard.forms.directory import PATH_MAX
from dashboard.forms.fields import ChoicesField, LocalizedForm, OpaqueField
from dashboard.forms.story.notes import NumberOfPage
from dashboard.text.ids import find_uuid

ROWS_MAX = 200  # rows of a page, and some


class Do(StrEnum):
    """What a button of the bar does; `KEEP` keeps the ticks."""

    KEEP = "keep"
    PAGE = "page"
    MATCHING = "matching"
    CLEAR = "clear"


class TicksForm(LocalizedForm):
    """`user`: users who are ticked; `page`: those on the page; `shown`: ticked when the page came.

    `list` is the address of the list, `total` how many users it has, or 0 where that is unknown.
    """

    user = ChoicesField(coerce=str, validate_choice=False)
    page = OpaqueField(max_length=ROWS_MAX * 37)
    shown = OpaqueField(max_length=ROWS_MAX * 37)
    list = OpaqueField(max_length=PATH_MAX)
    total = NumberOfPage()

    def ticked(self) -> frozenset[UUID]:
        """Return who is ticked."""
        return _ids(self.user.data or ())

    def on_page(self) -> frozenset[UUID]:
        """Return who is on the page."""
        return _ids((self.page.data or "").split())

    def were_ticked(self) -> frozenset[UUID]:
        """Return who was ticked when the page came."""
        return _ids((self.shown.data or "").split())


def _ids(texts: Iterable[str]) -> frozenset[UUID]:
    return frozenset(found for text in texts if (found := find_uuid(text)))
