"""Placeholders: how a text is filled, and which names people are called by."""

import pytest

from dashboard.services.texts.placeholders import Values, Words, fill, first_name_of
from tests.support.sampling import all_of


@pytest.mark.parametrize(
    ("text", "named", "unnamed"),
    [
        ("Hola, {first_name}:", "Hola, Paula:", "Hola:"),
        ("Hi {first_name},", "Hi Paula,", "Hi,"),
        ("{first_name}, open your link", "Paula, open your link", "Open your link"),
        ("Hi\n{first_name}: ábrelo", "Hi\nPaula: ábrelo", "Hi\nÁbrelo"),
        ("Your link, {first_name}", "Your link, Paula", "Your link"),
        ("{first_name}", "Paula", ""),
        ("Hi {first_name}, is it {first_name}?", "Hi Paula, is it Paula?", "Hi, is it?"),
    ],
)
def test_a_name_that_isnt_known_leaves_no_trace(text: str, named: str, unnamed: str) -> None:
    words = Words(text, text)
    assert fill(words, Values("Paula")) == Words(named, named)
    assert fill(words, Values()) == Words(unnamed, unnamed)


def test_what_is_filled_in_is_not_filled_again() -> None:
    words = fill(Words("", "{link} {link_until}"), Values("Paula", "{link_until}", "{first_name}"))
    assert words.body == "{link_until} {first_name}"


@all_of(
    "name,first",
    [
        ("María Soto", "María"),
        ("Nguyễn Văn An", "Nguyễn"),
        ("O’Neill Ana", "O’Neill"),
        ("Ana-Sofía Ruiz", "Ana-Sofía"),
        ("J. Pérez", ""),
        ("evil.example Ana", ""),
        ("https://evil.example", ""),
        ("{link} Soto", ""),
        ("123 Soto", ""),
        ("A" * 41, ""),
        ("", ""),
    ],
)
def test_people_are_called_by_the_first_word_of_a_name(name: str, first: str) -> None:
    assert first_name_of(name) == first
