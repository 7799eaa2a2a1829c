"""Times in texts to users, as they read them: `30 November at 14:45 (Colombia time)`.

The API doesn’t tell a user’s time zone. Where their whole country has one time, it is that; else
that of a city which the text names: the country’s main one, or the dashboard’s own.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

from babel import Locale
from babel.core import get_global
from babel.dates import format_date, get_timezone_location

from dashboard.text.zones import UTC, find_zone

_CITIES = {
    "BR": ZoneInfo("America/Sao_Paulo"),
    "CL": ZoneInfo("America/Santiago"),
    "EC": ZoneInfo("America/Guayaquil"),
    "ES": ZoneInfo("Europe/Madrid"),
    "MX": ZoneInfo("America/Mexico_City"),
    "US": ZoneInfo("America/New_York"),
}
_DAYS = {"en": "d MMMM", "es": "d 'de' MMMM"}


def told(at: datetime, language: str, country: str, default: ZoneInfo) -> str:
    """Return a time in a user’s language."""
    locale = Locale(language)
    if zone := _zone_of(country, at):
        place = locale.territories[country]
    else:
        zone = _CITIES.get(country, default)
        place = _city(zone, locale)
    there = at.astimezone(zone)
    day, clock = format_date(there, _DAYS[language], locale), there.strftime("%H:%M")
    if language == "es":
        article = "la" if there.hour == 1 else "las"
        return f"{day} a {article} {clock} ({f'hora de {place}' if place else UTC})"
    return f"{day} at {clock} ({f'{place} time' if place else UTC})"


def _zone_of(country: str, at: datetime) -> ZoneInfo | None:
    """Return a zone of a country whose zones all have the same time then."""
    names = get_global("territory_zones").get(country, ())
    zones = [zone for name in names if (zone := find_zone(name))]
    offsets = {at.astimezone(zone).utcoffset() for zone in zones}
    return zones[0] if len(offsets) == 1 else None


def _city(zone: ZoneInfo, locale: Locale) -> str:
    """Return the city of a zone, empty for UTC."""
    if zone.key == UTC:
        return ""
    return get_timezone_location(zone, locale=locale, return_city=True).rpartition("/")[2]
