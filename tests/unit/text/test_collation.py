"""Names in the order in which people look for them, in each language."""

import re

import pytest
from babel import Locale

from dashboard.web.rendering.collation import collated
from dashboard.web.rendering.countries import country_options


@pytest.mark.parametrize(
    ("language", "before", "after"),
    [
        ("es", "México", "Mónaco"),
        ("es", "México", "Myanmar (Birmania)"),
        ("es", "Túnez", "Tuvalu"),
        ("en", "Åland Islands", "Albania"),
        ("en", "Côte d’Ivoire", "Croatia"),
        ("en", "Türkiye", "Tuvalu"),
    ],
)
def test_a_country_is_where_people_look_for_it(language: str, before: str, after: str) -> None:
    options = str(country_options(Locale(language), "", "Any"))
    names = re.findall(r">([^<]+)", options)[1:]
    assert names.index(before) < names.index(after)


def test_each_language_has_its_own_order() -> None:
    people = ["Peña", "Penz", "Óscar", "oscar", "Zoë", "Ana"]
    assert collated(Locale("es"), people) == ["Ana", "oscar", "Óscar", "Penz", "Peña", "Zoë"]
    assert collated(Locale("en"), people) == ["Ana", "oscar", "Óscar", "Peña", "Penz", "Zoë"]
