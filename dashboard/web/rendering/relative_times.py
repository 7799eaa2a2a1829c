"""Times as people say them: `3 hours ago`, `Today 22:48`, `28 Nov, 22:48`.

Days are those of the calendar in the reader's time zone: "yesterday" is the day before today. What
was how long ago has one rule for the server and, in static/app-times.js, the browser.
"""

import math
from datetime import UTC, date, datetime, timedelta, tzinfo
from enum import Enum
from functools import lru_cache

from babel import Locale
from babel.dates import TIMEDELTA_UNITS, format_date, format_timedelta
from flask_babel import gettext

MINUTE_S, HOUR_S, DAY_S = 60, 3600, 86_400
SOME_MONTHS_DAYS, YEAR_MONTHS = 30, 12
SIZE_S = dict(TIMEDELTA_UNITS)


def relative_time(then: datetime, now: datetime, zone: tzinfo, locale: Locale) -> str:
    """Return how long ago `then` was, or in how long it is, in the reader's language."""
    unit, count = _unit(then, now, zone)
    return _words(unit, count if then > now else -count, locale)


class Place(Enum):
    """Where a time is written."""

    COLUMN = "column"  # Today 22:48 · 28 Nov, 22:48
    AFTER_PREPOSITION = "since"  # since today at 22:48 · since 28 Nov, 22:48
    SENTENCE = "at"  # started today at 22:48 · started on 28 Nov at 22:48


def clock_and_day(
    at: datetime,
    now: datetime,
    zone: tzinfo,
    locale: Locale,
    *,
    place: Place,
    seconds: bool = False,
) -> str:
    """Return `Today 22:48`, `28 Nov, 22:48`, or with the year where it is another one.

    A time at the end of the calendar stays in UTC.
    """
    try:
        there, today = at.astimezone(zone), now.astimezone(zone).date()
    except OverflowError:
        return at.astimezone(UTC).isoformat(" ", "seconds")[:-6] + " UTC"
    clock = there.time().isoformat("seconds" if seconds else "minutes")
    if there.date() == today and place is Place.COLUMN:
        return str(gettext("Today %(time)s", time=clock))
    if there.date() == today:
        return str(gettext("today at %(time)s", time=clock))
    day = _day(there.date(), there.year != today.year, locale)
    if place is Place.COLUMN:
        return f"{day}, {clock}"
    if place is Place.SENTENCE:
        return str(gettext("on %(day)s at %(time)s", day=day, time=clock))
    return str(gettext("%(day)s, %(time)s", day=day, time=clock))


def short_day(locale: Locale, day: date) -> str:
    """Return `28 Nov`."""
    return _day(day, False, locale)


@lru_cache(maxsize=1024)
def _day(day: date, with_year: bool, locale: Locale) -> str:  # noqa: FBT001  a key of the cache
    return format_date(day, "d MMM y" if with_year else "d MMM", locale=locale)


def _unit(then: datetime, now: datetime, zone: tzinfo) -> tuple[str, int]:
    """Return the largest whole unit between two times, and how many of them."""
    gone_s = abs(now - then) // timedelta(seconds=1)
    if gone_s < MINUTE_S:
        return "second", gone_s
    if gone_s < HOUR_S:
        return "minute", gone_s // MINUTE_S
    first, last = sorted((_date(then, zone), _date(now, zone)))
    days = (last - first).days
    if gone_s < DAY_S or days < 1:
        return "hour", gone_s // HOUR_S
    months = (last.year - first.year) * YEAR_MONTHS + last.month - first.month
    months -= last.day < first.day  # one that is not over
    if days < SOME_MONTHS_DAYS or months < 1:
        return "day", days
    if months < YEAR_MONTHS:
        return "month", months
    return "year", months // YEAR_MONTHS


def _date(at: datetime, zone: tzinfo) -> date:
    """Return the date there; at the end of the calendar, which no zone can shift, that in UTC."""
    try:
        return at.astimezone(zone).date()
    except OverflowError:
        return at.astimezone(UTC).date()


@lru_cache(maxsize=1024)
def _words(unit: str, count: int, locale: Locale) -> str:
    """Return the words for so many units ahead, or ago, in the language of the request."""
    if unit == "second" and count == 0:
        return str(gettext("now"))
    if unit == "day" and abs(count) == 1:
        return str(gettext("tomorrow") if count > 0 else gettext("yesterday"))
    return format_timedelta(
        timedelta(seconds=count * SIZE_S[unit]),
        granularity=unit,  # type: ignore[arg-type]  # one of theirs
        threshold=math.inf,
        add_direction=True,
        locale=locale,
    )
