"""The one order of names that people read: CLDR's, in the language of the page.

In Spanish, México precedes Myanmar and ñ follows n; by code point neither is so. A language has
its own rules, so a list is sorted where the language is known: in a view or a template.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any, TypeVar

from babel import Locale
from flask_babel import get_locale
from icu import Collator
from icu import Locale as IcuLocale

T = TypeVar("T")
Row = TypeVar("Row", bound=Sequence[object])


def in_order(items: Iterable[T], name: Callable[[T], str]) -> list[T]:
    """Return the items sorted by a name, in the language of the request."""
    return collated(get_locale(), items, name)


def collated(locale: Locale, items: Iterable[T], name: Callable[[T], str] = str) -> list[T]:
    """Return the items sorted by a name, in this language."""
    sort_key = _sort_key(str(locale))
    return sorted(items, key=lambda item: sort_key(name(item)))


def collated_rows(locale: Locale, rows: Iterable[Row], column: int) -> list[Row]:
    """Return the rows sorted by the names in a column (from 0), in this language."""
    return collated(locale, rows, lambda row: str(row[column]))


@lru_cache
def _sort_key(language: str) -> Callable[[str], Any]:
    """Return the function that gives a name's sort key (bytes)."""
    sort_key: Callable[[str], Any] = Collator.createInstance(IcuLocale(language)).getSortKey
    return sort_key
