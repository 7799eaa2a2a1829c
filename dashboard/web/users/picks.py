"""The selection of the person who asks, as lists show it: ticks, and the bar below the table."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from uuid import UUID

from flask import url_for

from dashboard.services.jobs.register import JobKind
from dashboard.services.permissions import Permission
from dashboard.services.selections.selections import MOST, NoSuchSelectionError, Selection
from dashboard.web.context import services, signed_in

OTHER_PAGES = {JobKind.START_KYC: "jobs.check_start", JobKind.SEND_LINK: "jobs.send_many"}
"""Pages that take the IDs of users in a form."""
NO_ONE = Selection(0, 0)


@dataclass(frozen=True)
class Picks:
    """Which users of a page are ticked, and the whole selection.

    `list_url` is the address of the list, `total` how many users it has, 0 where that is unknown.
    `on_page` are the users of the page. `others` are pages, by what they do, that take the
    selected `user_ids`.
    """

    selection: Selection
    list_url: str
    on_page: tuple[UUID, ...]
    total: int
    others: tuple[tuple[str, str], ...] = ()
    user_ids: tuple[UUID, ...] = ()

    @property
    def has_whole_page(self) -> bool:
        """Whether everyone on the page is ticked."""
        return self.selection.here.issuperset(self.on_page)

    @property
    def can_match(self) -> bool:
        """Whether there are more users on the list than on the page, and no more than fit."""
        return len(self.on_page) < self.total <= MOST and self.selection.users != self.total

    @property
    def has_too_many(self) -> bool:
        """Whether the list has more users than fit into a selection."""
        return self.total > MOST


def find_picks(list_url: str, on_page: Collection[UUID], total: int) -> Picks | None:
    """Return the selection as a page of a list shows it; None for staff who can't use one."""
    person = signed_in()
    if not person.may(Permission.NOTES_WRITE):
        return None
    selection = services().selections.find(person.staff.id, on_page) or NO_ONE
    others = tuple(_others()) if selection.users else ()
    return Picks(
        selection, list_url, tuple(on_page), total, others, _ids(selection) if others else ()
    )


def _others() -> Iterator[tuple[str, str]]:
    """Give the pages that there are and that the person may open, with what they do."""
    for kind, endpoint in OTHER_PAGES.items():
        work = services().jobs.kinds[kind]
        if work.is_on and signed_in().may(work.permission):
            yield kind.value, url_for(endpoint)


def _ids(selection: Selection) -> tuple[UUID, ...]:
    """Return the users, or none if there are more than a job may have."""
    if selection.users > services().jobs.control.rows_most:
        return ()
    try:
        return services().selections.get(signed_in().staff.id, selection.number).user_ids
    except NoSuchSelectionError:
        return ()
