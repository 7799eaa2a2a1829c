"""Saved views: saving, opening, sharing, renaming and deleting one, and who sees which."""

import html
import re
from datetime import UTC, datetime

import pytest

from dashboard.services.permissions import Role
from dashboard.store import saved_views
from dashboard.store.db.database import Database
from tests.support.browsing import Visitor
from tests.support.pages.views import PENDING, TEXT, navigation, numbers, query_of, save
from tests.support.people import LogIn
from tests.support.sampling import all_of

pytestmark = pytest.mark.on_postgres

STARTED = datetime(2026, 6, 12, tzinfo=UTC)


def test_a_saved_filter_is_in_the_navigation_and_opens_the_same_rows(support: Visitor) -> None:
    view = save(support)
    assert "Pending in Mexico" in navigation(support)
    opened = support.get(f"/users?view={view}", status=303)
    assert query_of(opened) == "status=pending&country=MX"
    assert query_of(support.get(f"/views/{view}", status=303)) == "status=pending&country=MX"


def test_what_is_saved_is_the_filter_without_a_place_in_the_list(support: Visitor) -> None:
    page = support.get("/users?status=pending&limit=50&page=2")
    link = html.unescape(next(iter(re.findall(r'href="(/views/new[^"]*)"', page.text))))
    assert link == "/views/new?status=pending"
    form = support.get("/views/new?status=pending&page=2&cursor=x&after=y&limit=50").text
    assert 'name="filter" id="filter" value="status=pending"' in form
    view = save(support, {"name": "Pending", "filter": "status=pending&page=7&limit=50"})
    assert query_of(support.get(f"/users?view={view}", status=303)) == "status=pending"


def test_what_else_the_address_has_goes_before_the_view(support: Visitor) -> None:
    view = save(support)
    opened = support.get(f"/users?view={view}&country=CO&page=2", status=303)
    assert query_of(opened) == "status=pending&country=CO&page=2"


def test_a_pristine_list_has_nothing_to_save(support: Visitor) -> None:
    assert "/views/new" not in support.get("/users").text


@all_of(
    "wrong,said",
    [
        ({"name": ""}, "Enter a name."),
        ({"name": " "}, "Enter a name."),
        ({"name": "x" * 61}, "Use at most 60 characters."),
        ({"filter": "user_type=robot"}, "parameters of the address: user_type"),
        ({"filter": "colour=red"}, "parameters of the address: colour"),
        ({"filter": "status=pending&status=active"}, "parameters of the address: status"),
        ({"shared": "maybe"}, "Share with all staff: Invalid value"),
    ],
)
def test_a_view_that_cannot_be_used_is_refused_and_what_was_typed_stays(
    support: Visitor, wrong: dict[str, str], said: str
) -> None:
    page = support.post("/views", {**PENDING, **wrong}, status=422)
    assert said in page.words
    assert html.escape({**PENDING, **wrong}["name"].strip()) in page.text
    assert not numbers(support)


def test_two_views_of_one_person_have_two_names(support: Visitor, log_in: LogIn) -> None:
    view = save(support)
    assert "already have a view" in support.post("/views", PENDING, status=422).words
    other = save(support, {**PENDING, "name": "Other"})
    refused = support.post(f"/views/{other}", {**PENDING, "change": "rename"}, status=422)
    assert "already have a view" in refused.words
    support.post(f"/views/{view}", {**PENDING, "change": "rename"})
    save(log_in(Role.SUPPORT))


def test_a_person_has_at_most_fifty_views(support: Visitor, database: Database) -> None:
    save(support)
    with database.write() as connection:
        owner = saved_views.of(connection, 1)[0].staff_id
        for number in range(49):
            saved_views.add(connection, owner, f"{number}", (), STARTED, shared=False)
    refused = support.post("/views", {**PENDING, "name": "One more"}, status=422)
    assert "You have 50 views" in refused.words


def test_a_private_view_of_someone_else_is_as_good_as_none(log_in: LogIn) -> None:
    owner, other = log_in(Role.SUPPORT), log_in(Role.ADMIN)
    view = save(owner)
    assert not numbers(other)
    assert "Pending in Mexico" not in navigation(other)
    for number in (view, view + 1):
        for path in (f"/users?view={number}", f"/views/{number}", f"/views/{number}/delete"):
            other.get(path, status=404)
        for change in ("rename", "share", "unshare", "delete"):
            other.post(f"/views/{number}", {"name": "Mine", "change": change}, status=404)
    assert owner.get(f"/views/{view}", status=303)
    texts = {other.get(f"/users?view={number}", status=404).words for number in (view, view + 1)}
    assert len({re.sub(r"[0-9a-f]{16}", "", text) for text in texts}) == 1
    assert all("It was deleted, or a colleague keeps it private." in text for text in texts)


@all_of("number", ["0", "-1", "x", "", "9" * 11, "²", "1 2", "%00"])
def test_a_number_of_no_view_is_not_found(support: Visitor, number: str) -> None:
    support.get(f"/users?view={number}", status=404)


def test_a_shared_view_is_seen_by_all_and_changed_by_its_owner_and_admins(log_in: LogIn) -> None:
    owner, other, admin = log_in(Role.SUPPORT), log_in(Role.KYC), log_in(Role.ADMIN)
    view = save(owner, shared="on")
    assert "Shared by Ana Martins" in other.get("/views").words
    assert query_of(other.get(f"/users?view={view}", status=303)) == "status=pending&country=MX"
    for change in ("rename", "unshare", "delete"):
        other.post(f"/views/{view}", {"name": "Mine", "change": change}, status=403)
    other.get(f"/views/{view}/delete", status=403)
    admin.post(f"/views/{view}", {"name": "Mexico", "change": "rename"})
    assert "Mexico" in navigation(other)
    owner.post(f"/views/{view}", {"change": "unshare"})
    assert not numbers(other)
    assert numbers(owner) == {view}
    owner.post(f"/views/{view}", {"change": "share"})
    assert "Delete the view “Mexico”?" in admin.get(f"/views/{view}/delete").words
    admin.post(f"/views/{view}", {"change": "delete"})
    assert not numbers(owner)


def test_only_who_may_share_does(log_in: LogIn) -> None:
    viewer = log_in(Role.VIEWER)
    viewer.post("/views", {**PENDING, "shared": "on"}, status=403)
    view = save(viewer)
    viewer.post(f"/views/{view}", {"change": "share"}, status=403)
    assert "Share" not in viewer.get("/views").words.replace("Shared", "")
    assert 'name="shared"' not in viewer.get("/views/new?status=pending").text
    assert 'name="shared"' in log_in(Role.AUDITOR).get("/views/new?status=pending").text


def test_who_may_not_see_users_has_no_views(log_in: LogIn) -> None:
    nobody = log_in()
    for path in ("/views", "/views/1"):
        nobody.post(path, {**PENDING, "change": "delete"}, status=403)


def test_an_unknown_change_is_refused(support: Visitor) -> None:
    view = save(support)
    support.post(f"/views/{view}", {"change": "explode"}, status=400)
    assert numbers(support) == {view}


def test_the_audit_log_has_changes_of_shared_views_and_of_no_others(log_in: LogIn) -> None:
    owner, auditor = log_in(Role.SUPPORT), log_in(Role.AUDITOR)
    private = save(owner)
    owner.post(f"/views/{private}", {"name": "Renamed in private", "change": "rename"})
    shared = save(owner, TEXT)
    for change in ("rename", "unshare", "share", "delete"):
        owner.post(f"/views/{shared}", {"name": "All Anas", "change": change})
    page = auditor.get("/audit?show=all")
    for told in ("Shared a view", "Renamed a shared", "Stopped sharing", "Deleted a shared"):
        assert told in page.words, told
    entries = re.findall(r"/audit/(\d+)", page.text)
    details = "".join(auditor.get(f"/audit/{seq}").text for seq in sorted(set(entries)))
    assert "All Anas" in details
    assert "Renamed in private" not in details
    assert "status=pending" in details
    assert "ana.lop" not in details  # a text may name a person


def test_the_view_of_the_page_is_marked_in_the_navigation(support: Visitor) -> None:
    save(support)
    save(support, {"name": "Other", "filter": "country=MX"})
    headers = {
        "HX-Request": "true",
        "HX-Target": "saved-views",
        "HX-Current-URL": "http://localhost/users?status=pending&country=MX&limit=50",
    }
    part = support.http.get("/views", headers=headers).text
    assert re.findall(r'aria-current="true">.*?<bdi>([^<]*)', part, re.DOTALL) == [
        "Pending in Mexico"
    ]


def test_the_page_tells_a_filter_in_words(support: Visitor) -> None:
    chosen = "q=ana&status=pending&country=MX&user_type=business&language=es&kyc=not_started"
    days = "created_from=2026-01-02&created_to=2026-02-03&sort=-changed"
    save(support, {"name": "All of it", "filter": f"{chosen}&{days}"})
    told = (
        "“ana” · pending · Mexico · business · Spanish · Not started here · "
        "Registered from 2026-01-02 · Registered to 2026-02-03 · Sorted by Status since · Private"
    )
    assert told in support.get("/views").words
