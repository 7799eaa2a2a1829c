"""How a line that is typed is taken apart: its words, and the digits that are one phone number."""

from dashboard.services.directory.box import parse
from tests.support.sampling import all_of


@all_of(
    "typed,numbers",
    [
        ("300 123 45 67", ["3001234567"]),
        ("300 - 123 - 4567", ["3001234567"]),
        ("300\u2013123\u20134567", ["3001234567"]),
        ("300\u2011123 \u2212 4567", ["3001234567"]),
        ("(+57) 300.123.4567", ["573001234567"]),
        ("\uff0b\uff15\uff17\u00a0300 1234567", ["573001234567"]),
        ("\u0663\u0660\u0660 \u0661\u0662\u0663", ["300123"]),
        ("0057 300 123", ["57300123"]),
        ("0042", ["0042"]),
        ("00 42", ["0042"]),
        ("042", [""]),
        ("300 1234 +57300", ["3001234", "57300"]),
    ],
)
def test_a_phone_number_is_read_however_it_is_written(typed: str, numbers: list[str]) -> None:
    assert [word.phone for word in parse(typed)] == numbers


@all_of(
    "typed,words",
    [
        ("Pérez, Ana", ["perez", "ana"]),
        ("ana - soto", ["ana", "soto"]),
        ("\u2018Ana\u2019 \u00absoto\u00bb", ["ana", "soto"]),
        ("ee65f53e\u2026f02e", ["ee65f53e", "f02e"]),
        ("\u2026f02e", ["f02e"]),
        ("v\u2026a@example.com", ["v", "a@example.com"]),
        ("-- \u2026 !", []),
    ],
)
def test_what_is_around_and_between_words_is_not_searched_for(typed: str, words: list[str]) -> None:
    assert [word.text for word in parse(typed)] == words
