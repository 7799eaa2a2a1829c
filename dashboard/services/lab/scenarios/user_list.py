"""The list of users, all of whose shape is assumed: readable, and it knows a new user."""

from uuid import UUID

from dashboard.partner.list_filters import UserQuery
from dashboard.partner.raw import calls
from dashboard.partner.raw.open_points import NEWEST, order_of, read_page
from dashboard.partner.responses import UserPage
from dashboard.services.lab.scenarios.people import TestPerson
from dashboard.services.lab.scenarios.points import Point
from dashboard.services.lab.scenarios.report import Because, OpenPoint
from dashboard.services.lab.scenarios.run import Run
from dashboard.text.emails import comparable

ROWS = 5
HONOURED, IGNORED = "honoured", "ignored"


def check_list(run: Run, person: TestPerson, user_id: UUID) -> None:
    """Check the newest page and a search for one user; note how the list is."""
    checks, names = run.checks, dict(run.list_names)
    newest = run.calls.read(calls.list_users(UserQuery(limit=ROWS), names))
    first = read_page(newest)
    is_read = isinstance(first, UserPage)
    got = "a known shape" if isinstance(first, UserPage) else first
    checks.that(Point.LIST_READABLE, newest, got, "a known shape", is_read)
    if not isinstance(first, UserPage):
        return
    _note_shape(run, first)
    search = UserQuery(search=person.user.email, limit=ROWS)
    answer = run.calls.read(calls.list_users(search, names))
    found = read_page(answer)
    pages = [each for each in (first, found) if isinstance(each, UserPage)]
    is_ignored = isinstance(found, UserPage) and _ignores(found, person)
    checks.reads(OpenPoint.LIST_SEARCH, IGNORED if is_ignored else HONOURED)
    is_there = any(user.id == user_id for page in pages for user in page.users)
    if not is_there and is_ignored and order_of(first) != NEWEST:
        checks.not_run(Point.LIST_FINDS, Because.NOT_TOLD)
        return
    got = "the new user" if is_there else f"{len(pages[-1].rows)} rows without the new user"
    checks.that(Point.LIST_FINDS, answer, got, "the new user", is_there)


def _note_shape(run: Run, page: UserPage) -> None:
    checks = run.checks
    checks.reads(OpenPoint.LIST_ITEMS, page.shape.items)
    checks.reads(OpenPoint.LIST_COUNTERS, page.shape.counters or "none")
    checks.reads(OpenPoint.LIST_PAGING, page.shape.paging)
    if order := order_of(page):
        checks.reads(OpenPoint.LIST_ORDER, order)
    checks.reads(OpenPoint.LIST_LIMIT, HONOURED if len(page.rows) <= ROWS else IGNORED)


def _ignores(page: UserPage, person: TestPerson) -> bool:
    wanted = comparable(person.user.email)
    return any(comparable(user.email) != wanted for user in page.users)
