"""The desk: who waits, in lanes, with the one next action of each."""

import re
from datetime import UTC, datetime
from uuid import UUID

import pytest

from dashboard.app import create_app
from dashboard.config.settings import load_config
from dashboard.services.permissions import Role
from dashboard.store.directory import rows
from dashboard.store.kyc.states import InquirySource
from dashboard.store.staff import members as staff
from tests.support.browsing import Visitor
from tests.support.pages.forms import KYC, intent_of
from tests.support.people import Hire, LogIn
from tests.support.servers.simulator_process import RunningSimulator
from tests.views.attempts.test_running import under_way
from tests.views.desk.conftest import LINK, People, everyone, names

pytestmark = pytest.mark.on_postgres


def test_everyone_who_waits_is_there_the_longest_wait_first(
    support: Visitor, people: People, simulator: RunningSimulator
) -> None:
    everyone(people)
    page = support.get("/kyc")
    assert names(page) == ["expired", "elsewhere", "new", "fresh", "unknown"]
    assert names(support.get("/kyc?sort=-waiting")) == names(page)[::-1]
    assert not simulator.requests()


def test_each_chip_leads_to_as_many_users_as_it_says(support: Visitor, people: People) -> None:
    everyone(people)
    page = support.get("/kyc")
    chips = re.findall(
        r'id="by-(?:lane|due)-[^"]+" href="([^"]+)"[\s\S]*?"count">(\d+)<', page.text
    )
    assert len(chips) == 10
    for url, count in chips:
        assert len(names(support.get(url.replace("&amp;", "&")))) == int(count), url
    assert [count for _, count in chips].count("1") >= 6


def test_each_row_has_the_one_next_action(support: Visitor, people: People) -> None:
    made = everyone(people)
    page = support.get("/kyc").markup
    assert f'data-copy="{LINK.format("fresh")}" data-copied="Link for fresh@example.com' in page
    assert "Copy link: expired@example.com" in page
    assert "Message for Qash: expired@example.com" in page
    assert "Inquiry ID: inq_expired" in page
    assert "Message for Qash: elsewhere@example.com" in page
    assert "Copy link: elsewhere@example.com" not in page
    assert f'href="/users/{made["unknown"]}" aria-label="Check now: unknown@example.com"' in page
    assert f'href="/users/{made["new"]}/kyc" aria-label="Start KYC: new@example.com"' in page


def test_when_something_is_due_is_said_in_words(support: Visitor, people: People) -> None:
    late = people.started("late", 24 + 48 + 5)
    people.seen("soon", registered=40)
    page = support.get("/kyc")
    assert "Overdue by 5 hours" in page.words
    assert re.search("Due in (7|8) hours", page.words)
    assert names(support.get("/kyc?due=overdue")) == ["late"]
    told = "1 of your users is overdue or new to you"
    assert told not in support.get("/account").words
    support.post(f"/users/{late}/owner", {"owner": "me"})
    assert told in support.get("/account").words


def test_who_became_active_is_there_with_the_time_it_took(support: Visitor, people: People) -> None:
    everyone(people)
    assert "Took 3 days" in support.get("/kyc?lane=became_active").words
    assert "Banned" in support.get("/kyc?lane=closed").words


def test_without_javascript_the_link_is_a_text(support: Visitor, people: People) -> None:
    people.started("ana", 3)
    assert f"<noscript><code>{LINK.format('ana')}</code></noscript>" in support.get("/kyc").text


def test_the_name_names_a_user_where_it_is_known(support: Visitor, people: People) -> None:
    people.seen("ana", facts={"name": "Ana Torres", "phone": "+573005550123"})
    page = support.get("/kyc")
    assert "<bdi>Ana Torres</bdi></a>" in page.text
    assert "Start KYC: ana@example.com" in page.text
    assert "+573005550123" in page.words
    assert names(support.get("/kyc?q=torres")) == []
    assert "Ana Torres" in support.get("/kyc?q=torres").words
    assert "No users match" in support.get("/kyc?q=nadie").words


def test_the_desk_of_one_person(support: Visitor, people: People, log_in: LogIn) -> None:
    people.started("mine", 3)
    people.started("imported", 3, source=InquirySource.IMPORTED)
    with people.database.read() as connection:
        email = staff.every(connection)[0].email
    log_in(Role.KYC)
    assert names(support.get(f"/kyc?by={email}")) == ["mine"]
    assert "No users match" in support.get("/kyc?by=nobody@example.com").words


@pytest.mark.parametrize("query", ["", "lane=became_active", "sort=-waiting&country=CO"])
def test_the_pages_follow_each_other_without_a_gap(
    support: Visitor, people: People, query: str
) -> None:
    for number in range(60):
        user = people.seen(f"u{number}", registered=number + 1)
        if "active" in query:
            people.seen(f"u{number}", "active", registered=number + 1, user_id=user)
    seen: list[str] = []
    path = f"/kyc?{query}"
    sizes = []
    while path:
        page = support.get(path)
        seen += names(page)
        sizes.append(len(names(page)))
        found = re.findall(r'href="([^"]+)"[^>]*rel="next"', page.text)
        path = found[0].replace("&amp;", "&") if found else ""
    assert sizes == [25, 25, 10]
    assert len(set(seen)) == 60
    before = re.findall(r'href="([^"]+)"[^>]*rel="prev"', page.text)[0].replace("&amp;", "&")
    assert names(support.get(before)) == seen[25:50]


def test_an_empty_desk_says_why_it_is_empty(support: Visitor, people: People) -> None:
    empty = support.get("/kyc").words
    assert "No one is waiting No pending user is left, as of our last check today at " in empty
    people.seen("ana")
    page = support.get("/kyc?lane=link_expired")
    assert "No users match" in page.words
    assert 'href="/kyc">Clear filters</a>' in page.text


def test_before_the_first_sweep_the_desk_says_that_users_may_be_missing(support: Visitor) -> None:
    page = support.get("/kyc")
    assert "The first sweep of the API’s list isn’t complete" in page.words
    assert 'href="/users?status=pending&amp;source=api"' in page.text
    assert "No one is waiting" not in page.words


def test_the_desk_works_while_the_api_is_down(
    support: Visitor, people: People, simulator: RunningSimulator
) -> None:
    people.started("ana", 30)
    simulator.set_faults([{"status": 503}])
    assert names(support.get("/kyc")) == ["ana"]


def test_a_viewer_may_neither_copy_a_link_nor_start(log_in: LogIn, people: People) -> None:
    viewer = log_in(Role.VIEWER)
    everyone(people)
    page = viewer.get("/kyc")
    for hidden in ("Copy link", "Start KYC", "persona", "Export", "inq_expired"):
        assert hidden not in page.text


def test_who_sees_users_masked_finds_them_by_whole_values_only(
    log_in: LogIn, people: People
) -> None:
    viewer = log_in(Role.VIEWER)
    user = people.seen("ana", facts={"name": "Ana Torres", "phone": "+573005550123"})
    page = viewer.get("/kyc")
    for hidden in ("ana@", "Torres", "5550123"):
        assert hidden not in page.text
    for part in ("ana", "torres", "5550123"):
        assert "No users match" in viewer.get(f"/kyc?q={part}").words
    assert str(user) in viewer.get("/kyc?q=ana@example.com").text


def test_a_start_that_is_being_sent_shows_who_sends_it(
    log_in: LogIn, people: People, simulator: RunningSimulator
) -> None:
    kyc, other = log_in(Role.KYC), log_in(Role.KYC)
    pending = next(user for user in simulator.users() if user["status"] == "pending")
    path = f"/users/{pending['id']}/kyc"
    people.seen("ana", user_id=UUID(pending["id"]))
    with people.database.read() as connection:
        name = staff.every(connection)[0].name
    fields = {**KYC, "intent": intent_of(kyc.get(path))}
    with under_way(kyc, simulator, path, fields):
        page = other.get("/kyc?lane=unknown")
        assert "Starting" in page.words
        assert re.search(f"{name} · .{{8}}@example.com is starting KYC", page.words)
        assert "Check now" not in page.words


def test_what_contradicts_itself_is_a_mark_with_a_message_for_qash(
    support: Visitor, people: People
) -> None:
    user = people.seen("ana")
    for status in ("active", "pending"):
        people.seen("ana", status, user_id=user)
    page = support.get("/kyc")
    assert "Was active, and is pending again" in page.words
    assert "one of our users was active and is pending again" in page.words
    assert "Message for Qash: ana@example.com" in page.text


def test_who_is_gone_at_the_api_is_closed_and_says_so(support: Visitor, people: People) -> None:
    user = people.seen("ana")
    with people.database.write() as connection:
        rows.mark_gone(connection, user, datetime.now(UTC))
    assert "No one is waiting" in support.get("/kyc").words
    page = support.get("/kyc?lane=closed")
    assert "No longer at the API" in page.words
    assert "can no longer be found" in page.words


def test_without_a_directory_the_desk_holds_who_was_started_here_and_says_so(
    hire: Hire, settings: dict[str, str], people: People
) -> None:
    kyc = Visitor(create_app(load_config(None, **settings, DIRECTORY="off")))
    kyc.log_in(*hire(Role.KYC))
    people.started("ana", 3)
    people.seen("bea")
    page = kyc.get("/kyc")
    assert "The directory is off, so the desk holds only users whose KYC was started" in page.words
    assert names(page) == ["ana"]
    assert names(kyc.get("/kyc?lane=not_started")) == []
