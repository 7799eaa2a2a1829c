"""The command palette's list: what it finds, and for whom."""

import html
import re
from functools import partial

import pytest

from dashboard.services.permissions import Role
from tests.support.browsing import HTMX, Page, Visitor
from tests.support.clock import cpu_s
from tests.support.people import LogIn
from tests.support.servers.simulator_process import RunningSimulator

pytestmark = pytest.mark.on_postgres


def ask(visitor: Visitor, text: str = "", user: str = "") -> Page:
    data = {"csrf_token": visitor.csrf_token(), "q": text, "user": user}
    headers = {**HTMX, "HX-Target": "palette-list"}
    return Page(visitor.http.post("/palette", data=data, headers=headers), 200, whole=False)


def labels(page: Page) -> list[str]:
    """Return the options, each without its status."""
    options = re.findall(
        r'<span class="grow">(.*?)</span>(?:<span class="badge|<kbd|</a>|</but)',
        page.text,
        re.DOTALL,
    )
    return [
        re.sub(r"\s+", " ", html.unescape(re.sub("<[^>]+>", "", each))).strip() for each in options
    ]


def groups(page: Page) -> list[str]:
    return re.findall(r"<h3[^>]*>([^<]+)", page.text)


def test_people_are_found_in_our_own_copy_without_a_call(
    support: Visitor, simulator: RunningSimulator
) -> None:
    support.get("/users?limit=100")
    simulator.clear_requests()
    user = simulator.users()[3]
    page = ask(support, user["email"][:8])
    assert user["email"] in labels(page)
    assert f'href="/users/{user["id"]}"' in page.text
    assert groups(page)[0] == "Users"
    assert simulator.requests() == []


@pytest.mark.parametrize(
    "text", ["\ufdfa" * 20_000, " ".join(map(chr, range(0x3400, 0x3400 + 9_000)))], ids=len
)
def test_a_text_that_is_no_search_is_looked_for_nowhere(support: Visitor, text: str) -> None:
    support.get("/users")
    assert cpu_s(partial(ask, support, text), 0.5) < 0.5
    (only,) = labels(ask(support, text))
    assert only.startswith("Find users with")


def test_a_text_that_finds_no_one_can_still_be_searched_for_and_is_escaped(
    support: Visitor,
) -> None:
    for text in ("zzzz", '"><script>', "%", "a" * 254):
        page = ask(support, text)
        assert labels(page) == [f"Find users with “{text}”"]
        assert "1 result" in page.words
    page = ask(support, "x" * 2000)
    assert "Find users with" in page.words


def test_who_sees_users_masked_finds_no_one_by_a_part(
    log_in: LogIn, simulator: RunningSimulator
) -> None:
    viewer, user = log_in(Role.VIEWER), simulator.users()[0]
    viewer.get("/users?limit=100")
    viewer.get(f"/users/{user['id']}")
    viewer.get(f"/users/{simulator.users()[1]['id']}")
    assert groups(ask(viewer)) == ["Recent users", "Pages"]
    for text in (user["email"][:5], user["email"][:1], user["email"]):
        assert groups(ask(viewer, text)) == ["Users"]
        assert len(labels(ask(viewer, text))) == 1
    assert user["email"] not in ask(viewer).text


def test_the_name_of_a_view_is_found_as_it_is_seen(log_in: LogIn) -> None:
    support, auditor = log_in(Role.SUPPORT), log_in(Role.AUDITOR)
    view = {"name": "For maria.lopez@example.com", "filter": "status=pending", "shared": "on"}
    support.post("/views", view)
    assert "Saved views" in groups(ask(support, "maria.lop"))
    assert "Saved views" not in groups(ask(auditor, "maria.lop"))
    assert "maria.lop" not in ask(auditor, "for").text
    assert "Saved views" in groups(ask(auditor, "for"))


EVERYONE = {"Copy user ID", "Requests to the API"}
OFTEN = EVERYONE | {"Copy email", "Assign to me or hand over"}
READS_AUDIT = {"Audit log of this user", "Export proof pack"}

MINTS = {"Issue token", "View accounts"}


@pytest.mark.parametrize(
    ("status", "offered"),
    [
        ("pending", {*OFTEN, "Start KYC", "Snooze"}),
        ("active", {*OFTEN, *MINTS}),
        ("suspended", OFTEN),
    ],
)
def test_the_actions_on_the_open_user_are_those_of_its_page(
    log_in: LogIn, simulator: RunningSimulator, status: str, offered: set[str]
) -> None:
    user = next(each for each in simulator.users() if each["status"] == status)
    for role, wanted in (
        (Role.ISSUER, offered),
        (Role.SUPPORT, offered - MINTS),
        (Role.VIEWER, EVERYONE),
        (Role.AUDITOR, EVERYONE | READS_AUDIT),
    ):
        visitor = log_in(role)
        shown = visitor.get(f"/users/{user['id']}").text
        assert f'data-user="{user["id"]}"' in shown
        page = ask(visitor, user=user["id"])
        group = page.text.partition("On this user")[2].partition('role="group"')[0]
        assert set(re.findall(r'<span\s+class="grow">([^<]+)<', group)) == wanted, role
        assert ("Start KYC" in shown) == ("Start KYC" in wanted)
        for label in MINTS:
            assert (label in shown) == (label in wanted)


def test_an_admin_is_led_to_what_the_menu_of_the_open_user_has(
    log_in: LogIn, simulator: RunningSimulator
) -> None:
    admin, path = log_in(Role.ADMIN), f"/users/{simulator.users()[0]['id']}"
    menu = admin.get(path).text.partition('id="more"')[2].partition('id="raw"')[0]
    leads_to = set(re.findall(rf'href="({path}/\w+|/audit\?[^"]+)"', menu))
    assert {f"{path}/erase", f"{path}/proof", f"{path}/requests"} <= leads_to
    offered = set(re.findall(r'<a [^>]*href="([^"]*)"', ask(admin, user=path[7:]).text))
    assert leads_to <= offered


def test_each_role_is_offered_the_pages_of_its_navigation(log_in: LogIn) -> None:
    for roles in ((), (Role.VIEWER,), (Role.AUDITOR,), (Role.ADMIN,)):
        visitor = log_in(*roles)
        page = visitor.get("/account").text
        nav = page.partition("<nav")[2].partition("</nav>")[0]
        linked = set(re.findall(r'<a href="(/[^"?]*)"', nav))
        offered = set(re.findall(r'<a [^>]*href="(/[^"?]*)"', ask(visitor).text))
        assert offered - linked <= {"/account", "/users/new"}
        assert linked <= offered


INNER = {
    "/settings": {"Directory", "Tags", "Texts", "Requests to the API", "API credentials"},
    "/jobs": {"Register many users", "Start KYC for many users"},
    "/lab": {"Scenarios"},
    "/tokens": {"Find receipt"},
}


@pytest.mark.parametrize(("path", "found"), INNER.items())
def test_the_pages_that_a_page_leads_to_are_found_by_name_by_who_may_open_them(
    log_in: LogIn, path: str, found: set[str]
) -> None:
    admin, viewer = log_in(Role.ADMIN), log_in(Role.VIEWER)
    leads_to = set(re.findall(r'href="(/[\w/-]+)"', admin.get(path).text))
    for label in found:
        offered = re.findall(r'<a [^>]*href="(/[^"?]*)"', ask(admin, label.lower()).text)
        assert leads_to.intersection(offered), label
        is_open = path == "/tokens"
        assert (label in labels(ask(viewer, label))) == is_open
    assert not found.intersection(labels(ask(admin)))


def test_pages_that_are_off_are_not_offered(log_in: LogIn) -> None:
    assert "Send links by email" not in labels(ask(log_in(Role.ADMIN), "send links"))


def test_who_has_selected_users_is_led_to_what_can_be_done_with_them(
    log_in: LogIn, simulator: RunningSimulator
) -> None:
    support, admin = log_in(Role.SUPPORT), log_in(Role.ADMIN)
    assert "Set tags" not in labels(ask(support, "tags"))
    for visitor in (support, admin):
        visitor.get("/users")
        ticked = {"user": simulator.users()[0]["id"], "list": "/users", "do": "keep"}
        visitor.post("/selections", ticked, status=303)
    page = ask(support)
    assert "1 user selected" in groups(page)
    assert {"Set tags", "Set owner"} <= set(labels(page))
    assert not {"Export links", "Export test users"} & set(labels(page))
    assert {"Export links", "Export test users"} <= set(labels(ask(admin, "export")))
    found = re.search(r'href="(/selections/\d+/tags)"', page.text)
    assert found
    support.get(found[1])


def test_a_user_that_is_none_and_a_text_that_cannot_be_read_are_as_if_not_sent(
    support: Visitor,
) -> None:
    page = ask(support, "\u202e", "not-an-id")
    assert "On this user" not in groups(page)
    assert page.response.status_code == 200


def test_the_dialogs_are_a_part_that_a_page_loads_and_help_has_the_keys(support: Visitor) -> None:
    part = support.fragment("/palette").text
    for named in ('id="palette"', 'id="shortcuts"', 'role="combobox"'):
        assert named in part
    assert support.get("/palette", status=303).headers["Location"] == "/help"
    assert "Keyboard shortcuts" in support.get("/help").words
