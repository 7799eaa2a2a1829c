"""Time zones: which there are, and which one a typed text names."""

import unicodedata
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from babel import Locale
from babel.core import get_global

from dashboard.text import characters

UTC = "UTC"
_UTC_NAMES = frozenset({"utc", "etcutc", "gmt", "etcgmt"})
_CITIES_OF = ("en", "es")  # languages in which a city may be typed

# Places, not offsets such as Etc/GMT+5, whose sign says the opposite of what people expect.
_places = {name for name in available_timezones() if "/" in name and not name.startswith("Etc/")}
ZONES = (UTC, *sorted(_places))


def find_zone(name: str | None) -> ZoneInfo | None:
    """Return the time zone of this name, None where there is none (any more)."""
    try:
        return ZoneInfo(name) if name else None
    except (OSError, ValueError, ZoneInfoNotFoundError):
        return None


def find_zone_name(text: str) -> str | None:
    """Return the time zone that a text names: whole, or by its city where only one has it.

    Case, accents, blanks and signs don't count: `bogota` and `New York` are cities.
    """
    if text in ZONES:
        return text
    key = _key(text)
    if key in _UTC_NAMES:
        return UTC
    found = _named().get(key, frozenset())
    return next(iter(found)) if len(found) == 1 else None


@lru_cache
def _named() -> dict[str, frozenset[str]]:
    """Return the zones by what people call them; several names of one zone are one."""
    aliases = get_global("zone_aliases")
    listed: dict[str, str] = {}  # the name in the list of each zone, as CLDR knows it
    called: dict[str, set[str]] = {}
    for name in sorted(_places, key=lambda each: (each in aliases, each)):
        zone = listed.setdefault(aliases.get(name, name), name)
        called.setdefault(_key(name.rpartition("/")[2]), set()).add(zone)
    for language in _CITIES_OF:
        for known, names in Locale(language).time_zones.items():
            if known in listed and (city := names.get("city")):
                called.setdefault(_key(city), set()).add(listed[known])
    whole = {_key(name): {name} for name in _places}
    return {key: frozenset(zones) for key, zones in {**called, **whole}.items()}


def _key(text: str) -> str:
    """Return a text's letters and digits without case and accents."""
    plain = characters.normalise(characters.normalise(text, "NFKC").casefold(), "NFKD")
    return "".join(char for char in plain if unicodedata.category(char)[0] in "LN")
