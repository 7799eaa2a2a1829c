"""The list of users, as a support person meets it."""

from pathlib import Path
from uuid import uuid4

import pytest

from dashboard.app import create_app
from dashboard.config.settings import load_config
from dashboard.services.permissions import Role
from tests.support.browsing import Visitor
from tests.support.people import Hire
from tests.support.servers.simulator_process import RunningSimulator, start_simulator

pytestmark = pytest.mark.on_postgres

MAIN = "results"


def emails(simulator: RunningSimulator) -> list[str]:
    return [user["email"] for user in simulator.users()]


def test_the_list_shows_the_newest_users_with_total_and_position(
    support: Visitor, simulator: RunningSimulator
) -> None:
    page = support.get("/users")
    for email in emails(simulator)[:20]:
        assert email in page.words
    assert emails(simulator)[20] not in page.words
    assert "1–20 of 120" in page.words
    assert "From the API · updated" in page.words


def test_the_second_page_goes_on_where_the_first_ends(
    support: Visitor, simulator: RunningSimulator
) -> None:
    page = support.get("/users?page=2")
    assert emails(simulator)[20] in page.words
    assert "21–40 of 120" in page.words
    assert 'rel="prev"' in page.text
    assert 'rel="next"' in page.text
    assert 'aria-current="page" aria-label="Page 2"' in page.text


@pytest.mark.parametrize(
    ("query", "field", "value"),
    [
        ("status=pending", "status", "pending"),
        ("country=CO", "countryCode", "CO"),
        ("country=co", "countryCode", "CO"),
        ("user_type=business", "userType", "business"),
    ],
)
def test_a_filter_leaves_those_who_match(
    support: Visitor, simulator: RunningSimulator, query: str, field: str, value: str
) -> None:
    page = support.get(f"/users?{query}&limit=100")
    for user in simulator.users()[:100]:
        assert (user["email"] in page.words) == (user[field] == value)


def test_a_search_finds_by_part_of_the_email_and_keeps_what_was_typed(
    support: Visitor, simulator: RunningSimulator
) -> None:
    email = emails(simulator)[5]
    page = support.get("/users?q=" + email.split("@")[0][:-1])
    assert email in page.words
    assert f'value="{email.split("@")[0][:-1]}"' in page.text


def test_filters_are_sent_upstream_under_the_assumed_names(
    support: Visitor, simulator: RunningSimulator
) -> None:
    support.get("/users?status=active&country=MX&user_type=personal&page=2&limit=50&q=a")
    (call,) = simulator.requests()
    sent = set(call.query.split("&"))
    assert sent == {
        "page=2", "limit=50", "status=active", "countryCode=MX", "userType=personal", "search=a",
    }  # fmt: skip


def test_an_id_leads_to_the_user_without_a_call(
    support: Visitor, simulator: RunningSimulator
) -> None:
    user_id = uuid4()
    answer = support.get(f"/users?q= {user_id} ", status=303)
    assert answer.headers["Location"] == f"/users/{user_id}"
    assert simulator.requests() == []


def test_the_exact_email_of_somebody_whom_we_have_seen_leads_to_them(
    support: Visitor, simulator: RunningSimulator
) -> None:
    user = simulator.users()[3]
    support.get(f"/users?q={user['email']}")
    simulator.clear_requests()
    answer = support.get(f"/users?q={user['email'].upper()}", status=303)
    assert answer.headers["Location"] == f"/users/{user['id']}"
    assert simulator.requests() == []


def test_an_email_that_two_users_had_leads_to_neither(
    support: Visitor, simulator: RunningSimulator
) -> None:
    for _ in range(2):
        simulator.add_user({"id": str(uuid4()), "email": "twin@example.com", "status": "active"})
    support.get("/users")
    assert "twin@example.com" in support.get("/users?q=twin@example.com").words


def test_typing_a_known_email_does_not_jump_away(
    support: Visitor, simulator: RunningSimulator
) -> None:
    email = emails(simulator)[0]
    support.get("/users")
    page = support.fragment(f"/users?q={email}", MAIN, trigger="users-q")
    assert email in page.words
    assert page.headers["HX-Replace-Url"].startswith("/users?q=")
    assert "HX-Push-Url" not in page.headers
    assert 'id="users-q"' not in page.text


def test_one_url_gives_the_page_or_its_fragment(support: Visitor) -> None:
    whole, part = support.get("/users"), support.fragment("/users", MAIN)
    assert part.text.strip().startswith("<title>")
    assert 'id="results"' in part.text
    assert 'id="results"' in whole.text
    assert part.headers["HX-Push-Url"] == "/users"
    restored = support.get(
        "/users", headers={"HX-Request": "true", "HX-History-Restore-Request": "true"}
    )
    assert "<html" in restored.text
    unknown = support.get("/users", headers={"HX-Request": "true", "HX-Target": "unheard-of"})
    assert "<html" in unknown.text
    for answer in (whole, part, restored, unknown):
        vary = "HX-Request, HX-History-Restore-Request, HX-Target, Accept-Encoding"
        assert answer.headers["Vary"] == vary


def test_a_plain_form_s_blanks_do_not_stay_in_the_address(
    support: Visitor, simulator: RunningSimulator
) -> None:
    answer = support.get("/users?q=&country=&user_type=&status=pending", status=303)
    assert answer.headers["Location"] == "/users?status=pending"
    assert simulator.requests() == []


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("page=2.5&sort=xx", ["page", "sort"]),
        ("page=0", ["page"]),
        ("page=-1", ["page"]),
        ("page=99999999999999999999", ["page"]),
        ("limit=101", ["limit"]),
        ("limit=ten", ["limit"]),
        ("status=frozen", ["status"]),
        ("country=Colombia", ["country"]),
        ("user_type=robot", ["user_type"]),
        ("q=" + "x" * 255, ["q"]),
        ("q=a%00b", ["q"]),
        ("q=a%E2%80%AEb", ["q"]),
        ("cursor=X%0d%0aX", ["cursor"]),
        ("%3Cimg%3E=1", ["<img>"]),
        ("page=%D9%A2%D9%A2x", ["page"]),
        ("page=1_0", ["page"]),
        ("page=%C2%B2", ["page"]),
        ("page=%2B1", ["page"]),
        ("page=%D9%A2", ["page"]),
        ("limit=5_0", ["limit"]),
        ("q=ana&q=bob", ["q"]),
        ("status=active&status=banned", ["status"]),
    ],
)
def test_what_is_not_a_filter_is_named_and_never_sent(
    support: Visitor, simulator: RunningSimulator, query: str, named: list[str]
) -> None:
    page = support.get(f"/users?{query}")
    assert "We can’t use these parts of the address: " + ", ".join(named) in page.words
    (call,) = simulator.requests()
    assert set(call.query.split("&")) == {"page=1", "limit=20"}


def test_no_match_and_no_page_are_different_things(support: Visitor) -> None:
    no_match = support.get("/users?q=nobody-has-this&status=pending")
    assert "No users match No user in our copy matches nobody-has-this" in no_match.words
    assert "Your other filters apply too." in no_match.words
    assert "Clear filters" in no_match.words
    past_the_end = support.get("/users?page=9000")
    assert "Page 9,000 doesn’t exist The list has 120 users." in past_the_end.words


@pytest.mark.usefixtures("database")
def test_nobody_at_all_is_said_so(tmp_path: Path, settings: dict[str, str], hire: Hire) -> None:
    with start_simulator(tmp_path, users=0) as empty:
        settings["PARTNER_API_URL"] = empty.base_url
        settings["PARTNER_API_KEY"] = empty.first.api_key
        settings["PARTNER_API_SECRET"] = empty.first.api_secret
        visitor = Visitor(create_app(load_config(None, **settings)))
        visitor.log_in(*hire(Role.SUPPORT))
        page = visitor.get("/users")
    assert "No users yet No users are registered with this API key." in page.words
    assert "Clear filters" not in page.words


def test_the_page_size_is_in_the_address_and_stays_through_a_filter(support: Visitor) -> None:
    page = support.get("/users?limit=50")
    assert "1–50 of 120" in page.words
    assert '<input type="hidden" name="limit" value="50">' in page.text
    assert "/users?status=active&amp;limit=50" in page.text


def test_the_same_address_again_makes_no_entry_in_the_history(support: Visitor) -> None:
    on = {"HX-Request": "true", "HX-Target": MAIN, "HX-Current-URL": "http://localhost/users"}
    again = support.http.get("/users", headers=on).headers
    assert again["HX-Replace-Url"] == "/users"
    assert "HX-Push-Url" not in again
    further = support.http.get("/users?page=2", headers=on).headers
    assert further["HX-Push-Url"] == "/users?page=2"


def test_the_exact_email_of_somebody_whom_nobody_has_seen_tells_why_at_once(
    support: Visitor, simulator: RunningSimulator
) -> None:
    user = next(u for u in simulator.users()[40:] if u["status"] == "suspended")
    page = support.get(f"/users?q={user['email'].upper()}")
    assert "Suspended: can’t operate" in page.words
    assert "Copy message" in page.words
    assert len(simulator.requests()) == 1
    assert "can’t operate" not in support.get(f"/users?q={user['email'][:-4]}").words
