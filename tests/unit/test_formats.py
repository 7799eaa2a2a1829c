"""Values on pages: whatever was stored can be shown."""

from datetime import UTC, datetime, timedelta

import pytest
from babel import Locale
from flask import Flask

from dashboard.web import formats

FIRST, LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


@pytest.fixture
def settings(settings: dict[str, str], zone: str) -> dict[str, str]:
    return {**settings, "TIME_ZONE": zone}


@pytest.mark.parametrize("zone", ["America/Bogota", "Europe/Madrid", "Asia/Tokyo"])
@pytest.mark.parametrize("language", ["en", "es"])
def test_a_time_at_either_end_of_the_calendar_can_be_shown(app: Flask, language: str) -> None:
    with app.test_request_context(headers={"Accept-Language": language}):
        for at in (FIRST, FIRST + timedelta(hours=1), LAST - timedelta(hours=1), LAST):
            assert formats.iso(at)
            assert formats.utc(at)
            assert formats.ago(Locale(language), at)
            assert formats.minutes_left(at) >= 0
            assert formats.local(at).count(":") >= 1
