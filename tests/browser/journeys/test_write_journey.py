"""Register, start KYC, approve at the stand-in, follow, issue a token, go Back: as a person."""

import re
import secrets
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
from playwright.sync_api import Page, expect

from dashboard.services.permissions import Role
from tests.browser.conftest import AddPerson, NewContext, Server, enter
from tests.browser.support.history import step
from tests.support.pages.forms import KYC, TOKEN, registration
from tests.support.servers.simulator_process import RunningSimulator


@pytest.fixture
def admin(add_person: AddPerson) -> tuple[str, str]:
    return add_person(Role.ADMIN)


def posts(simulator: RunningSimulator) -> int:
    return sum(call.method == "POST" for call in simulator.requests())


@pytest.mark.parametrize("with_javascript", [True, False], ids=["javascript", "none"])
def test_from_registration_to_a_token(
    new_context: NewContext,
    admin: tuple[str, str],
    simulator: RunningSimulator,
    with_javascript: bool,  # noqa: FBT001  a parameter of the test
) -> None:
    context = new_context(java_script_enabled=with_javascript)
    page = context.new_page()
    page.goto("/users")
    enter(page, *admin)
    page.get_by_role("link", name="Register user").click()
    page.get_by_role("link", name="Generate identity").click()
    field = page.get_by_label("Email", exact=True)
    expect(field).to_have_value(re.compile(r"^qa\+\d{6}@example\.org$"))
    email = field.input_value()
    page.get_by_role("button", name="Register user").click()
    page.wait_for_url(re.compile(r"/users/[0-9a-f-]{36}$"))
    expect(page.get_by_text(f"User registered: {email}.")).to_be_visible()
    user_url = page.url

    page.get_by_role("link", name="Start KYC").click()
    page.get_by_label("First name").fill("Prueba")
    page.get_by_label("Last name").fill("Inventada")
    page.get_by_role("button", name="Start KYC").click()
    expect(page.get_by_role("heading", name="Send this link to the user")).to_be_visible()
    page.get_by_role("button", name="Show code").click()
    expect(page.locator(".qr")).to_be_visible()
    page.goto(user_url)
    expect(page.get_by_role("heading", name="Waiting for identity verification")).to_be_visible()

    with context.expect_page() as opened:
        page.get_by_role("link", name="Open link").click()
    opened.value.get_by_role("button", name="Approve").click()
    expect(opened.value.get_by_text("This check is done: approved.")).to_be_visible()
    opened.value.close()
    if not with_javascript:
        page.reload()
    expect(page.get_by_role("heading", name="Can operate")).to_be_visible(timeout=60_000)
    expect(page.locator("#follow")).to_have_count(0)

    page.get_by_role("link", name="Issue token").click()
    page.get_by_label("Reason").fill("Try the token in a test")
    page.get_by_role("button", name="Issue token").click()
    expect(page.get_by_role("heading", name="Token issued for")).to_be_visible()
    expect(page.locator("#token")).to_be_hidden()
    page.get_by_text("Show token").click()
    token = page.locator("#token").inner_text()
    assert token.count(".") == 2
    assert posts(simulator) == 3

    page.goto(user_url)
    assert token not in page.content()
    grants = page.get_by_role("region", name="Table of tokens issued")
    expect(grants.get_by_text("Try the token in a test")).to_be_visible()


@pytest.fixture
def issued(page: Page, add_person: AddPerson, simulator: RunningSimulator) -> Page:
    """A page that shows a token."""
    page.get_by_role("button", name="Log out").click()
    enter(page, *add_person(Role.ISSUER))
    active = next(user for user in simulator.users() if user["status"] == "active")
    page.goto(f"/users/{active['id']}/tokens")
    page.get_by_label("Reason").fill("Look at the page")
    page.get_by_role("button", name="Issue token").click()
    expect(page.get_by_role("heading", name="Token issued for")).to_be_visible()
    return page


def test_neither_back_nor_forward_nor_reload_shows_it_again_or_issues_another(
    issued: Page, simulator: RunningSimulator
) -> None:
    token = issued.locator("#token").text_content() or ""
    assert token.count(".") == 2
    issued.get_by_role("link", name="Done").click()
    issued.wait_for_url(re.compile(r"/users/[0-9a-f-]{36}$"))
    user_url = issued.url
    for way in ("back", "forward", "back"):
        step(issued, way)
        assert token not in issued.content()
    issued.goto(user_url)
    assert token not in issued.content()
    kept = issued.evaluate("JSON.stringify([{...sessionStorage}, {...localStorage}])")
    assert kept == "[{},{}]"
    assert token not in issued.evaluate("location.href + document.title + document.cookie")
    assert posts(simulator) == 1


def test_reloading_the_answer_tells_that_it_was_issued(
    issued: Page, simulator: RunningSimulator
) -> None:
    token = issued.locator("#token").text_content() or ""
    issued.reload()
    expect(issued.get_by_role("heading", name="This form already issued a token")).to_be_visible()
    assert token not in issued.content()
    assert posts(simulator) == 1


def test_the_countdown_is_that_of_the_token_and_it_can_be_cleared(issued: Page) -> None:
    token = issued.locator("#token").text_content() or ""
    timer = issued.get_by_role("timer")
    expect(timer).to_have_text(re.compile(r"^(59|60):\d\d$"))
    shown = timer.inner_text()
    left = issued.evaluate(
        "(Date.parse(document.querySelector('[data-expires]').dataset.expires) - Date.now()) / 1000"
    )
    minutes, seconds = map(int, shown.split(":"))
    assert abs(minutes * 60 + seconds - left) <= 2
    issued.get_by_role("button", name="Remove from this page").click()
    assert token not in issued.content()
    expect(issued.get_by_text("The token is no longer on this page.")).to_be_visible()


def test_the_token_and_the_curl_are_copied_from_their_text(issued: Page) -> None:
    issued.context.grant_permissions(["clipboard-read", "clipboard-write"])
    token = issued.locator("#token").text_content()
    issued.get_by_role("button", name="Copy token").click()
    expect(issued.locator("#toasts")).to_have_text("Token copied")
    assert issued.evaluate("navigator.clipboard.readText()") == token
    issued.get_by_role("button", name="Copy", exact=True).click()
    expect(issued.locator("#toasts")).to_contain_text("Command copied")
    assert "Bearer $TOKEN" in issued.evaluate("navigator.clipboard.readText()")
    assert (token or "x") not in issued.evaluate("document.querySelector('#curl').textContent")


def test_a_double_click_and_enter_enter_send_once(
    page: Page, add_person: AddPerson, simulator: RunningSimulator
) -> None:
    page.get_by_role("button", name="Log out").click()
    enter(page, *add_person(Role.ONBOARDING))
    simulator.set_faults([{"method": "POST", "latency_ms": 4000}])
    page.goto("/users/new")
    page.get_by_label("Email", exact=True).fill(f"new-{secrets.token_hex(4)}@example.com")
    page.get_by_label("Country").select_option("CO")
    button = page.get_by_role("button", name="Register user")
    button.dblclick()
    expect(page.get_by_role("button", name="Registering")).to_have_attribute("aria-busy", "true")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/users/[0-9a-f-]{36}$"))
    assert posts(simulator) == 1


def test_errors_are_beside_their_fields_and_the_summary_has_the_focus(
    page: Page, add_person: AddPerson
) -> None:
    page.get_by_role("button", name="Log out").click()
    enter(page, *add_person(Role.ONBOARDING))
    page.goto("/users/new")
    page.get_by_label("Email", exact=True).fill("nobody")
    page.get_by_label("Phone").fill("300")
    page.get_by_role("button", name="Register user").click()
    expect(page.locator("#errors")).to_be_focused()
    expect(page.locator("#errors")).to_contain_text("Fix 3 fields")
    phone = page.get_by_label("Phone")
    expect(phone).to_have_value("300")
    expect(phone).to_have_attribute("aria-invalid", "true")
    described = (phone.get_attribute("aria-describedby") or "").split()
    assert "phone-error" in described
    page.get_by_role("link", name=re.compile("^Phone:")).click()
    expect(phone).to_be_focused()
    expect(page.get_by_role("button", name="Register user")).to_be_enabled()


def logged_in(server: Server, person: tuple[str, str]) -> requests.Session:
    """Return a client that is logged in; it sends the Secure cookie over http, as browsers do."""
    http = requests.Session()
    http.trust_env = False
    answer = http.get(f"{server.base_url}/login")
    cookie = answer.headers["Set-Cookie"].split(";")[0]
    sent = {"csrf_token": field(answer.text, "csrf_token"), "email": person[0]}
    done = http.post(
        f"{server.base_url}/login",
        data={**sent, "password": person[1], "next": ""},
        headers={"Cookie": cookie},
        allow_redirects=False,
    )
    http.headers["Cookie"] = "; ".join(f"{each.name}={each.value}" for each in done.cookies)
    return http


def field(text: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]+)"', text)
    assert found
    return found[1]


@pytest.mark.parametrize("verb", ["register", "kyc", "token"])
def test_twenty_identical_posts_at_once_make_one_call(
    server: Server, admin: tuple[str, str], simulator: RunningSimulator, verb: str
) -> None:
    users = {user["status"]: str(user["id"]) for user in simulator.users()}
    form, path, fields = {
        "register": ("/users/new", "/users", registration()),
        "kyc": (f"/users/{users['pending']}/kyc",) * 2 + (KYC,),
        "token": (f"/users/{users['active']}/tokens",) * 2 + (TOKEN,),
    }[verb]
    http = logged_in(server, admin)
    page = http.get(server.base_url + form).text
    data = {**fields, **{name: field(page, name) for name in ("csrf_token", "intent")}}
    simulator.set_faults([{"method": "POST", "latency_ms": 400}])

    def send(_number: int) -> tuple[int, str]:
        answer = requests.post(
            server.base_url + path,
            data=data,
            headers={"Cookie": str(http.headers["Cookie"])},
            allow_redirects=False,
            timeout=60,
        )
        return answer.status_code, answer.headers.get("Location", "") + answer.text

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(send, range(20)))
    assert posts(simulator) == 1
    done = [text for status, text in answers if status == (200 if verb == "token" else 303)]
    others = [text for status, text in answers if status == 409]
    assert len(done) + len(others) == 20
    assert len(done) >= 1
    assert len(set(done)) == 1
    if verb == "token":
        assert len(done) == 1
    for text in others:
        assert "Still processing" in text or "This form already issued a token" in text
