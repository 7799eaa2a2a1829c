"""An error replaces the list, never the page: its navigation stays."""

import re

import pytest
from flask import Flask

from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from tests.support.browsing import HTMX, Page, Visitor
from tests.support.people import LogIn
from tests.support.servers.simulator_process import RunningSimulator
from tests.support.walking import NAMED, UNSAFE, walk

PARTS = re.compile(
    r'<(?:nav class="(?:tabs|chips|crumbs)"|form class="[^"]*"[^>]* role="search")'
    r'[^>]*aria-label="([^"]+)"'
)
ABOVE_THE_LIST = {"Find users"}  # the box stays where it is
# Parts of a list or of a user: now there is neither.
OF_THE_ANSWER = {"Rows per page", "Kind of event", "Language of the message"}
API_LIST = "/users?status=pending"


def navigation(page: Page) -> set[str]:
    """Return the names of what leads elsewhere from within a page."""
    inside = page.text.partition("<main")[2]
    return set(PARTS.findall(inside)) - OF_THE_ANSWER


@pytest.fixture
def admin(log_in: LogIn) -> Visitor:
    return log_in(Role.ADMIN, Role.ISSUER)


def test_no_page_loses_its_navigation_while_the_api_is_down(
    app: Flask, admin: Visitor, simulator: RunningSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    pending = next(user for user in simulator.users() if user["status"] == "pending")
    monkeypatch.setitem(NAMED, "user_id", pending["id"])
    paths = [step.path for step in walk(app) if step.method not in UNSAFE]
    before: dict[str, set[str]] = {}
    for path in [*paths, API_LIST]:
        answer = admin.http.get(path)
        if answer.status_code == 200 and "text/html" in answer.headers["Content-Type"]:
            before[path] = navigation(Page(answer, 200))
    assert sum(map(bool, before.values())) > 15
    simulator.set_faults([{"status": 503}])
    lost = {}
    for path, names in before.items():
        answer = admin.http.get(path)
        if missing := names - navigation(Page(answer, answer.status_code)):
            lost[path] = missing
    assert lost == {}


def test_under_htmx_the_part_that_is_asked_for_comes_with_its_navigation(
    admin: Visitor, simulator: RunningSimulator
) -> None:
    path, root = API_LIST, "results"
    there = navigation(admin.get(path))
    simulator.set_faults([{"status": 503}])
    part = admin.fragment(path, root, status=503)
    assert re.search(rf'<(section|div) [^>]*id="{root}"', part.text)
    assert part.headers["HX-Push-Url"] == path
    assert part.headers["Retry-After"]
    assert set(PARTS.findall(part.text)) == there - ABOVE_THE_LIST


@pytest.mark.parametrize(
    ("path", "root", "place", "read"),
    [
        ("/users", "results", "table", "sightings"),
        ("/kyc", "list", "table", "directory"),
        ("/audit", "entries", "table", "audit"),
        ("/", "attention", "attention-list", "sightings"),
    ],
)
def test_any_other_error_takes_the_place_of_only_the_list(
    admin: Visitor, database: Database, path: str, root: str, place: str, read: str
) -> None:
    assert f'id="{place}"' in admin.get(path).text
    headers = {**HTMX, "HX-Target": root}
    with database.write() as connection:
        connection.exec_driver_sql(f"ALTER TABLE {read} RENAME TO elsewhere")
    part = Page(admin.http.get(path, headers=headers), 503, whole=False)
    assert part.headers["HX-Retarget"] == f"#{place}"
    assert f'id="{place}"' in part.text
