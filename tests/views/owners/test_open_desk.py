"""An open desk says in place that a colleague woke, snoozed or handed over a user."""

import pytest

from tests.support.browsing import Page
from tests.views.desk.test_news import polled, rows
from tests.views.owners.conftest import Case
from tests.views.owners.test_snooze import snooze

pytestmark = pytest.mark.on_postgres


def open_desk(case: Case, address: str = "/kyc") -> Page:
    """Open the desk some time before the next change."""
    page = case.ana.get(address)
    case.clock.advance(minutes=1)
    return page


def test_a_hand_over_and_a_snooze_change_the_row(case: Case) -> None:
    page = open_desk(case)
    case.assign(case.diego, "diego@example.org")
    news = polled(case.ana, page)
    assert [str(each) for each in rows(news)] == [case.id]
    assert "Ana Martins" in news.words
    snooze(case, 2)
    after = polled(case.ana, news)
    assert [str(each) for each in rows(after)] == [case.id]
    assert "Snoozed until" in after.words


def test_a_user_who_is_woken_counts_as_new(case: Case) -> None:
    snooze(case, 2)
    page = open_desk(case)
    assert case.id not in page.text
    case.post(case.diego, "wake")
    assert "1 new since you looked" in polled(case.ana, page).words


def test_a_user_who_is_snoozed_and_woken_again_is_not_new(case: Case) -> None:
    page = open_desk(case)
    snooze(case, 2)
    case.clock.advance(minutes=1)
    case.post(case.diego, "wake")
    assert "since you looked" not in polled(case.ana, page).words


def test_a_user_who_is_handed_to_me_is_new_on_my_list(case: Case) -> None:
    page = open_desk(case, "/kyc?owner=me")
    case.assign(case.diego, "ana@example.org", note="Yours")
    assert "1 new since you looked" in polled(case.ana, page).words
