"""A snooze keeps a user off the desk until a day, with a note, and shows them again on time."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from dashboard.store.schema import notes, staff
from tests.support.browsing import Page
from tests.support.pages import audit_log
from tests.views.owners.conftest import Case

BOGOTA = ZoneInfo("America/Bogota")


def today(case: Case, zone: tzinfo = UTC) -> date:
    return case.clock().astimezone(zone).date()


def snooze(case: Case, days: int, *, status: int = 303, note: str = "On holiday") -> Page:
    until = today(case) + timedelta(days=days)
    return case.post(case.ana, "snooze", status=status, until=f"{until}", note=note)


def is_listed(case: Case, query: str = "") -> bool:
    return f"/users/{case.id}" in case.ana.get(f"/kyc{query}").text


def test_a_snoozed_user_is_listed_among_the_snoozed_only_until_the_day_begins(case: Case) -> None:
    assert is_listed(case)
    snooze(case, 2)
    assert "User snoozed. " in case.card(case.ana)
    assert not is_listed(case)
    assert is_listed(case, "?snoozed=yes")
    assert "Snoozed until " in case.ana.get("/kyc?snoozed=yes").words
    until = datetime.combine(today(case) + timedelta(days=2), time(), UTC)
    left_h = (until - case.clock()).total_seconds() / 3600
    case.later(left_h - 0.1)
    assert not is_listed(case)
    case.later(0.2)
    assert is_listed(case)
    assert not is_listed(case, "?snoozed=yes")


def test_the_note_is_saved_and_is_not_in_the_audit(case: Case) -> None:
    snooze(case, 2, note="Calls back on Tuesday")
    with case.database.read() as connection:
        assert connection.execute(select(notes.c.body)).scalars().all() == ["Calls back on Tuesday"]
    (entry,) = audit_log.entries(case.database, "owners:snooze")
    assert "Tuesday" not in entry.details
    assert "until" in entry.details


def test_a_snooze_ends_when_someone_wakes_the_user(case: Case) -> None:
    snooze(case, 9)
    case.post(case.diego, "wake")
    assert is_listed(case)
    ended = case.snooze()
    assert ended
    assert ended.until_at <= case.clock()
    assert "This user is on the desk again." in case.card(case.diego)


def test_the_day_begins_in_the_zone_of_who_snoozed(case: Case) -> None:
    with case.database.write() as connection:
        connection.execute(update(staff).values(time_zone=BOGOTA.key))
    until = today(case, BOGOTA) + timedelta(days=1)
    case.post(case.ana, "snooze", until=f"{until}", note="Tomorrow")
    kept = case.snooze()
    assert kept
    assert kept.until_at == datetime.combine(until, time(), BOGOTA)


@pytest.mark.parametrize("button", ["tomorrow", "monday"])
def test_a_button_chooses_the_day(case: Case, button: str) -> None:
    day = today(case) + timedelta(days=1)
    while button == "monday" and day.isoweekday() != 1:
        day += timedelta(days=1)
    assert f'name="day" value="{day}"' in case.ana.get(f"/users/{case.id}/snooze").text
    case.post(case.ana, "snooze", until="", day=f"{day}", note="Later")
    kept = case.snooze()
    assert kept
    assert kept.until_at.date() == day


@pytest.mark.parametrize("days", [-3, 0, 61])
def test_another_day_is_refused_beside_the_field_and_what_was_typed_stays(
    case: Case, days: int
) -> None:
    page = snooze(case, days, status=422)
    assert "Choose a day from tomorrow on, at most 60 days away." in page.words
    assert f'value="{today(case) + timedelta(days=days)}"' in page.text
    assert "On holiday</textarea>" in page.text
    assert case.snooze() is None


def test_the_last_day_is_the_60th(case: Case) -> None:
    snooze(case, 60)
    assert case.snooze()


def test_a_snooze_without_a_note_or_a_day_is_refused(case: Case) -> None:
    assert "Enter a note." in snooze(case, 2, status=422, note=" ").words
    page = case.post(case.ana, "snooze", status=422, until="", note="Why")
    assert "Choose a day." in page.words
    garbled = case.post(case.ana, "snooze", status=422, until="soon", note="Why")
    assert 'value="soon"' in garbled.text
    assert case.snooze() is None
