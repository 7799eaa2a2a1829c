"""Walking the API's list from its first page to its end, so that no one between pages is missed.

Numbered pages shift while users register and vanish, so each page is asked for such that it begins
a few rows before the end of the last one: two page sizes in turn give such pages. A page that holds
no one who was read before leaves a gap, and the walk steps back. Nothing here relies on an order or
on what the list tells about its pages; a full page is never the last one.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise
from uuid import UUID

from dashboard.partner.errors import Malformed, Rejected
from dashboard.partner.list_filters import UserQuery
from dashboard.partner.responses import EARLIEST, Answer, ListPaging, User, UserPage
from dashboard.services.ports import UserSource
from dashboard.store.directory.sweeps import ListProblem, Position

OVERLAP = 3  # rows; fewer may vanish between two pages without a step back
SMALLEST = 7  # a page that still leaves room for the overlap
STEPS_BACK = 4
QUIET_AT_MOST = 50
UNTOLD = EARLIEST  # a time of registration that did not come


class End(StrEnum):
    """Why a pass goes no further."""

    LIST = "list"
    STUCK = "stuck"


@dataclass(frozen=True)
class WalkStep:
    """What a page led to: where to go on, whether that was the end, and what was odd.

    `joins`: no one can be missing between this page and those before it.
    """

    position: Position
    end: End | None = None
    problem: ListProblem | None = None
    joins: bool = True


PageAnswer = Answer[UserPage] | Rejected | Malformed
"""What the API made of a question for a page: a page, a refusal, or nothing that can be read."""


def ask(source: UserSource, position: Position) -> PageAnswer:
    """Ask the API for the page of a position.

    Raises:
        PartnerError: it gave no answer; the same page is asked for again.

    """
    try:
        return source.list_users(query(position))
    except (Rejected, Malformed) as error:
        return error


def query(position: Position) -> UserQuery:
    """Return what to ask the API for."""
    return UserQuery(page=position.page, limit=position.page_size, cursor=position.cursor)


def ids_of(page: UserPage) -> list[UUID]:
    """Return the users on a page, also those whose row cannot be read otherwise."""
    ids = (row.id if isinstance(row, User) else row.user_id for row in page.rows)
    return [each for each in ids if each]


def step(position: Position, page: UserPage, known: Collection[UUID]) -> WalkStep:
    """Return what follows a page. `known`: users on it that this pass has read before."""
    times = [user.created_at for user in page.users if user.created_at]
    position = replace(
        position,
        falls=position.falls and _is_sorted(page, newest_first=True),
        rises=position.rises and _is_sorted(page, newest_first=False),
        front_at=position.front_at or max(times, default=None),
    )
    newcomers = newcomers_of(position, page)
    is_news = bool({user.id for user in page.users} - newcomers - set(known))
    position = replace(position, quiet=0 if is_news else position.quiet + 1)
    if position.quiet > QUIET_AT_MOST:
        return WalkStep(position, End.STUCK, ListProblem.REPEATED)
    if position.cursor or page.shape.paging is ListPaging.CURSOR:
        return _by_cursor(position, page, known)
    if position.is_fixed:
        return _by_number(position, page)
    is_above = not set(ids_of(page)) - newcomers and bool(page.rows)
    return _by_window(position, page, is_news=is_news, joins=bool(known) or is_above)


def newcomers_of(position: Position, page: UserPage) -> set[UUID]:
    """Return who registered after the pass began, where the list is newest first.

    They are above its first page. A page that shows them all the same does not show all of them, so
    they do not count as read.
    """
    front_at = position.front_at
    if front_at is None or not position.falls:
        return set()
    return {user.id for user in page.users if user.created_at and user.created_at > front_at}


def refused(position: Position) -> WalkStep:
    """Return what follows a page that the API refuses to give (400)."""
    if position.cursor:
        return WalkStep(replace(again(position), is_joined=False), None, ListProblem.CURSOR)
    if position.is_fixed and position.page > 1:
        return WalkStep(position, End.LIST)
    if position.page == 1 and position.page_size // 2 >= SMALLEST:
        smaller = position.page_size // 2
        return WalkStep(replace(position, page_size=smaller, largest=smaller, most=smaller))
    return WalkStep(position, End.STUCK, ListProblem.REFUSED)


def again(position: Position) -> Position:
    """Return the start of another pass, after one that taught what pages there are."""
    largest = position.largest
    return Position(
        page_size=largest,
        largest=largest,
        most=largest,
        is_fixed=position.is_fixed,
        is_joined=not position.is_fixed,
    )


def is_proven(position: Position) -> bool:
    """Return whether a pass that ended can have missed no one who was there all the time."""
    return position.is_joined and (position.falls or position.rises)


def _by_cursor(position: Position, page: UserPage, known: Collection[UUID]) -> WalkStep:
    if page.problems:
        return WalkStep(position, End.STUCK, ListProblem.CURSOR)
    if not page.next_cursor:
        return WalkStep(position, End.LIST)
    # A cursor that gives a user twice counts rows: then it may miss one as well.
    joined = position.is_joined and not known
    return WalkStep(
        replace(position, cursor=page.next_cursor, is_joined=joined, page=position.page + 1)
    )


def _by_number(position: Position, page: UserPage) -> WalkStep:
    if not page.rows:
        return WalkStep(position, End.LIST)
    return WalkStep(replace(position, page=position.page + 1))


def _by_window(position: Position, page: UserPage, *, is_news: bool, joins: bool) -> WalkStep:
    size, count = position.page_size, len(page.rows)
    begins = (position.page - 1) * size
    if count > size:  # it knows pages of one size only
        return WalkStep(again(replace(position, is_fixed=True)))
    joins = joins or not begins
    if not joins and position.back < STEPS_BACK:
        reached = max(begins - (position.most << position.back), 0)
        back = replace(_window(position, reached), back=position.back + 1)
        return WalkStep(back, joins=False)
    problem = None if joins else ListProblem.GAP
    position = replace(position, is_joined=position.is_joined and joins)
    covered, is_short = begins + count, count < size
    if is_short and (not is_news or page.total == covered):
        return WalkStep(position, End.LIST, problem, joins)
    if is_short and not begins:  # the API gives less than it is asked for
        position = replace(position, most=max(count, SMALLEST))
    return WalkStep(replace(_window(position, covered), back=0), None, problem, joins)


def _window(position: Position, covered: int) -> Position:
    """Return the page that reaches farthest and begins a few rows before `covered`."""
    sizes = range(position.most // 2 + 1, position.most + 1)
    page = size = 1
    for overlap in range(OVERLAP, 0, -1):
        begins = max(covered - overlap, 0)
        size = max(sizes, key=lambda size, begins=begins: size - begins % size)  # type: ignore[misc]
        page = begins // size + 1
        if page * size > covered:
            break
    return replace(position, page=page, page_size=size)


def _is_sorted(page: UserPage, *, newest_first: bool) -> bool:
    """Return whether users came in the order of their registration; ties may be in any order."""
    times = [user.created_at or UNTOLD for user in page.users]
    if UNTOLD in times:
        return False
    return all((one >= other if newest_first else one <= other) for one, other in pairwise(times))
