"""Numbers as pages write them."""

from babel import Locale
from flask_babel import gettext

from dashboard.services.directory.filters import COUNT_MAX
from dashboard.store.directory.facets import Counts
from dashboard.text.money import in_units


def number(locale: Locale, value: int) -> str:
    """Return `1,284` as the person's language writes it."""
    return f"{value:,}".replace(",", locale.number_symbols["latn"]["group"])


def users_with(locale: Locale, counts: Counts, name: str, value: str) -> str:
    """Return how many users have a value of a filter, "" where that is not known.

    Of too many to count, it is how many there are at least.
    """
    users = counts.by_value.get(name, {}).get(value, 0)
    if name in counts.by_value and not counts.are_least:
        return number(locale, users)
    told = number(locale, min(users, COUNT_MAX))
    return str(gettext("%(number)s+", number=told)) if users else ""


def money(locale: Locale, amount: int, currency: str, signed: bool = False) -> str:  # noqa: FBT001, FBT002  a filter's argument
    """Return an amount as `1,284.50`; unchanged if we don't know the currency."""
    value = in_units(amount, currency)
    sign = "−" if amount < 0 else "+" * signed  # noqa: RUF001  the minus of a text
    if value is None:
        return f"{sign}{abs(amount)}"
    symbols = locale.number_symbols["latn"]
    marks = str.maketrans({",": symbols["group"], ".": symbols["decimal"]})
    return f"{sign}{abs(value):,f}".translate(marks)
