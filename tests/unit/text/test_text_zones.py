"""Time zones as people type them."""

import pytest

from dashboard.text.zones import ZONES, find_zone, find_zone_name
from tests.support.sampling import all_of


@all_of(
    "text,zone",
    [
        ("America/Bogota", "America/Bogota"),
        ("bogota", "America/Bogota"),
        ("BOGOTÁ", "America/Bogota"),
        ("bogota\u0301", "America/Bogota"),
        ("america/bogota", "America/Bogota"),
        ("America / Bogota", "America/Bogota"),
        ("new york", "America/New_York"),
        ("New  York", "America/New_York"),
        ("Nueva York", "America/New_York"),
        ("America/New York", "America/New_York"),
        ("Ciudad de México", "America/Mexico_City"),
        ("mexico city", "America/Mexico_City"),
        ("port au prince", "America/Port-au-Prince"),
        ("são paulo", "America/Sao_Paulo"),
        ("asunción", "America/Asuncion"),
        ("Asia/Calcutta", "Asia/Calcutta"),
        ("utc", "UTC"),
        ("Etc/UTC", "UTC"),  # as some browsers say
        ("gmt", "UTC"),
    ],
)
def test_a_time_zone_is_found_by_its_name_or_its_city(text: str, zone: str) -> None:
    assert find_zone_name(text) == zone


@pytest.mark.parametrize("city", ["buenos aires", "Córdoba", "istanbul", "nicosia", "louisville"])
def test_a_city_with_two_names_of_one_zone_is_found(city: str) -> None:
    found = find_zone_name(city)
    assert found in ZONES
    assert find_zone(found)


@all_of(
    "text",
    ["", " ", "/", "bogot", "Atlantis", "Etc/GMT+5", "eastern", "America", "../../etc/passwd", "5"],
)
def test_a_text_that_names_no_zone_or_two_is_none(text: str) -> None:
    assert find_zone_name(text) is None


def test_every_listed_zone_is_itself_in_small_letters_too() -> None:
    assert [zone for zone in ZONES if find_zone_name(zone.lower()) != zone] == []
    assert [zone for zone in ZONES if find_zone(zone) is None] == []


@pytest.mark.parametrize("name", ["", "/etc/passwd", "../UTC", "America", "x" * 9000, "a\0b"])
def test_no_name_of_a_time_zone_breaks_a_page(name: str) -> None:
    assert find_zone(name) is None
