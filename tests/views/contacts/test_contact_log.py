"""The contact log: what a control notes, what is added by hand, and what takes it out again."""

import re
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from dashboard.services.contacts.log import HOUR, MOST_PER_HOUR
from dashboard.services.permissions import Role
from dashboard.store.contacts import log
from dashboard.store.contacts.kinds import ContactKind
from dashboard.store.db.database import Database
from dashboard.store.limits import table as limits
from dashboard.store.schema import contacts
from tests.support.browsing import HTMX, Page, Visitor
from tests.support.clock import TestClock
from tests.support.directory import facts_of, fill
from tests.support.pages import audit_log
from tests.support.people import LogIn
from tests.support.sampling import all_of
from tests.support.servers.simulator_process import RunningSimulator

BY_CONTROL = ("link_copied", "message_copied", "qash_copied", "code_shown", "card_printed")
OPENED = ("mailto_opened", "whatsapp_opened")
BY_HAND = ("called_no_answer", "called_reached", "wrote", "other")


class Case:
    """A pending user that staff have seen."""

    def __init__(self, support: Visitor, simulator: RunningSimulator, database: Database) -> None:
        self.support = support
        self.database = database
        self.id = next(user["id"] for user in simulator.users() if user["status"] == "pending")
        support.get(f"/users/{self.id}")

    def note(self, kind: str, *, status: int = 303, **more: str) -> Page:
        return self.support.post(
            f"/users/{self.id}/contacts", {"kind": kind, **more}, status=status
        )

    def noted(self, kind: str, hours_ago: int) -> None:
        """Note a contact of some hours and ten minutes ago."""
        at = datetime.now(UTC) - timedelta(hours=hours_ago, minutes=10)
        with self.database.write() as connection:
            log.add(connection, UUID(self.id), 1, ContactKind(kind), at)

    def page(self, visitor: Visitor | None = None) -> Page:
        return (visitor or self.support).get(f"/users/{self.id}")

    def kinds(self) -> list[str]:
        with self.database.read() as connection:
            found = connection.execute(select(contacts.c.kind).order_by(contacts.c.id))
            return list(found.scalars())


@pytest.fixture
def case(support: Visitor, simulator: RunningSimulator, database: Database) -> Case:
    return Case(support, simulator, database)


def test_a_user_without_a_contact_has_none_yet(case: Case) -> None:
    assert "Last contact None yet" in case.page().words


@pytest.mark.parametrize("kind", BY_CONTROL + OPENED + BY_HAND)
def test_a_contact_is_noted_and_shown_with_who_and_when(case: Case, kind: str) -> None:
    case.note(kind)
    assert case.kinds() == [kind]
    assert re.search(r"Last contact [\w ,]+ Ana Martins Undo", case.page().words)


def test_every_kind_but_an_email_is_noted_by_this_route() -> None:
    noted = {*BY_CONTROL, *OPENED, *BY_HAND}
    assert noted == {kind.value for kind in ContactKind if not kind.is_email}


@all_of("kind", ["email_sent", "email_unconfirmed", "", "nonsense"])
def test_nothing_else_is_noted(case: Case, kind: str) -> None:
    case.note(kind, status=400)
    assert case.kinds() == []


def test_looking_at_a_page_notes_nothing(case: Case) -> None:
    case.page()
    case.support.http.get(f"/users/{case.id}/contacts")
    assert case.kinds() == []


def test_the_same_again_is_counted(case: Case) -> None:
    case.noted("link_copied", 9)
    assert "Last contact Link copied, 9 hours ago Ana Martins" in case.page().words
    case.noted("link_copied", 8)
    assert "Last contact Link copied twice, last 8 hours ago Ana Martins" in case.page().words
    case.noted("link_copied", 7)
    assert "Last contact Link copied 3 times, last 7 hours ago Ana" in case.page().words


def test_the_link_has_a_line_of_its_own_once_something_else_follows(case: Case) -> None:
    case.noted("code_shown", 9)
    assert "Link Code shown" not in case.page().words
    case.noted("called_no_answer", 7)
    said = case.page().words
    assert "Last contact Called, no answer, 7 hours ago Ana Martins" in said
    assert "Link Code shown, 9 hours ago Ana Martins" in said


def test_the_last_contact_is_the_last_that_was_noted_whatever_the_clock_says(case: Case) -> None:
    case.noted("wrote", 3)
    case.noted("other", 5)
    assert "Last contact Other contact, 5 hours ago" in case.page().words


def test_a_script_gets_the_new_last_contact_or_nothing(case: Case) -> None:
    token = {"X-CSRFToken": case.support.csrf_token()}
    path, sent = f"/users/{case.id}/contacts", {"kind": "link_copied", "language": "es"}
    shown = case.support.http.post(
        path, data=sent, headers={**HTMX, **token, "HX-Target": "last-contact"}
    )
    assert "Link copied" in shown.text
    assert f'id="last-contact" data-of="{case.id}"' in shown.text
    silent = case.support.http.post(path, data=sent, headers={**HTMX, **token})
    assert (silent.status_code, silent.text) == (204, "")
    assert case.kinds() == ["link_copied", "link_copied"]


def test_the_language_of_a_text_is_kept_where_it_is_one_of_ours(case: Case) -> None:
    case.note("message_copied", language="es")
    case.note("message_copied", language="xx", status=400)
    with case.database.read() as connection:
        assert list(connection.execute(select(contacts.c.language)).scalars()) == ["es"]


def test_a_contact_is_no_entry_of_the_audit_log(case: Case) -> None:
    before = audit_log.entries(case.database)
    case.note("called_reached")
    assert audit_log.entries(case.database) == before


def test_a_user_whom_no_one_has_seen_has_no_contacts(case: Case) -> None:
    case.support.post(f"/users/{uuid4()}/contacts", {"kind": "other"}, status=404)
    assert case.kinds() == []


def test_who_may_not_write_notes_neither_notes_nor_is_asked_to(case: Case, log_in: LogIn) -> None:
    case.note("link_copied")
    viewer = log_in(Role.VIEWER)
    page = case.page(viewer)
    assert "Last contact Link copied" in page.words
    assert "Add contact" not in page.words
    assert "data-user" not in page.text.split('id="main"')[1]
    viewer.post(f"/users/{case.id}/contacts", {"kind": "other"}, status=403)
    viewer.post(f"/users/{case.id}/contacts/1/undo", status=403)
    assert case.kinds() == ["link_copied"]


def test_a_wrong_entry_is_taken_out_by_who_made_it_for_ten_minutes(
    case: Case, log_in: LogIn, clock: TestClock
) -> None:
    case.note("called_reached")
    undo = f"/users/{case.id}/contacts/1/undo"
    assert f'action="{undo}"' in case.page().text
    other = log_in(Role.SUPPORT)
    assert undo not in case.page(other).text
    other.post(undo)
    assert "only your own" in case.page(other).words
    assert case.kinds() == ["called_reached"]
    case.support.post(undo)
    said = case.page().words
    assert "Contact removed." in said
    assert "Last contact None yet" in said
    case.note("called_reached")
    clock.advance(minutes=10, seconds=1)
    undo = f"/users/{case.id}/contacts/2/undo"
    assert undo not in case.page().text
    case.support.post(undo)
    assert "for 10 minutes" in case.page().words
    assert case.kinds() == ["called_reached"]


def test_an_entry_is_not_taken_out_under_another_user(case: Case) -> None:
    case.note("called_reached")
    case.support.post(f"/users/{uuid4()}/contacts/1/undo")
    assert case.kinds() == ["called_reached"]


def test_a_script_that_runs_wild_fills_no_disk(case: Case, clock: TestClock) -> None:
    with case.database.write() as connection:
        limits.count_in(connection, "contacts/1", clock(), HOUR, MOST_PER_HOUR - 1)
    case.note("other")
    case.note("other", status=429)
    assert case.kinds() == ["other"]


def test_the_desk_shows_the_last_contact_of_each_row(
    case: Case, simulator: RunningSimulator
) -> None:
    fill(case.database, [facts_of(user) for user in simulator.users()])
    case.noted("link_copied", 9)
    case.noted("link_copied", 7)
    row = case.support.get("/kyc?limit=100").text.split(f'id="contact-{case.id}"')[1]
    words = re.sub("<[^>]+>", "", row.split("</td>")[0])
    assert "Link copied twice, last 7 hours ago" in words
    shown = case.support.get("/kyc?limit=100").text
    assert f'id="row-{case.id}" data-user="{case.id}"' in shown
    assert len(re.findall(r'id="contact-[^"]+">–</span>', shown)) > 10
