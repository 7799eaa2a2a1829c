"""The list of countries to choose from."""

from functools import lru_cache

from babel import Locale
from markupsafe import Markup

from dashboard.services.countries import CODES
from dashboard.web.rendering.collation import collated_rows


@lru_cache(maxsize=1024)
def country_options(locale: Locale, selected: str, nothing: str) -> Markup:
    """Return the options of a country list in the person's language, `nothing` first."""
    named = ((code, str(locale.territories.get(code, code))) for code in CODES)
    rows = [("", nothing), *collated_rows(locale, named, 1)]
    return Markup("").join(
        Markup('<option value="{}"{}>{}</option>').format(
            code, Markup(" selected") if code == selected else "", name
        )
        for code, name in rows
    )
