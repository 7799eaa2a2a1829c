"""Formats of values on pages: places, languages, shortened ids; times are in `times`."""

import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from babel import Locale
from babel.core import UnknownLocaleError
from flask import Flask
from markupsafe import Markup, escape

from dashboard.partner.json_shape import ShapeError, parse_json, written
from dashboard.text import limits
from dashboard.text.characters import write_out
from dashboard.text.emails import script_mark
from dashboard.text.money import is_known
from dashboard.web.context import now
from dashboard.web.rendering import times
from dashboard.web.rendering.collation import collated, collated_rows
from dashboard.web.rendering.countries import country_options
from dashboard.web.rendering.numbers import money, number, users_with
from dashboard.web.rendering.qr_codes import qr
from dashboard.web.rendering.relative_times import short_day
from dashboard.web.rendering.template_env import pages

HEAD, TAIL = 8, 4
FIRST_STRONG_ISOLATE, POP_ISOLATE = "\u2068", "\u2069"
RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})


def init_formats(app: Flask) -> None:
    """Give the filters to templates."""
    app.jinja_env.filters.update(
        breakable=breakable,
        clock_time=times.clock_time,
        clock_time_from=times.clock_time_from,
        in_full=times.in_full,
        in_plain=in_plain,
        indented=indented,
        initials=initials,
        iso=times.iso,
        isolated=isolated,
        minutes_left=times.minutes_left,
        script_mark=script_mark,
        shortened=shortened,
        utc=times.utc,
        visible=write_out,
    )
    app.jinja_env.tests["known_currency"] = is_known
    app.jinja_env.globals.update(now=now, page_numbers=page_numbers, qr=qr)
    pages(app).of_locale.update(
        age=times.age,
        ago=times.ago,
        at_time=times.at_time,
        collated=collated,
        collated_rows=collated_rows,
        country=country,
        country_names=country_names,
        country_options=country_options,
        day=short_day,
        language=language,
        language_names=language_names,
        lasting=times.lasting,
        local=times.local,
        moment=times.moment,
        money=money,
        number=number,
        users_with=users_with,
        stamped=times.stamped,
        when=times.when,
    )


def indented(raw: str) -> str:
    """Return JSON as it came, one field per line; what is not JSON stays as it is.

    At most `limits.RAW` characters are shown.
    """
    try:
        lines = written(parse_json(raw, ""), limits.RAW + 1)
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


def country(locale: Locale, code: str | None, *, plain: bool = False) -> str:
    """Return a country's name in the person's language, or the code where there is none.

    `plain`: for an attribute or a title, where there is no markup.
    """
    name = locale.territories.get(code or "")
    return str(name) if name else in_plain(code or "") if plain else _code(code)


@lru_cache(maxsize=1024)
def language(locale: Locale, code: str | None) -> str:
    """Return a language's name in the person's language, or the code where there is none."""
    try:
        name = Locale.parse(code or "", sep="-").get_language_name(locale)
    except (UnknownLocaleError, ValueError):
        return _code(code)
    return str(name) if name else _code(code)


def country_names(locale: Locale, codes: Iterable[str]) -> list[tuple[str, str]]:
    """Return countries with their names as plain text, in the order of the names."""
    return collated_rows(locale, ((code, _plain(country(locale, code))) for code in codes), 1)


def language_names(locale: Locale, codes: Iterable[str]) -> list[tuple[str, str]]:
    """Return languages with their names as plain text, in the order of the names."""
    named = ((code, _plain(language(locale, code).capitalize())) for code in codes)
    return collated_rows(locale, named, 1)


def _plain(name: str) -> str:
    return name.striptags() if isinstance(name, Markup) else name


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
    whole = str(escape(write_out(limits.cut(str(text), limits.SHOWN))))
    return Markup(f"<bdi>{whole.replace('@', '<wbr>@')}</bdi>")  # noqa: S704  escaped


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
