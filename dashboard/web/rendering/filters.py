"""Formats of values on pages: times, places, languages, shortened ids."""

import json
import unicodedata
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from babel import Locale
from babel.core import UnknownLocaleError
from flask import Flask
from flask_babel import ngettext
from markupsafe import Markup, escape

from dashboard.partner.json_shape import ShapeError, parse_json
from dashboard.text import limits
from dashboard.text.characters import write_out
from dashboard.text.emails import script_mark
from dashboard.web.context import now, zone
from dashboard.web.rendering.collation import collated, collated_rows
from dashboard.web.rendering.countries import country_options
from dashboard.web.rendering.qr_codes import qr
from dashboard.web.rendering.relative_times import Place, clock_and_day, relative_time, short_day
from dashboard.web.rendering.template_env import pages

HEAD, TAIL = 8, 4
FIRST_STRONG_ISOLATE, POP_ISOLATE = "\u2068", "\u2069"
RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})


def init_formats(app: Flask) -> None:
    """Give the filters to templates."""
    app.jinja_env.filters.update(
        breakable=breakable,
        clock_time=clock_time,
        clock_time_from=clock_time_from,
        in_full=in_full,
        in_plain=in_plain,
        indented=indented,
        initials=initials,
        iso=iso,
        isolated=isolated,
        minutes_left=minutes_left,
        script_mark=script_mark,
        shortened=shortened,
        utc=utc,
        visible=write_out,
    )
    app.jinja_env.globals.update(now=now, page_numbers=page_numbers, qr=qr)
    pages(app).of_locale.update(
        age=age,
        ago=ago,
        at_time=at_time,
        collated=collated,
        collated_rows=collated_rows,
        country=country,
        country_options=country_options,
        day=short_day,
        language=language,
        lasting=lasting,
        local=local,
        moment=moment,
        number=number,
        stamped=stamped,
    )


def indented(raw: str) -> str:
    """Return JSON as it came, one field a line; what is not JSON stays as it is.

    At most `limits.RAW` characters are shown.
    """
    try:
        lines = json.dumps(parse_json(raw, ""), indent=2, ensure_ascii=False)
    except ShapeError:
        return limits.cut(raw, limits.RAW)
    return "\n".join(map(write_out, limits.cut(lines, limits.RAW).split("\n")))


def initials(name: str) -> str:
    """Return `SH` for Sofía Herrera."""
    words = name.split()
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


def page_numbers(page: int, pages: int | None) -> list[int | None]:
    """Return the page numbers to offer; None means a gap. Without a known end there are none."""
    if pages is None or pages < 2:  # noqa: PLR2004  one page needs no numbers
        return []
    near = {1, pages, page, page - 1, page + 1}
    shown = sorted(number for number in near if 1 <= number <= pages)
    gaps = zip(shown, [0, *shown], strict=False)
    return [item for number, before in gaps for item in ([None] * (number - before > 1) + [number])]


def minutes_left(at: datetime) -> int:
    """Return the whole minutes until then, 0 for a time in the past."""
    return max(0, int((at - now()).total_seconds() // 60))


class Moment(NamedTuple):
    """A point in time in all the ways that a page writes it."""

    iso: str  # for `<time datetime>`: UTC with milliseconds and Z
    utc: str  # 2026-06-12 14:32:04 UTC
    local: str  # Today 09:32 or 12 Jun, 09:32, in the person's zone
    in_full: str  # 2026-06-12 09:32, its zone, and UTC
    ago: str  # 3 hours ago, in the person's language


def moment(locale: Locale, at: datetime) -> Moment:
    """Return a time in all its ways, for a table of many."""
    in_utc = at.astimezone(UTC).isoformat(" ", "milliseconds")
    iso, utc = f"{in_utc[:10]}T{in_utc[11:23]}Z", f"{in_utc[:19]} UTC"
    ago = relative_time(at, now(), zone(), locale)
    return Moment(iso, utc, stamped(locale, at), in_full(at), ago)


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
    if zone().key == "UTC":
        return utc(at)
    try:
        there = at.astimezone(zone()).replace(tzinfo=None).isoformat(" ", "minutes")
    except OverflowError:
        return utc(at)
    return f"{there} {zone().key} · {utc(at)}"


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
    """Return `48 minutes`, `26 hours` or `4 days`: how long ago a wait began."""
    return lasting(locale, now() - at)


def lasting(locale: Locale, time: timedelta) -> str:
    """Return `48 minutes`, `26 hours` or `4 days`."""
    minutes = max(0, int(time.total_seconds() // 60))
    if minutes < 2 * 60:
        return str(ngettext("%(num)s minute", "%(num)s minutes", minutes))
    hours = minutes // 60
    if hours < 3 * 24:
        return str(ngettext("%(num)s hour", "%(num)s hours", hours))
    days = hours // 24
    return str(ngettext("%(number)s day", "%(number)s days", days, number=number(locale, days)))


def number(locale: Locale, value: int) -> str:
    """Return `1,284` as the person's language writes it."""
    return f"{value:,}".replace(",", locale.number_symbols["latn"]["group"])


def country(locale: Locale, code: str | None) -> str:
    """Return a country's name in the person's language, or the code where there is none."""
    name = locale.territories.get(code or "")
    return str(name) if name else _code(code)


def language(locale: Locale, code: str | None) -> str:
    """Return a language's name in the person's language, or the code where there is none."""
    try:
        name = Locale.parse(code or "", sep="-").get_language_name(locale)
    except (UnknownLocaleError, ValueError):
        return _code(code)
    return str(name) if name else _code(code)


def _code(code: str | None) -> str:
    return isolated(code) if code else ""


def shortened(text: str) -> str:
    """Return `ee65f53e…f02e`; what is copied stays whole."""
    if len(text) <= HEAD + TAIL + 1:
        return write_out(text)
    return f"{write_out(text[:HEAD])}…{write_out(text[-TAIL:])}"


def isolated(text: object) -> Markup:
    """Return text that someone else chose, so that its direction stays within it.

    An email in it may break before its @.
    """
    whole = escape(write_out(limits.cut(str(text), limits.SHOWN)))
    shown = whole.replace("@", Markup("<wbr>@"))
    return Markup(f"<bdi>{shown}</bdi>")  # noqa: S704  escaped


def in_plain(text: str) -> str:
    """Return such text for an attribute or a title, where no markup can isolate it.

    Text without a right-to-left character needs no isolation.
    """
    shown = write_out(limits.cut(text, limits.SHOWN))
    if RIGHT_TO_LEFT.isdisjoint(map(unicodedata.bidirectional, shown)):
        return shown
    return f"{FIRST_STRONG_ISOLATE}{shown}{POP_ISOLATE}"


def breakable(email: str) -> Markup:
    """Return the email, isolated, with a break allowed before its @."""
    name, at, domain = write_out(email).rpartition("@")
    shown = f"{escape(name)}{'<wbr>' * bool(at)}{escape(at + domain)}"
    return Markup(f"<bdi>{shown}</bdi>" if shown else "")  # noqa: S704  escaped
