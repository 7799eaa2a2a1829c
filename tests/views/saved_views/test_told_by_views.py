"""What a shared view and its count tell, and whom."""

import re
import time
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection, update

from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from dashboard.store.directory import search, sweeps
from dashboard.store.directory.search import DirectoryQuery
from dashboard.store.directory.sweeps import Result
from dashboard.store.schema import saved_views
from dashboard.web.saved_views import COUNTED_FOR_S
from tests.support.browsing import HTMX, Visitor
from tests.support.pages.someone import INQUIRY
from tests.support.pages.views import PENDING, TEXT, navigation, query_of, save
from tests.support.people import LogIn
from tests.support.servers.simulator_process import RunningSimulator

pytestmark = pytest.mark.on_postgres


def test_a_masked_role_opens_a_shared_view_without_the_text_that_others_typed(
    log_in: LogIn,
) -> None:
    view = save(log_in(Role.SUPPORT), TEXT)
    auditor = log_in(Role.AUDITOR)
    opened = auditor.get(f"/users?view={view}", status=303)
    assert query_of(opened) == "status=pending"
    page = auditor.get(opened.headers["Location"])
    assert "a text that your role can’t see" in page.words
    pages = [page.text, auditor.get("/views").text, navigation(auditor)]
    assert not [text for text in pages if "ana.lop" in text]
    assert "Text that your role can’t see" in auditor.get("/views").words
    assert "text" not in query_of(log_in(Role.KYC).get(f"/users?view={view}", status=303))


def test_the_name_of_a_shared_view_is_masked_like_every_text_that_people_write(
    log_in: LogIn,
) -> None:
    save(log_in(Role.SUPPORT), {**PENDING, "name": "For ana.lopez@example.com"}, shared="on")
    auditor = log_in(Role.AUDITOR)
    for text in (auditor.get("/views").text, navigation(auditor)):
        assert "ana.lopez" not in text
        assert "For " in text


def test_a_link_in_the_name_of_an_earlier_view_is_for_those_who_see_links(
    log_in: LogIn, database: Database
) -> None:
    save(log_in(Role.SUPPORT), {**PENDING, "name": "For Ana"}, shared="on")
    with database.write() as connection:
        connection.execute(update(saved_views).values(name=f"For {INQUIRY}"))
    auditor = log_in(Role.AUDITOR)
    for page in (auditor.get("/views").text, navigation(auditor), find(auditor, INQUIRY)):
        assert INQUIRY not in page
        assert "/users?view=" not in find(auditor, INQUIRY[:12])
    assert INQUIRY in navigation(log_in(Role.KYC))


def find(visitor: Visitor, text: str) -> str:
    data = {"csrf_token": visitor.csrf_token(), "q": text}
    answer = visitor.http.post("/palette", data=data, headers={**HTMX, "HX-Target": "palette-list"})
    return answer.text.replace(f"“<bdi>{text}", "").replace(f'data-find="{text}', "")


@pytest.fixture
def swept(support: Visitor, database: Database) -> None:
    """Let our copy have every user."""
    for page in (1, 2):
        support.get(f"/users?limit=100&page={page}")
    complete_a_sweep(database)


@pytest.mark.usefixtures("swept")
def test_counts_are_of_our_copy_and_equal_the_rows(
    log_in: LogIn, simulator: RunningSimulator
) -> None:
    support, viewer = log_in(Role.SUPPORT), log_in(Role.VIEWER)
    save(support, shared="on")
    save(support, {"name": "By text", "filter": "q=example.com"}, shared="on")
    wanted = [
        user
        for user in simulator.users()
        if (user["status"], user["countryCode"]) == ("pending", "MX")
    ]
    assert wanted
    assert counts(support) == {"Pending in Mexico": len(wanted), "By text": 120}
    assert counts(viewer) == {"Pending in Mexico": len(wanted)}
    assert "More than" not in support.get("/views").words


@pytest.mark.usefixtures("swept")
def test_views_that_take_long_to_count_are_shown_without(
    log_in: LogIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    support, counted = log_in(Role.SUPPORT), list[DirectoryQuery]()
    for number in range(8):
        save(support, {"name": f"View {number}", "filter": f"q=ana{number}"}, shared="on")
    count = search.count

    def slow(connection: Connection, query: DirectoryQuery) -> int:
        counted.append(query)
        time.sleep(COUNTED_FOR_S / 2)
        return count(connection, query)

    monkeypatch.setattr(search, "count", slow)
    colleague = log_in(Role.KYC)
    shown = navigation(colleague)
    assert 1 <= len(counted) <= 2
    assert shown.count('<span class="count"') == len(counted)
    assert all(f"View {number}" in shown for number in range(8))


def test_until_a_sweep_has_read_the_whole_list_there_are_no_counts(
    support: Visitor, database: Database
) -> None:
    support.get("/users")
    save(support)
    assert counts(support) == {}
    complete_a_sweep(database)
    assert counts(support).keys() == {"Pending in Mexico"}


def test_without_a_directory_there_are_views_and_no_counts(
    settings: dict[str, str], request: pytest.FixtureRequest, database: Database
) -> None:
    settings["DIRECTORY"] = "off"
    support: Visitor = request.getfixturevalue("support")
    complete_a_sweep(database)
    save(support)
    assert "Pending in Mexico" in navigation(support)
    assert counts(support) == {}


def counts(visitor: Visitor) -> dict[str, int]:
    found = re.findall(
        r'<bdi>([^<]+)</bdi></span><span class="count" aria-hidden="true">(\d+)',
        navigation(visitor),
    )
    return {name: int(number) for name, number in found}


def complete_a_sweep(database: Database) -> None:
    with database.write() as connection:
        sweeps.start(connection, datetime.now(UTC))
        running = sweeps.find_last(connection)
        assert running
        sweeps.put(connection, replace(running, result=Result.COMPLETE))
