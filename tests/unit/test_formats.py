"""Values on pages: whatever was stored can be shown."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from babel import Locale
from flask import Flask

from dashboard.web.rendering import times
from dashboard.web.rendering.relative_times import Place, clock_and_day, relative_time
from tests.unit.relative_times import CASES, Case

FIRST, LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


@pytest.fixture
def settings(settings: dict[str, str], zone: str) -> dict[str, str]:
    return {**settings, "TIME_ZONE": zone}


@pytest.mark.parametrize("zone", ["America/Bogota", "Europe/Madrid", "Asia/Tokyo"])
@pytest.mark.parametrize("language", ["en", "es"])
def test_a_time_at_either_end_of_the_calendar_can_be_shown(app: Flask, language: str) -> None:
    with app.test_request_context(headers={"Accept-Language": language}):
        for at in (FIRST, FIRST + timedelta(hours=1), LAST - timedelta(hours=1), LAST):
            assert times.iso(at)
            assert times.utc(at)
            assert times.ago(Locale(language), at)
            assert times.minutes_left(at) >= 0
            assert times.in_full(at).count(":") >= 1
            for write in (times.local, times.at_time, times.stamped):
                assert write(Locale(language), at).count(":") >= 1


@pytest.mark.parametrize("zone", ["UTC"])
@pytest.mark.parametrize(
    ("then", "place", "en", "es"),
    [
        ("2026-11-29T03:48:07", Place.COLUMN, "28 Nov, 22:48", "28 nov, 22:48"),
        ("2026-11-29T05:00:00", Place.COLUMN, "Today 00:00", "Hoy 00:00"),
        ("2025-11-29T17:00:00", Place.COLUMN, "29 Nov 2025, 12:00", "29 nov 2025, 12:00"),
        ("2026-11-29T17:00:00", Place.SENTENCE, "today at 12:00", "hoy a las 12:00"),
        ("2026-11-28T17:00:00", Place.SENTENCE, "on 28 Nov at 12:00", "el 28 nov a las 12:00"),
        ("2026-11-29T17:00:00", Place.AFTER_PREPOSITION, "today at 12:00", "hoy a las 12:00"),
        ("2026-11-30T05:10:00", Place.AFTER_PREPOSITION, "30 Nov, 00:10", "el 30 nov a las 00:10"),
    ],
)
def test_a_time_is_written_as_people_say_it_in_the_reader_s_zone(
    app: Flask, then: str, place: Place, en: str, es: str
) -> None:
    at, now = (datetime.fromisoformat(f"{text}+00:00") for text in (then, "2026-11-29T20:00:00"))
    for language, words in (("en", en), ("es", es)):
        with app.test_request_context(headers={"Accept-Language": language}):
            bogota = ZoneInfo("America/Bogota")
            assert clock_and_day(at, now, bogota, Locale(language), place=place) == words


@pytest.mark.parametrize("zone", ["UTC"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.en}, {case.then}")
def test_a_relative_time_is_by_the_calendar_of_the_reader_s_zone(app: Flask, case: Case) -> None:
    then, now = datetime.fromisoformat(case.then), datetime.fromisoformat(case.now)
    for language, words in (("en", case.en), ("es", case.es)):
        with app.test_request_context(headers={"Accept-Language": language}):
            told = relative_time(then, now, ZoneInfo(case.zone), Locale(language))
        assert told == words


@pytest.mark.parametrize("zone", ["UTC"])
@pytest.mark.parametrize(
    ("gone", "en", "es"),
    [
        ({"minutes": -5}, "less than a minute", "menos de un minuto"),
        ({"seconds": 59}, "less than a minute", "menos de un minuto"),
        ({"seconds": 60}, "1 minute", "1 minuto"),
        ({"minutes": 59}, "59 minutes", "59 minutos"),
        ({"minutes": 60}, "1 hour", "1 hora"),
        ({"minutes": 61}, "61 minutes", "61 minutos"),
        ({"minutes": 120}, "2 hours", "2 horas"),
        ({"hours": 71}, "71 hours", "71 horas"),
        ({"days": 3}, "3 days", "3 días"),
    ],
)
def test_how_long_something_lasts_is_said_as_people_do(
    app: Flask, gone: dict[str, int], en: str, es: str
) -> None:
    for language, words in (("en", en), ("es", es)):
        with app.test_request_context(headers={"Accept-Language": language}):
            assert times.lasting(Locale(language), timedelta(**gone)) == words
