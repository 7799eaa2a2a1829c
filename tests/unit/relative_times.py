"""Relative times as they must read: the server's tests and Chromium's share this table."""

from datetime import datetime, timedelta
from typing import NamedTuple

NOON = "2026-06-12T12:00:00+00:00"
BOGOTA, MADRID, TOKYO, NEW_YORK = (
    "America/Bogota",
    "Europe/Madrid",
    "Asia/Tokyo",
    "America/New_York",
)


class Case(NamedTuple):
    """A time, the time at which it is read, the reader's zone, and the words in two languages."""

    then: str  # ISO 8601 with an offset
    now: str
    zone: str
    en: str
    es: str


def before(now: str, *, en: str, es: str, zone: str = "UTC", **gone: float) -> Case:
    """Return the case of what happened so long before `now`."""
    then = datetime.fromisoformat(now) - timedelta(**gone)
    return Case(then.isoformat(timespec="milliseconds"), now, zone, en, es)


CASES = (
    before(NOON, seconds=0, en="now", es="ahora"),
    before(NOON, seconds=0.9, en="now", es="ahora"),
    before(NOON, seconds=1, en="1 second ago", es="hace 1 segundo"),
    before(NOON, seconds=59.9, en="59 seconds ago", es="hace 59 segundos"),
    before(NOON, seconds=60, en="1 minute ago", es="hace 1 minuto"),
    before(NOON, seconds=119, en="1 minute ago", es="hace 1 minuto"),
    before(NOON, minutes=59.9, en="59 minutes ago", es="hace 59 minutos"),
    before(NOON, minutes=96, en="1 hour ago", es="hace 1 hora"),
    before(NOON, hours=23.99, en="23 hours ago", es="hace 23 horas"),
    before(NOON, hours=24, en="yesterday", es="ayer"),
    before(NOON, hours=36, en="yesterday", es="ayer"),
    before(NOON, hours=37, en="2 days ago", es="hace 2 días"),
    before(NOON, hours=40, en="2 days ago", es="hace 2 días"),
    before(NOON, hours=47, en="2 days ago", es="hace 2 días"),
    before(NOON, hours=60, en="2 days ago", es="hace 2 días"),
    before(NOON, hours=84, en="3 days ago", es="hace 3 días"),
    before(NOON, hours=84.1, en="4 days ago", es="hace 4 días"),
    before(NOON, days=14, en="14 days ago", es="hace 14 días"),
    before(NOON, days=29, en="29 days ago", es="hace 29 días"),
    before(NOON, days=30, en="30 days ago", es="hace 30 días"),  # 13 May: no whole month
    before(NOON, days=31, en="1 month ago", es="hace 1 mes"),
    before(NOON, days=364, en="11 months ago", es="hace 11 meses"),
    before(NOON, days=365, en="1 year ago", es="hace 1 año"),
    before(NOON, days=3 * 366, en="3 years ago", es="hace 3 años"),
    # The day that has begun is that of the reader's zone: 12 UTC is 7, 14 and 21 o'clock.
    before(NOON, hours=37, zone=BOGOTA, en="2 days ago", es="hace 2 días"),
    before(NOON, hours=31, zone=BOGOTA, en="yesterday", es="ayer"),
    before(NOON, hours=37, zone=MADRID, en="yesterday", es="ayer"),
    before(NOON, hours=40, zone=TOKYO, en="yesterday", es="ayer"),
    before(NOON, hours=47, zone=TOKYO, en="2 days ago", es="hace 2 días"),
    # The night of 29 March 2026 is an hour short in Madrid, that of 25 October an hour long.
    before("2026-03-29T22:30:00+00:00", hours=24, zone=MADRID, en="2 days ago", es="hace 2 días"),
    before(
        "2026-03-29T21:30:00+00:00", hours=23, zone=MADRID, en="23 hours ago", es="hace 23 horas"
    ),
    before(
        "2026-10-25T22:45:00+00:00", hours=24, zone=MADRID, en="24 hours ago", es="hace 24 horas"
    ),
    before("2026-10-26T11:00:00+00:00", hours=36, zone=MADRID, en="yesterday", es="ayer"),
    before("2026-03-08T16:00:00+00:00", hours=36, zone=NEW_YORK, en="2 days ago", es="hace 2 días"),
    # Ends of months, a leap day, a change of year.
    Case(
        "2026-01-31T12:00:00+00:00",
        "2026-03-01T12:00:00+00:00",
        "UTC",
        "29 days ago",
        "hace 29 días",
    ),
    Case(
        "2026-01-31T12:00:00+00:00", "2026-03-02T12:00:00+00:00", "UTC", "1 month ago", "hace 1 mes"
    ),
    Case(
        "2026-01-31T12:00:00+00:00",
        "2026-04-30T12:00:00+00:00",
        "UTC",
        "2 months ago",
        "hace 2 meses",
    ),
    Case(
        "2026-05-01T12:00:00+00:00",
        "2026-05-31T12:00:00+00:00",
        "UTC",
        "30 days ago",
        "hace 30 días",
    ),
    Case(
        "2024-02-29T12:00:00+00:00",
        "2025-02-28T12:00:00+00:00",
        "UTC",
        "11 months ago",
        "hace 11 meses",
    ),
    Case("2025-12-31T23:00:00+00:00", "2026-01-01T23:30:00+00:00", "UTC", "yesterday", "ayer"),
    Case(
        "2025-12-31T23:30:00+00:00", "2026-01-01T00:30:00+00:00", "UTC", "1 hour ago", "hace 1 hora"
    ),
    # What is still to come.
    before(NOON, seconds=-0.5, en="now", es="ahora"),
    before(NOON, seconds=-30, en="in 30 seconds", es="dentro de 30 segundos"),
    before(NOON, minutes=-96, en="in 1 hour", es="dentro de 1 hora"),
    before(NOON, hours=-24, en="tomorrow", es="mañana"),
    before(NOON, hours=-36, en="in 2 days", es="dentro de 2 días"),
    before(NOON, hours=-36, zone=BOGOTA, en="tomorrow", es="mañana"),
    before(NOON, days=-40, en="in 1 month", es="dentro de 1 mes"),
)
