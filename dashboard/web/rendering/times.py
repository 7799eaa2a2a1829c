"""Times as pages write them: in the person's zone and language, and in UTC."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from babel import Locale
from flask_babel import gettext, ngettext
from markupsafe import Markup

from dashboard.web.context import now, zone
from dashboard.web.rendering.numbers import number
from dashboard.web.rendering.relative_times import Place, clock_and_day, relative_time


@dataclass(frozen=True, slots=True)
class Times:
    """Writes times as elements of a page, all as of one moment. The words are our own."""

    now: datetime
    zone: ZoneInfo
    locale: Locale

    def ago(self, at: datetime) -> Markup:
        """Return `3 hours ago`, which the browser keeps up to date."""
        return Markup(f'<time datetime="{iso(at)}" data-ago>{self._ago(at)}</time>')  # noqa: S704

    def when(self, at: datetime) -> Markup:
        """Return the same, with the whole time to be read on hover."""
        title = _in_full(at, self.zone)
        return Markup(f'<time datetime="{iso(at)}" title="{title}" data-ago>{self._ago(at)}</time>')  # noqa: S704

    def day(self, at: datetime) -> Markup:
        """Return `Today 09:32` or `12 Jun, 09:32`, with UTC to be read on hover."""
        local = clock_and_day(at, self.now, self.zone, self.locale, place=Place.COLUMN)
        return Markup(f'<time datetime="{iso(at)}" title="{utc(at)}">{local}</time>')  # noqa: S704

    def _ago(self, at: datetime) -> str:
        return relative_time(at, self.now, self.zone, self.locale)


def times(locale: Locale) -> Times:
    """Return what writes times as of now, in the person's zone and language."""
    return Times(now(), zone(), locale)


def when(locale: Locale, at: datetime) -> Markup:
    """Return how long ago a time was, with the whole time to be read on hover."""
    return times(locale).when(at)


@dataclass(frozen=True, slots=True)
class Moment:
    """A point in time in all the ways that a page writes it, each made when it is asked for."""

    at: datetime
    now: datetime
    zone: ZoneInfo
    locale: Locale

    @property
    def iso(self) -> str:
        """For `<time datetime>`: UTC with milliseconds and Z."""
        return iso(self.at)

    @property
    def utc(self) -> str:
        """`2026-06-12 14:32:04 UTC`."""
        return utc(self.at)

    @property
    def local(self) -> str:
        """`Today 09:32` or `12 Jun, 09:32`, in the person's zone."""
        return clock_and_day(self.at, self.now, self.zone, self.locale, place=Place.COLUMN)

    @property
    def ago(self) -> str:
        """`3 hours ago`, in the person's language."""
        return relative_time(self.at, self.now, self.zone, self.locale)


def moment(locale: Locale, at: datetime) -> Moment:
    """Return a time for a template that writes it in several ways."""
    return Moment(at, now(), zone(), locale)


def iso(at: datetime) -> str:
    """Return the value of `<time datetime>`: UTC with milliseconds and Z."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds")[:-6] + "Z"


def utc(at: datetime) -> str:
    """Return `2026-06-12 14:32:04 UTC`. Times come in UTC, so nothing overflows here."""
    return at.astimezone(UTC).isoformat(" ", "seconds")[:-6] + " UTC"


def in_full(at: datetime) -> str:
    """Return the whole time in the person's zone and in UTC, to be read on hover.

    A time at the end of the calendar, which no zone can shift, is in UTC only.
    """
    return _in_full(at, zone())


def _in_full(at: datetime, here: ZoneInfo) -> str:
    if here.key == "UTC":
        return utc(at)
    try:
        there = at.astimezone(here).replace(tzinfo=None).isoformat(" ", "minutes")
    except OverflowError:
        return utc(at)
    return f"{there} {here.key} · {utc(at)}"


def local(locale: Locale, at: datetime) -> str:
    """Return `today at 09:32` or `12 Jun, 09:32` in the person's zone, after `since` or `until`."""
    return clock_and_day(at, now(), zone(), locale, place=Place.AFTER_PREPOSITION)


def at_time(locale: Locale, at: datetime) -> str:
    """Return `today at 09:32` or `on 12 Jun at 09:32` in the person's zone, in a sentence."""
    return clock_and_day(at, now(), zone(), locale, place=Place.SENTENCE)


def stamped(locale: Locale, at: datetime, *, seconds: bool = False) -> str:
    """Return `Today 09:32` or `12 Jun, 09:32` in the person's zone, where it is all there is."""
    return clock_and_day(at, now(), zone(), locale, place=Place.COLUMN, seconds=seconds)


def clock_time(at: datetime) -> str:
    """Return `14:03:02` in the person's zone, for what happened a moment ago."""
    return at.astimezone(zone()).strftime("%H:%M:%S")


def clock_time_from(at: datetime) -> str:
    """Return the first whole second from then on, as `clock_time`."""
    return clock_time(at + timedelta(microseconds=-at.microsecond % 1_000_000))


def ago(locale: Locale, at: datetime) -> str:
    """Return `3 hours ago` in the person's language, by the calendar of their zone."""
    return relative_time(at, now(), zone(), locale)


def age(locale: Locale, at: datetime) -> str:
    """Return how long ago a wait began, as `lasting`."""
    return lasting(locale, now() - at)


def lasting(locale: Locale, time: timedelta) -> str:
    """Return `less than a minute`, `48 minutes`, `1 hour`, `90 minutes`, `26 hours` or `4 days`."""
    minutes = int(time.total_seconds() // 60)
    if minutes < 1:
        return str(gettext("less than a minute"))
    if minutes < 2 * 60 and minutes % 60:
        return str(ngettext("%(num)s minute", "%(num)s minutes", minutes))
    hours = minutes // 60
    if hours < 3 * 24:
        return str(ngettext("%(num)s hour", "%(num)s hours", hours))
    days = hours // 24
    return str(ngettext("%(number)s day", "%(number)s days", days, number=number(locale, days)))


def minutes_left(at: datetime) -> int:
    """Return the whole minutes until then, 0 for a time in the past."""
    return max(0, int((at - now()).total_seconds() // 60))
