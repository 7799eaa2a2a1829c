"""The printable card: the first name and the link, in one language, and nothing else."""

import re
from html import unescape
from uuid import UUID

import pytest

from dashboard.store.db.database import Database
from dashboard.store.kyc.states import InquiryState
from tests.support.browsing import Visitor
from tests.support.pages.someone import LINK, PHONE, Someone
from tests.support.servers.simulator_process import RunningSimulator


@pytest.fixture
def someone(support: Visitor, simulator: RunningSimulator, database: Database) -> Someone:
    return Someone(support, simulator, database)


def test_a_card_has_the_first_name_and_the_link_and_nothing_else(someone: Someone) -> None:
    someone.known(name="Ximena Soto Albornoz").started(InquiryState.HELD)
    someone.simulator.clear_requests()
    page = someone.card()
    assert someone.simulator.requests() == []
    card = page.text.split('class="paper"')[1].split("</article>")[0]
    assert LINK in unescape(card)
    assert "Ximena" in card
    for word in ("Soto", "Albornoz", "ximena+kyc", PHONE, str(someone.id)):
        assert word not in card
    for word in ("Soto", "Albornoz", "ximena+kyc", PHONE):
        assert word not in page.text


@pytest.mark.parametrize(
    ("say", "words", "until"),
    [
        ("es", "Ximena, verifica tu identidad", "El enlace debería funcionar hasta el "),
        ("en", "Ximena, please verify your identity", "The link should work until "),
        ("pt", "Ximena, verifica tu identidad", "El enlace debería funcionar hasta el "),
    ],
)
def test_a_card_speaks_the_user_s_language_or_the_chosen_one(
    someone: Someone, say: str, words: str, until: str
) -> None:
    someone.known().started(InquiryState.HELD)
    page = someone.card(say).words
    assert words in re.sub("[\u2068\u2069]", "", page)
    assert until in page


def test_the_card_of_an_old_link_says_so(someone: Someone) -> None:
    someone.known().started(InquiryState.HELD, 30)
    assert "The link may have expired." in someone.card("en").words


@pytest.mark.parametrize("name", ["", "https://evil.example x", "X"])
def test_a_card_without_a_first_name_greets_no_one(someone: Someone, name: str) -> None:
    someone.known(name=name).started(InquiryState.HELD)
    page = someone.card("en")
    assert "Please verify your identity" in page.words
    assert "evil" not in page.text


def test_a_user_whom_we_never_saw_has_no_card(someone: Someone) -> None:
    someone.support.get(f"/users/{UUID(int=7)}/card", status=404)
