"""Ticks on the lists: kept over pages, orders and lists, without JavaScript."""

import re
from uuid import UUID

import pytest
from flask import Flask

from dashboard.services.permissions import Role
from dashboard.services.registry import Services
from dashboard.services.selections import selections
from dashboard.store.db.database import Database
from tests.support.browsing import HTMX
from tests.support.directory import fill, someone
from tests.support.people import LogIn
from tests.support.sampling import all_of
from tests.views.selections.conftest import USERS, Picker

LISTS = ("/users", "/kyc")
BAR = {**HTMX, "HX-Target": "picked"}


def services_of(app: Flask) -> Services:
    found: Services = app.extensions["services"]
    return found


def next_page(picker: Picker, path: str) -> str:
    page = picker.visitor.get(path)
    found = re.search(r'href="([^"]+)"[^>]*rel="next"', page.text)
    assert found
    return found[1].replace("&amp;", "&")


@pytest.mark.parametrize("path", ["/users?limit=20", "/kyc?limit=10"])
def test_ticks_survive_paging_and_sorting(ana: Picker, path: str) -> None:
    first, _ = ana.ticks(path)
    second = next_page(ana, path)
    ana.tick(path, first[:2])
    others, ticked = ana.ticks(second)
    assert not ticked
    ana.tick(second, others[:1])
    assert ana.ticks(path)[1] == first[:2]
    order = "sort=email" if path.startswith("/users") else "sort=-waiting"
    everyone, ticked = ana.ticks(f"{path.partition('?')[0]}?{order}&limit=100")
    assert set(ticked) == {*first[:2], *others[:1]}
    assert len(everyone) >= 20
    for each in LISTS:
        assert "3 users selected" in ana.visitor.get(each).words


def test_a_tick_that_is_taken_off_leaves_the_others(ana: Picker) -> None:
    users, _ = ana.ticks("/users")
    ana.tick("/users", users[:3])
    ana.send("/users", "keep", users[1:3])
    assert ana.ticks("/users")[1] == users[1:3]


def test_buttons_select_the_page_and_no_one(ana: Picker) -> None:
    users, _ = ana.ticks("/users?limit=20")
    moved = ana.send("/users?limit=20", "page").headers["Location"]
    assert moved in {"/users?limit=20", "/users"}
    assert ana.ticks("/users?limit=20")[1] == users
    ana.send("/users", "clear")
    assert not ana.ticks("/users")[1]
    assert "users selected" not in ana.visitor.get("/users").words


@pytest.mark.parametrize(
    ("path", "is_meant"),
    [
        ("/users?limit=20", lambda _user: True),
        ("/users?country=CO&limit=7", lambda user: user.country_code == "CO"),
        ("/users?q=bea&limit=5", lambda user: user.email.startswith("Bea")),
        (
            "/kyc?country=MX&limit=3",
            lambda user: (user.country_code, user.status) == ("MX", "pending"),
        ),
    ],
)
def test_all_who_match_are_frozen_and_later_ones_are_not_in_it(
    ana: Picker, database: Database, path: str, is_meant: object
) -> None:
    assert callable(is_meant)
    meant = {str(user.user_id) for user in USERS if is_meant(user)}
    page = ana.visitor.get(path)
    assert f"Select all {len(meant)}" in page.words
    ana.send(path, "matching")
    fill(database, [someone(number) for number in range(61, 120)])
    ticked = set(ana.ticks("/users?limit=100")[1]) | set(
        ana.ticks(next_page(ana, "/users?limit=100"))[1]
    )
    assert ticked == meant
    assert f"{len(meant)} users selected" in ana.visitor.get("/users").words


@pytest.mark.parametrize("path", LISTS)
def test_a_selection_has_a_largest_size_which_the_page_tells(
    ana: Picker, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selections, "MOST", 5)
    users, _ = ana.ticks(path)
    ana.send(path, "matching")
    words = ana.visitor.get(path).words
    assert "The selection hasn’t changed." in words
    assert "users selected" not in words
    bar = ana.send(path, "keep", users[:6], status=422, headers=BAR)
    assert "so we didn’t add these." in bar.text


def test_the_bar_is_sent_without_its_list_where_a_script_asks(ana: Picker) -> None:
    users, _ = ana.ticks("/users")
    bar = ana.send("/users", "keep", users[:2], status=200, headers=BAR)
    assert bar.text.strip().startswith('<div class="picked bar some" id="picked"')
    assert "2 users selected" in bar.text
    assert re.search(r'name="shown" value="[^"]+ [^"]+"', bar.text)


@all_of("sent", ["//example.com/users", "/staff", "https://x/kyc", "", "/users/x"])
def test_a_form_leads_back_to_a_list_only(ana: Picker, sent: str) -> None:
    answer = ana.visitor.post("/selections", {"do": "keep", "list": sent})
    assert answer.headers["Location"] == "/users"


def test_what_is_no_id_is_no_tick(ana: Picker) -> None:
    ana.visitor.post("/selections", {"do": "keep", "user": "x' OR 1=1", "page": "y", "shown": "z"})
    assert "users selected" not in ana.visitor.get("/users").words


@pytest.mark.parametrize("role", [Role.VIEWER, Role.AUDITOR])
@pytest.mark.parametrize("path", LISTS)
def test_who_can_do_nothing_with_a_selection_has_no_ticks(
    log_in: LogIn, ana: Picker, role: Role, path: str
) -> None:
    assert 'form="pick"' in ana.visitor.get(path).text
    text = log_in(role).get(path).text
    assert 'form="pick"' not in text
    assert 'id="picked"' not in text
    log_in(role).post("/selections", {"do": "keep"}, status=403)


def test_the_bar_has_what_the_role_may_do(ana: Picker, kyc: Picker) -> None:
    for picker, may_export in ((ana, False), (kyc, True)):
        users, _ = picker.ticks("/kyc")
        picker.tick("/kyc", users[:2])
        text = picker.visitor.get("/kyc").text
        assert ("Export links" in text) is may_export
        assert "Set tags" in text


def test_the_page_that_starts_kyc_for_many_gets_the_users(
    app: Flask, ana: Picker, kyc: Picker, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = re.compile(r'action="(/kyc/start-many)">(.*?)</form>', re.DOTALL)
    for picker, may_open in ((ana, False), (kyc, True)):
        users, _ = picker.ticks("/kyc")
        picker.tick("/kyc", users[:2])
        found = form.search(picker.visitor.get("/kyc").text)
        assert bool(found) == may_open
    assert found
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', found[2]))
    page = kyc.visitor.post(found[1], fields, status=200)
    assert all(user in page.text for user in users[:2])
    assert "/kyc/send-many" not in kyc.visitor.get("/kyc").text  # no mail is set up
    monkeypatch.setattr(services_of(app).jobs.control, "rows_most", 1)
    assert not form.search(kyc.visitor.get("/kyc").text)


@pytest.mark.parametrize("what", ["tags", "owner", "links"])
def test_no_one_opens_the_selection_of_another(ana: Picker, kyc: Picker, what: str) -> None:
    users, _ = ana.ticks("/users")
    number = ana.tick("/users", users[:2])
    kyc.visitor.get(f"/selections/{number}/{what}", status=404)
    kyc.visitor.post(f"/selections/{number}/{what}", {"do": "check"}, status=404)
    ana.visitor.get(f"/selections/{number}/tags")
    ana.send("/users", "clear")
    ana.visitor.get(f"/selections/{number}/tags", status=404)


def test_a_changed_row_of_the_desk_has_a_box(ana: Picker) -> None:
    users, _ = ana.ticks("/kyc")
    page = ana.visitor.http.post(
        f"/users/{users[0]}/owner",
        data={"csrf_token": ana.visitor.csrf_token(), "owner": "me", "seen": ""},
        headers={**HTMX, "HX-Target": f"row-{users[0]}"},
    )
    assert f'id="pick-{UUID(users[0])}"' in page.text
