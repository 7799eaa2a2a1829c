"""The box finds a user from anything that a caller or a ticket gives."""

from urllib.parse import quote
from uuid import uuid4

import pytest

from dashboard.services.permissions import Role
from tests.support.browsing import Visitor
from tests.support.pages.forms import KYC, send
from tests.support.people import LogIn
from tests.support.sampling import all_of
from tests.support.servers.simulator_process import RunningSimulator

pytestmark = pytest.mark.on_postgres

EMAIL, PHONE = "canary.fernandez@canary-bank.example", "+573001234567"
JSON = {"alg": "none"}


@pytest.fixture
def known(support: Visitor, simulator: RunningSimulator) -> dict[str, str]:
    """A user whom our copy has, and whose data is like nothing else."""
    active = next(user for user in simulator.users() if user["status"] == "pending")
    known = {**active, "id": str(uuid4()), "email": EMAIL, "phone": PHONE}
    simulator.add_user(known)
    support.get("/users")
    simulator.clear_requests()
    return known


def find(visitor: Visitor, text: str, status: int = 303) -> str:
    """Send a text from the box and return where it leads."""
    return str(visitor.post("/users/find", {"q": text}, status=status).headers.get("Location", ""))


@all_of(
    "text",
    [
        "{id}",
        "{ID}",
        EMAIL.upper(),
        f"  {EMAIL} ",
        f"Canary Fernández <{EMAIL}>",
        f"Hello,\n\nplease help {EMAIL}.\nThanks,\n\tAna",
        PHONE,
        "57 300 123 45 67",
        "300 123 45 67",
        "(300) 123-4567",
        "(+57) 300 - 123 - 4567",
        "300\u2011123\u20114567",
        "Call 300\u2013123\u20134567, please.\nAna",
        "http://localhost/users/{id}",
        "http://localhost/users/{id}/kyc?of=3",
        "/users/{id}",
    ],
)
def test_a_whole_value_opens_its_user(
    support: Visitor, known: dict[str, str], simulator: RunningSimulator, text: str
) -> None:
    wanted = text.format(id=known["id"], ID=known["id"].upper())
    assert find(support, wanted) == f"/users/{known['id']}"
    assert simulator.requests() == []


def test_an_inquiry_and_its_link_open_their_user(
    support: Visitor, log_in: LogIn, known: dict[str, str]
) -> None:
    send(support, f"/users/{known['id']}/kyc", {**KYC, "email": EMAIL}, status=303)
    page = support.get(f"/users/{known['id']}/kyc")
    link = page.text.partition('data-copy="http')[2].partition('"')[0]
    inquiry = link.partition("inquiry-id=")[2]
    assert inquiry
    for text in (inquiry, f"http{link}", f"the inquiry is {inquiry}, thanks"):
        assert find(support, text) == f"/users/{known['id']}", text
    answer = support.post("/users/find", {"q": inquiry[:9]}, status=200)
    assert EMAIL in answer.words
    assert "/users?q=" not in answer.text
    viewer = log_in(Role.VIEWER)
    assert find(viewer, inquiry) == f"/users/{known['id']}"
    assert known["id"] not in viewer.post("/users/find", {"q": inquiry[:9]}, status=200).text


def test_a_short_text_gets_an_address_and_a_secret_gets_none(support: Visitor) -> None:
    assert find(support, "maria soto") == "/users?q=maria+soto"
    assert find(support, "") == "/users"
    for text in ("eyJhbGciOi", "inq_abc", "https://example.com/?inquiry-id=x", "x" * 60):
        assert find(support, text, status=200) == ""


def test_a_pasted_text_lists_everyone_in_it_and_names_who_is_not_found(
    support: Visitor, known: dict[str, str], simulator: RunningSimulator
) -> None:
    other = simulator.users()[1]["email"]
    text = f"email\tphone\n{EMAIL}\t\n{other}\t+1 202 555 0142\nno.one@example.com\t"
    page = support.post("/users/find", {"q": text}, status=200)
    for shown in (EMAIL, other, "no.one@example.com", "+1 202 555 0142", "2 users found"):
        assert shown in page.words
    assert known["id"] in page.text
    assert "phone\n" not in page.text
    assert "users, not complete yet" in page.words


def test_a_pasted_column_of_numbers_without_country_names_who_is_not_found(
    support: Visitor, log_in: LogIn, known: dict[str, str]
) -> None:
    text = "phone\n3017654321\n320\u2013555\u20130142\t\nOrder 20260712"
    page = support.post("/users/find", {"q": text}, status=200)
    assert "0 users found · 2 not found" in page.words
    for number in ("3017654321", "320-555-0142"):
        assert number in page.words
    assert "20260712" not in page.words
    assert find(support, f"{text}\n{PHONE[3:]}") == f"/users/{known['id']}"
    column = f"3017654321\n{PHONE[3:]}"
    page = support.post("/users/find", {"q": column}, status=200)
    assert "1 user found · 1 not found" in page.words
    masked = log_in(Role.VIEWER).post("/users/find", {"q": column}, status=200)
    assert "not found" not in masked.words
    assert "3017654321" not in masked.words


def test_several_users_of_one_phone_number_are_led_to(
    support: Visitor, known: dict[str, str], simulator: RunningSimulator
) -> None:
    other = simulator.add_user({**known, "id": str(uuid4()), "email": f"other.{EMAIL}"})
    support.get("/users?source=api")
    page = support.get(f"/users?q={quote(PHONE)}")
    assert "Several users matched this exactly at our last check." in page.words
    for user_id in (known["id"], other):
        assert f'href="/users/{user_id}"' in page.text


@all_of("text", ["María\tSoto", "Soto\nNúñez", "-- !", "a b c d e f g h i j k"])
def test_a_text_with_nothing_to_search_by_gets_a_clear_sentence(
    support: Visitor, text: str
) -> None:
    words = support.post("/users/find", {"q": text}, status=200).words
    assert "There is no email, phone number or ID in this text." in words
    assert "To search by words, enter a few on one line." in words


def test_more_values_than_can_be_looked_up_are_counted(support: Visitor) -> None:
    text = "\n".join(f"a{number}@example.com" for number in range(203))
    words = support.post("/users/find", {"q": text}, status=200).words
    assert "We searched for the first 200 values and left out 3 more." in words


@pytest.mark.parametrize("text", ["\u200b\u200b", "\u3164", "\x00"])
def test_invisible_characters_get_a_clear_sentence(support: Visitor, text: str) -> None:
    page = support.post("/users/find", {"q": text}, status=400)
    assert "Type or paste visible text." in page.words


def test_a_text_that_is_too_long_gets_a_clear_sentence(support: Visitor) -> None:
    page = support.post("/users/find", {"q": "a " * 20_000}, status=400)
    assert "Paste less: at most 20,000 characters can be read." in page.words


def test_a_user_of_another_dashboard_s_address_is_said_to_be_elsewhere(support: Visitor) -> None:
    someone = uuid4()
    address = f"https://dashboard.example.com/users/{someone}"
    assert find(support, address) == f"/users/{someone}?elsewhere=1"


def test_a_masked_role_finds_by_whole_values_only(log_in: LogIn, known: dict[str, str]) -> None:
    viewer = log_in(Role.VIEWER)
    for text in (EMAIL, PHONE, known["id"], f"Canary <{EMAIL}>"):
        assert find(viewer, text) == f"/users/{known['id']}", text
    for text in (EMAIL[:-1], "canary", PHONE[3:], PHONE[:-1], known["id"][:8]):
        led_to = find(viewer, text)
        assert led_to.startswith("/users?q="), text
        assert known["id"] not in viewer.get(led_to).text


def test_an_address_with_a_whole_value_opens_its_user(
    support: Visitor, known: dict[str, str]
) -> None:
    for text in (EMAIL, PHONE, "300 123 45 67", known["id"]):
        led_to = support.get(f"/users?q={quote(text)}", status=303).headers["Location"]
        assert led_to == f"/users/{known['id']}"
