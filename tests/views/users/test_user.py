"""One user's page."""

import re
from uuid import UUID, uuid4

import pytest

from dashboard.services.permissions import Role
from tests.support.browsing import Visitor
from tests.support.pages.forms import KYC, registration, send
from tests.support.people import LogIn
from tests.support.servers.simulator_process import RunningSimulator


def test_a_record_shows_facts_next_step_timeline_and_the_raw_answer(
    support: Visitor, simulator: RunningSimulator
) -> None:
    user = next(user for user in simulator.users() if user["status"] == "active")
    page = support.get(f"/users/{user['id']}")
    for text in (user["email"], user["id"], "Can operate", "First status seen: active"):
        assert text in page.words
    assert '"success": true' in page.words
    assert "· 200 ·" in page.words
    assert f"<title>{user['email']} ·" in page.text


def test_a_name_that_we_sent_is_shown_to_who_sees_personal_data(
    log_in: LogIn, simulator: RunningSimulator
) -> None:
    support, viewer = log_in(Role.SUPPORT), log_in(Role.VIEWER)
    user = next(user for user in simulator.users() if user["status"] == "pending")
    path = f"/users/{user['id']}"
    name = f"{KYC['first_name']} {KYC['last_name']}"
    support.get("/users")
    assert name not in support.get(path).words
    send(support, f"{path}/kyc", {**KYC, "email": user["email"]}, status=303)
    assert name in support.fragment(path, "user").words
    assert KYC["last_name"] not in viewer.get(path).text
    assert KYC["last_name"] not in viewer.post(f"{path}/reveal", status=200).text


@pytest.mark.parametrize("unseen", ["\u202e", "\u200b", "\u00a0", "\n", "\u3164"])
def test_what_nobody_sees_in_a_user_s_facts_is_written_out(
    support: Visitor, simulator: RunningSimulator, unseen: str
) -> None:
    facts = ("email", "status", "countryCode", "preferredLanguage", "phone")
    word = f"a{unseen}b"
    odd = {**simulator.users()[0], "id": str(uuid4()), **dict.fromkeys(facts, word)}
    simulator.add_user(odd)
    for path in ("/users", f"/users/{odd['id']}", f"/users/{odd['id']}/kyc"):
        page = support.get(path)
        shown = re.sub(r'data-copy="[^"]*"|<pre .*?</pre>', "", page.text, flags=re.DOTALL)
        assert f"a⟨U+{ord(unseen):04X}⟩b" in shown
        assert word not in shown


def test_half_a_character_in_the_answer_is_shown_as_unreadable(
    support: Visitor, simulator: RunningSimulator
) -> None:
    odd = {**simulator.users()[0], "id": str(uuid4()), "note": "half \ud83d"}
    simulator.add_user(odd)
    assert "half \ufffd" in support.get(f"/users/{odd['id']}").words


@pytest.mark.parametrize("target", ["record", "user", "next", "timeline"])
def test_each_part_of_a_record_comes_alone(
    support: Visitor, simulator: RunningSimulator, target: str
) -> None:
    part = support.fragment(f"/users/{simulator.users()[0]['id']}", target)
    assert f'id="{target}"' in part.text


def test_another_partner_s_user_and_nobody_are_the_same_404(
    support: Visitor, simulator: RunningSimulator
) -> None:
    other = simulator.users(partner=2)[0]
    for user_id in (other["id"], str(UUID(int=0))):
        page = support.get(f"/users/{user_id}", status=404)
        assert "User not found" in page.words
        assert other["email"] not in page.text


@pytest.mark.parametrize(
    "path",
    ["/users/x", "/users/..%2fauth%2ftoken", "/users/1", "/users/%00", "/users/a/b", "/users/'"],
)
def test_an_id_that_is_none_never_reaches_the_api(
    support: Visitor, simulator: RunningSimulator, path: str
) -> None:
    support.get(path, status=404)
    assert simulator.requests() == []


def test_registered_is_said_only_on_the_page_of_that_user(
    log_in: LogIn, simulator: RunningSimulator
) -> None:
    onboarding = log_in(Role.ONBOARDING)
    other = simulator.users()[0]["id"]
    answer = send(onboarding, "/users", registration(), status=303)
    assert "User registered" not in onboarding.get(f"/users/{other}").words
    answer = send(onboarding, "/users", registration(), status=303)
    simulator.set_faults([{"status": 503}])
    onboarding.get(answer.headers["Location"], status=503)
    simulator.set_faults([])
    assert "User registered" in onboarding.get(answer.headers["Location"]).words
    assert "User registered" not in onboarding.get(answer.headers["Location"]).words
