"""Times in texts to users name the zone that they are in."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from dashboard.services.texts.moments import told

AT = datetime(2026, 11, 30, 18, 45, tzinfo=UTC)
BOGOTA = "America/Bogota"


@pytest.mark.parametrize(
    ("country", "default", "english", "spanish"),
    [
        ("CO", "UTC", "at 13:45 (Colombia time)", "a las 13:45 (hora de Colombia)"),
        ("AR", "UTC", "at 15:45 (Argentina time)", "a las 15:45 (hora de Argentina)"),
        ("MX", BOGOTA, "at 12:45 (Mexico City time)", "a las 12:45 (hora de Ciudad de México)"),
        ("CA", BOGOTA, "at 13:45 (Bogota time)", "a las 13:45 (hora de Bogotá)"),
        ("", "UTC", "at 18:45 (UTC)", "a las 18:45 (UTC)"),
        ("ZZ", "UTC", "at 18:45 (UTC)", "a las 18:45 (UTC)"),
    ],
)
def test_a_time_is_that_of_the_users_country(
    country: str, default: str, english: str, spanish: str
) -> None:
    zone = ZoneInfo(default)
    assert told(AT, "en", country, zone) == f"30 November {english}"
    assert told(AT, "es", country, zone) == f"30 de noviembre {spanish}"


def test_one_oclock_has_its_own_article() -> None:
    at = datetime(2026, 11, 30, 6, 5, tzinfo=UTC)
    assert "a la 01:05" in told(at, "es", "CO", ZoneInfo("UTC"))


def test_the_day_is_that_of_the_zone() -> None:
    at = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)
    assert told(at, "en", "CO", ZoneInfo("UTC")).startswith("30 November")
