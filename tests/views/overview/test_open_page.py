"""An open overview asks what changed, and gets the parts that did, each in its place."""

import re
from typing import cast

import pytest
from flask import Flask

from dashboard.services.permissions import Role
from dashboard.services.registry import Services
from dashboard.store.kyc.states import InquiryState
from tests.support.browsing import Page, Visitor
from tests.support.clock import TestClock
from tests.support.pages.forms import registration, send
from tests.support.people import LogIn
from tests.support.servers.simulator_process import RunningSimulator
from tests.views.desk.conftest import People, people

__all__ = ["people"]


@pytest.fixture
def kyc(people: People, log_in: LogIn) -> Visitor:
    visitor = log_in(Role.KYC)
    people.started("ana", 30)
    return visitor


def marks(page: Page) -> str:
    """Return what a page says that it shows."""
    found = re.search(r"""data-hx-vals='{"seen": "([^"]+)"}'""", page.text)
    assert found
    return found[1]


def ask(visitor: Visitor, page: Page, path: str = "/") -> Page:
    join = "&" if "?" in path else "?"
    return visitor.fragment(f"{path}{join}seen={marks(page)}", "follow")


def parts(page: Page) -> list[str]:
    return re.findall(r'<section [^>]*id="(\w+)" data-hx-swap-oob="true"', page.text)


def test_while_nothing_changed_only_the_next_question_comes(
    kyc: Visitor, clock: TestClock, simulator: RunningSimulator
) -> None:
    page = kyc.get("/")
    clock.advance(minutes=2)
    for _ in range(2):
        answer = ask(kyc, page)
        assert parts(answer) == []
        assert marks(answer) == marks(page)
        assert answer.text.count('id="follow"') == 1
    assert "data-hx-swap-oob" not in page.text
    assert not simulator.requests()


def test_what_changed_comes_and_then_no_more(
    kyc: Visitor, people: People, clock: TestClock
) -> None:
    page = kyc.get("/?kind=expired")
    new = people.started("bea", 31)
    answer = ask(kyc, page, "/?kind=expired")
    assert parts(answer) == ["users", "since", "attention", "weeks"]
    assert f"/users/{new}" in answer.text
    assert 'data-hx-get="/?kind=expired"' in answer.text
    assert parts(ask(kyc, answer, "/?kind=expired")) == []
    clock.advance(minutes=1)
    people.seen("bea", "active", user_id=new, at=clock())
    later = ask(kyc, answer, "/?kind=expired")
    assert {"users", "since", "attention", "weeks", "time"} <= set(parts(later))


def test_a_category_that_is_chosen_is_what_the_page_asks_for_from_then_on(kyc: Visitor) -> None:
    chosen = kyc.fragment("/?kind=elsewhere", "attention")
    assert 'id="follow" class="sr" data-hx-swap-oob="true"' in chosen.text
    assert 'data-hx-get="/?kind=elsewhere"' in chosen.text
    assert parts(ask(kyc, chosen, "/?kind=elsewhere")) == []


def test_a_form_on_the_page_is_no_change(log_in: LogIn, simulator: RunningSimulator) -> None:
    admin = log_in(Role.ADMIN)
    simulator.set_faults([{"method": "POST", "reset": "after"}])
    send(admin, "/users", registration(), status=502)
    page = admin.get("/")
    assert 'name="csrf_token"' in page.text.split('id="attention"')[1].split("</section>")[0]
    assert parts(ask(admin, page)) == []


@pytest.mark.parametrize("seen", ["", "x", "1-2-3", "-" * 6])
def test_marks_that_are_none_bring_every_part(kyc: Visitor, seen: str) -> None:
    kyc.get("/")
    every = ["mine", "users", "since", "attention", "weeks", "activity", "upstream", "time"]
    assert parts(kyc.fragment(f"/?seen={seen}", "follow")) == every


def test_a_row_says_when_it_was_last_checked_and_is_muted_once_that_is_late(
    kyc: Visitor, people: People, clock: TestClock
) -> None:
    people.started("bea", 0.5, InquiryState.ELSEWHERE)
    page = kyc.get("/?kind=elsewhere")
    assert '<li class="hold">' in page.text
    assert re.search(r"Due in \d+ \w+ · Last check (now|\d+ \w+ ago) · KYC was started", page.words)
    clock.advance(minutes=20)
    late = ask(kyc, page, "/?kind=elsewhere")
    assert "attention" in parts(late)
    assert '<li class="stale">' in late.text
    assert re.search(r"· Not checked since (today at|\d+ \w+,) \d\d:\d\d ·", late.words)


def test_without_a_worker_the_page_says_that_no_one_is_followed(kyc: Visitor, app: Flask) -> None:
    page = kyc.get("/")
    assert "The worker isn’t running, so no users are followed." in page.words
    assert "python -m dashboard worker" in page.words
    cast("Services", app.extensions["services"]).operations.heartbeat.note()
    answer = ask(kyc, page)
    assert parts(answer) == ["attention"]
    assert "The worker isn’t running" not in answer.words
