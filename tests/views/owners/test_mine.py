"""Mine, no one's and a colleague's: on the desk and in the list of users; counts agree."""

import re

from dashboard.services.permissions import Role
from tests.support.browsing import Page
from tests.support.directory import facts_of, fill
from tests.support.people import LogIn
from tests.support.servers.simulator_process import RunningSimulator
from tests.views.owners.conftest import Case


def listed(page: Page) -> set[str]:
    return set(re.findall(r'href="/users/([0-9a-f-]{36})', page.text))


def tab(page: Page, whose: str) -> int:
    return counted(page.text, whose)


def counted(text: str, whose: str) -> int:
    found = re.search(rf'id="whose-{whose}"[^>]*>[^<]*<span class="count">(\d+)', text)
    assert found
    return int(found.group(1))


def test_each_tab_of_the_desk_counts_the_users_that_it_lists(case: Case) -> None:
    case.assign(case.ana, "me")
    for whose, owner in (("me", "?owner=me"), ("none", "?owner=none"), ("all", "")):
        page = case.ana.get(f"/kyc{owner}")
        assert tab(page, whose) == len(listed(page))
    assert listed(case.ana.get("/kyc?owner=me")) == {case.id}
    assert case.id not in listed(case.ana.get("/kyc?owner=none"))
    assert listed(case.diego.get("/kyc?owner=me")) == set()
    assert listed(case.diego.get("/kyc?owner=ana@example.org")) == {case.id}


def test_the_tabs_count_again_as_soon_as_a_user_is_taken_on_the_desk(case: Case) -> None:
    before = case.ana.get("/kyc?lane=not_started")
    token = re.search(r'name="csrf_token" value="([^"]+)"', before.text)
    assert token
    shown = {
        "HX-Request": "true",
        "HX-Target": f"row-{case.id}",
        "HX-Current-URL": "http://localhost/kyc?lane=not_started",
    }
    sent = {"csrf_token": token[1], "seen": "", "owner": "me"}
    part = case.ana.http.post(f"/users/{case.id}/owner", data=sent, headers=shown).text
    assert f'id="row-{case.id}"' in part
    assert 'id="whose" data-hx-swap-oob="true"' in part
    for whose, change in (("me", 1), ("none", -1), ("all", 0)):
        assert counted(part, whose) == tab(before, whose) + change
    assert re.search(r'id="whose-me" href="/kyc\?[^"]*lane=not_started', part)


def test_the_list_of_users_has_the_same_users_and_names_the_owner(
    case: Case, simulator: RunningSimulator
) -> None:
    fill(case.database, map(facts_of, simulator.users()))
    case.assign(case.ana, "diego@example.org", note="Yours")
    for who, owner in ((case.diego, "me"), (case.ana, "diego@example.org")):
        page = who.get(f"/users?owner={owner}")
        assert listed(page) == {case.id}
        assert "1–1 of 1" in page.words
        assert "Ana Martins · diego@example.org" in page.words
    assert listed(case.ana.get("/users?owner=me")) == set()
    assert listed(case.ana.get("/users?owner=x@example.org")) == set()
    assert case.id not in listed(case.ana.get("/users?owner=none&status=pending&limit=100"))
    assert f"of {len(simulator.users()) - 1}" in case.ana.get("/users?owner=none").words


def test_a_saved_view_of_mine_counts_for_who_looks(case: Case, simulator: RunningSimulator) -> None:
    fill(case.database, map(facts_of, simulator.users()))
    case.assign(case.ana, "me")
    for query in ("owner=me", "list=desk&owner=me"):
        case.ana.post("/views", {"name": query, "filter": query, "shared": "on"})
    assert case.ana.get("/views").words.count("Mine") == 2
    assert case.ana.get("/views").words.count("11 user") == 2
    assert case.diego.get("/views").words.count("00 users") == 2


def test_the_overview_tells_what_is_mine_and_who_was_given_to_me(case: Case) -> None:
    case.assign(case.ana, "diego@example.org", note="Yours")
    words = case.diego.get("/").words
    assert "handed" in words
    assert "over to you" in words
    card = case.diego.get("/").text.split('id="mine"')[1].split("</section>")[0]
    assert "<strong>1</strong>" in card
    assert 'href="/kyc?owner=me"' in card
    case.card(case.diego)
    assert "over to you" not in case.diego.get("/").words
    assert 'id="mine"' not in case.viewer.get("/").text


def test_who_is_disabled_or_may_no_longer_write_notes_owns_no_one(
    case: Case, log_in: LogIn
) -> None:
    admin = log_in(Role.ADMIN)
    numbers = re.findall(r'href="/staff/(\d+)"', admin.get("/staff").text)
    case.assign(case.diego, "me")
    owner = case.owner()
    assert owner
    assert str(owner.staff_id) in numbers
    admin.post(f"/staff/{owner.staff_id}/roles", {"roles": "viewer"})
    assert case.owner() is None
