"""The desk's settings: when users are due, and how often the API is asked about them."""

from datetime import timedelta

import pytest

from dashboard.services.desk.settings import DEFAULT_SCHEDULE, parse_due, parse_schedule
from dashboard.store.kyc.states import WAITING, KycLane
from tests.support.sampling import all_of

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def test_one_number_is_for_every_lane() -> None:
    assert parse_due("12") == dict.fromkeys(WAITING, 12 * HOUR)


def test_a_lane_has_a_number_of_its_own() -> None:
    due = parse_due("link_expired=24, 48")
    assert due[KycLane.LINK_EXPIRED] == 24 * HOUR
    assert due[KycLane.NOT_STARTED] == 48 * HOUR


def test_the_other_lanes_keep_the_default() -> None:
    assert parse_due("unknown=1")[KycLane.ELSEWHERE] == 48 * HOUR


@all_of("text", ["x", "0", "-1", "8761", "1,2", "active=3", "became_active=3", "unknown=", "²"])
def test_other_texts_of_due_hours_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"hours|lane"):
        parse_due(text)


@all_of("text", ["", "1h", "1h=", "=2m", "1h=0m", "2h=5m,1h=9m", "1h=9m,2h=5m", "1w=1d", "1h=1.5m"])
def test_other_texts_of_a_schedule_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"rise|form|times"):
        parse_schedule(text)


@pytest.mark.parametrize(
    ("waited", "every"),
    [
        (timedelta(), 2 * MINUTE),
        (HOUR, 2 * MINUTE),  # what changes until then is seen two minutes later
        (HOUR + 2 * MINUTE, 10 * MINUTE),
        (timedelta(days=2), 2 * HOUR),
        (timedelta(days=63), None),
    ],
)
def test_who_has_waited_longer_is_asked_about_less_often(
    waited: timedelta, every: timedelta | None
) -> None:
    assert parse_schedule(DEFAULT_SCHEDULE).interval(waited) == every
