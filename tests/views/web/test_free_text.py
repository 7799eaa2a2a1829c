"""What may be a token or a verification link gets into no address, however it is typed."""

import re
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote, unquote_plus, urlencode
from uuid import UUID

import pytest
from flask import Flask

from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from dashboard.store.kyc import inquiries
from dashboard.store.kyc.inquiries import Inquiry
from dashboard.store.kyc.states import InquiryState
from dashboard.web.security.free_text import LEADING, OURS, WITH_SECRETS
from tests.support.browsing import HTMX, Visitor
from tests.support.clock import cpu_s
from tests.support.pages.forms import TOKEN, send
from tests.support.pages.tokens import receipt_in, token_in
from tests.support.people import LogIn
from tests.support.sampling import all_of
from tests.support.servers.simulator_process import RunningSimulator
from tests.support.walking import walk

NOW = datetime(2026, 6, 12, tzinfo=UTC)
LONGEST_ADDRESS = 8_000  # characters: a server takes a little more
SLOWEST_S = 1.0
FILTERS = [
    ("/kyc", "q"),
    ("/audit", "q"),
    ("/audit", "subject"),
    ("/audit/people/1", "q"),
    ("/settings/requests", "q"),
    ("/tokens", "user"),
]
SECRETS = [
    "Bearer eyJhbGciOiJub25lIn0",
    "https://inquiry.withpersona.com/verify?inquiry-id=inq_Hq7TzVb3LdKx9PfN",
    "inq_Hq7TzVb3LdKx9PfN",
    "inquiryId: Hq7TzVb3LdKx9PfN",
    "inquiry ID Hq7TzVb3LdKx9PfN",
    "inquiry.withpersona.com/verify",
    "Zx9.kQ2-vB7.mT4-" * 3,
]
TOLD = "We didn’t search for that text because it may be a token or a verification link."
FORM = re.compile(r"<form\b([^>]*)>([\s\S]*?)</form>")


def test_a_filter_is_sent_in_a_form_and_leads_to_the_list_without_the_secret(
    log_in: LogIn,
) -> None:
    admin = log_in(Role.ADMIN)
    for path, name in FILTERS:
        for secret in SECRETS:
            page = admin.post("/filters", {"list": path, name: f" {secret} "})
            assert page.headers["Location"] == path
            assert secret not in page.text + str(page.headers)
        assert TOLD in admin.get(path).words
        assert TOLD not in admin.get(path).words


def test_other_text_leads_to_the_list_with_it(support: Visitor) -> None:
    for name in ("Eyjólfur Jónsson", "eyjolfur.jonsson@example.is", "กรุงเทพมหานคร" * 4):
        sent = {"list": "/kyc", "q": name}
        assert support.post("/filters", sent).headers["Location"] != "/kyc"
    sent = {"list": "/kyc", "q": "Ana & José", "lane": "elsewhere", "country": " "}
    location = support.post("/filters", sent).headers["Location"]
    assert location == "/kyc?q=Ana+%26+Jos%C3%A9&lane=elsewhere"
    assert TOLD not in support.get(location).words


@pytest.mark.parametrize("text", ["inquiry", "Inquiry expired, again", "the same inquiry?"])
def test_a_word_is_no_secret(log_in: LogIn, text: str) -> None:
    sent = log_in(Role.ADMIN).post("/filters", {"list": "/audit", "q": text})
    assert sent.headers["Location"] == f"/audit?{urlencode({'q': text})}"


def test_a_key_that_was_held_down_is_told_like_any_text_that_is_too_long(support: Visitor) -> None:
    page = support.get(f"/kyc?q={'x' * 400}")
    assert "We can’t use these parts of the address: q" in page.words
    assert TOLD not in page.words


def test_a_long_email_is_no_secret(support: Visitor) -> None:
    email = f"{'ana.maria.fernandez-' * 2}gutierrez@example.com"
    assert support.post("/filters", {"list": "/kyc", "q": email}).headers["Location"] != "/kyc"


def test_it_leads_to_lists_with_such_filters_only(support: Visitor) -> None:
    elsewhere = (
        "//kyc",
        "//audit/people/1",
        "///tokens",
        "https://evil.test/kyc",
        "//evil.test/kyc",
    )
    for path in ("", "/users", "/kyc/", "kyc", *elsewhere):
        support.post("/filters", {"list": path, "q": "Ana"}, status=400)


def test_an_address_with_a_secret_leads_to_one_without_it_and_the_page_says_so(
    log_in: LogIn, capsys: pytest.CaptureFixture[str], simulator: RunningSimulator
) -> None:
    admin = log_in(Role.ADMIN)
    seen = ""
    for path, name in (*FILTERS, ("/users", "q"), ("/kyc/export", "q")):
        for secret in SECRETS:
            given = {name: secret, "limit": "50"}
            answer = admin.http.get(path, query_string=given)
            assert (answer.status_code, answer.headers["Location"]) == (303, f"{path}?limit=50")
            under_htmx = admin.http.get(path, query_string=given, headers=HTMX)
            assert under_htmx.headers["HX-Redirect"] == f"{path}?limit=50"
            seen += answer.text + str(answer.headers) + str(under_htmx.headers)
        assert TOLD in admin.get(path).words
    seen += "".join(capsys.readouterr()) + str(simulator.requests())
    assert not [secret for secret in SECRETS if secret in seen]


@pytest.mark.parametrize("number", range(len(SECRETS)))
def test_a_secret_in_any_part_of_an_address_leads_away_before_anything_reads_it(
    app: Flask, log_in: LogIn, visitor: Visitor, capsys: pytest.CaptureFixture[str], number: int
) -> None:
    admin, seen, secret = log_in(Role.ADMIN), "", SECRETS[number]
    in_path = quote(secret, safe="/:")
    addresses = [(f"/users/{in_path}", "/users"), (f"/views/{in_path}", "/views")]
    addresses += [(f"/users/{in_path}/kyc", "/users"), (f"/{in_path}", "/")]
    addresses += [(f"/nowhere/{in_path}/", "/"), (f"/views/{in_path}/delete", "/views")]
    addresses += [
        (f"{step.path}?{part}", step.path)
        for step in walk(app)[number :: len(SECRETS)]
        if step.method == "GET" and step.endpoint not in WITH_SECRETS
        for part in (urlencode({"country": secret}), urlencode({secret: "1"}))
    ]
    addresses += [(f"/login?{urlencode({'next': f'/kyc?q={quote(secret)}'})}", "/login")]
    addresses += [(f"/login?{urlencode({'next': f'/users/{in_path}'})}", "/login")]
    addresses += [(f"/login?{urlencode({'next': f'/users#{in_path}'})}", "/login")]
    wrapped = f"/kyc?q={quote(secret)}"
    for _ in range(4):
        wrapped = f"/login?{urlencode({'next': wrapped})}"
        addresses.append((wrapped, "/login"))
    for address, page in addresses:
        for person in (admin, visitor):
            answer = person.http.get(address)
            assert (answer.status_code, answer.headers["Location"]) == (303, page), address
            seen += answer.text + str(answer.headers)
    assert secret not in seen + "".join(capsys.readouterr())
    assert TOLD in admin.get("/users").words


def test_a_link_in_a_path_leads_to_its_user(
    log_in: LogIn, simulator: RunningSimulator, database: Database
) -> None:
    user_id = simulator.users()[0]["id"]
    with database.write() as connection:
        held = Inquiry(UUID(user_id), InquiryState.HELD, NOW, inquiry_id="inq_Hq7TzVb3LdKx9PfN")
        inquiries.add(connection, held, None)
    answer = log_in(Role.ADMIN).http.get(f"/users/{quote(SECRETS[1], safe='/:')}")
    assert answer.headers["Location"] == f"/users/{user_id}"


def test_what_our_own_pages_write_into_an_address_stays(support: Visitor) -> None:
    for name in OURS:
        answer = support.http.get("/users", query_string={name: "Zx9-kQ2_" * 12})
        assert answer.status_code == 200, name
    way_back = f"/users?after={'Zx9-kQ2_' * 12}"
    answer = support.http.get("/login", query_string={"next": way_back})
    assert answer.headers["Location"] == way_back


def test_no_way_back_after_a_log_in_holds_it(visitor: Visitor) -> None:
    for secret in SECRETS:
        answer = visitor.http.get("/kyc", query_string={"q": secret})
        assert (answer.status_code, answer.headers["Location"]) == (303, "/kyc")


def test_a_token_of_ours_leads_to_its_receipt_from_every_filter(
    log_in: LogIn, simulator: RunningSimulator
) -> None:
    admin = log_in(Role.ADMIN)
    active = next(user for user in simulator.users() if user["status"] == "active")
    page = send(admin, f"/users/{active['id']}/tokens", TOKEN, status=200)
    token = token_in(page.text)
    for path, name in FILTERS:
        led_to = admin.post("/filters", {"list": path, name: f"Bearer {token}"}).headers["Location"]
        assert led_to == receipt_in(page.text)


@all_of("secret", SECRETS)
def test_a_field_of_our_own_leads_to_no_address_with_it_whoever_changed_the_field(
    log_in: LogIn, secret: str
) -> None:
    admin, inside = log_in(Role.ADMIN), f"/users?{urlencode({'owner': secret, 'country': 'CO'})}"
    for path, sent in (
        ("/users/find", {"q": "Ana", "owner": secret}),
        ("/outage/try", {"back": inside}),
        ("/outage/try", {"back": f"/users#{quote(secret)}"}),
        ("/outage/try", {"back": f"/login?{urlencode({'next': f'/users#{quote(secret)}'})}"}),
        ("/account/test-users", {"test_users": "shown", "next": inside}),
        ("/selections", {"list": inside}),
        ("/kept", {}),
    ):
        shown = {**HTMX, "HX-Target": "results", "HX-Current-URL": f"http://localhost{inside}"}
        for headers in ({}, shown):
            fields = {"csrf_token": admin.csrf_token(), **sent}
            answer = admin.http.post(path, data=fields, headers=headers)
            assert answer.status_code in {200, 303}, path
            led = [value for name, value in answer.headers if name in LEADING]
            assert led, (path, headers)
            assert secret not in unquote_plus(" ".join(led)), path


def test_a_filter_that_is_too_long_leads_to_a_list_that_says_so(support: Visitor) -> None:
    location = support.post("/filters", {"list": "/kyc", "q": "กขค " * 3000}).headers["Location"]
    assert len(location) < LONGEST_ADDRESS
    assert "We can’t use these parts of the address: q." in support.get(location).words


def test_a_filter_as_large_as_a_form_may_be_is_read_in_no_time(support: Visitor) -> None:
    long = SECRETS[0] + "\u0f73" * 80_000
    fields = {"csrf_token": support.csrf_token(), "list": "/kyc", "q": long}

    def send_it() -> None:
        answer = support.http.post("/filters", data=fields, content_type="multipart/form-data")
        assert answer.headers["Location"] == "/kyc"

    assert cpu_s(send_it, SLOWEST_S) < SLOWEST_S


def test_every_form_with_typed_text_is_posted(app: Flask) -> None:
    seen, names = 0, list[str]()
    for file in Path(app.jinja_loader.searchpath[0]).rglob("*.html"):  # type: ignore[union-attr]  # a folder
        for start, inside in FORM.findall(file.read_text()):
            typed = re.search(
                r'<textarea|<input(?![^>]*type=")|type="(?:search|text|email|tel)"', inside
            )
            is_sent = re.search(r'method="(?:post|dialog)"', start)
            assert is_sent or not typed, file
            seen += bool(typed)
            if is_sent and "data-hx-get" in start:
                assert "data-secrets=" in start, file
                names += re.findall(r'<input[^>]*type="search"[^>]* name="(\w+)"', inside)
                names += re.findall(r'<input[^>]* name="(\w+)"[^>]*type="search"', inside)
    assert seen > 20
    assert set(names) == {"q", "subject", "user"}
    assert OURS.isdisjoint(names)
