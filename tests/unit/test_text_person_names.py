"""Names in every script, and what is none."""

import pytest

from dashboard.text.person_names import is_name


@pytest.mark.parametrize(
    "text",
    [
        "Ana",
        "O'Neil",
        "O’Neil",
        "Ka\u02bbiulani",
        "Pérez-Nguyễn",
        "علی\u200cرضا",  # noqa: RUF001  Persian
        "ශ්\u200dරී",
        "ന്\u200dറെ",
        "王小明",
        "Ана",
        "प्रिया",
        "Juan 2º",
        "X Æ A-12",
        "Ng",
        "<script>",  # text, however odd
    ],
)
def test_a_name_in_any_script_is_taken(text: str) -> None:
    assert is_name(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "123",
        "--",
        "Ana 🌟",
        "👩‍👩‍👧",
        "Ana\u202e",
        "A\u200dna",
        "Z" + "\u0335" * 7,
        "a" * 101,
        "An\na",
    ],
)
def test_what_is_no_name_is_refused(text: str) -> None:
    assert not is_name(text)
