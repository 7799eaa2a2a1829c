"""Numbers as pages write them."""

from babel import Locale


def number(locale: Locale, value: int) -> str:
    """Return `1,284` as the person's language writes it."""
    return f"{value:,}".replace(",", locale.number_symbols["latn"]["group"])
