"""Names that can be taken for each other have one skeleton."""

import pytest

from dashboard.text.characters import clean
from dashboard.text.names import is_name, skeleton
from tests.support.sampling import all_of

ALIKE = (
    "demo  ADMIN.",
    "Démo Admin",
    "Demo AdmIn",
    "Demo Admln",
    "Demo Adrnin",
    "Dem0 Adm1n",
    "Demo\u200bAdmin",
    "\u202eDemo Admin",
    "D\u0435mo \u0410dm\u0456n",  # Cyrillic
    "Dem\u03bf Admin",  # Greek
    "Ｄｅｍｏ Ａｄｍｉｎ",  # noqa: RUF001  full width
)


@all_of("name", ALIKE)
def test_look_alikes_have_one_skeleton(name: str) -> None:
    assert skeleton(name) == skeleton("Demo Admin")


@pytest.mark.parametrize("name", ["Demo Admins", "Dora Admin", "Ana", "管理员", "مدير", "–", ""])
def test_other_names_have_another(name: str) -> None:
    assert skeleton(name) != skeleton("Demo Admin")


def test_names_without_a_letter_are_told_apart() -> None:
    assert skeleton("…") != skeleton("–")


@all_of(
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


@all_of(
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
        "Ana inq_Hq7TzVb3LdKx9PfN",
        "eyJhbGciOiJub25lIn0.e30.c2ln",
    ],
)
def test_what_is_no_name_is_refused(text: str) -> None:
    assert not is_name(text)


@pytest.mark.parametrize("name", ["葛\U000e0100飾", "辻\ufe00", "ᠮᠣᠩᠭ\u180bᠣᠯ"])
def test_a_selector_of_a_variant_is_spelling_directly_after_its_letter(name: str) -> None:
    assert is_name(name)
    assert clean(name) == name


@pytest.mark.parametrize(
    "name", ["Ana\ufe0f", "\ufe00葛", "葛\ufe00\ufe00", "葛\u180b", "ᠮᠣ\ufe00ᠯ", "葛 \ufe00飾"]
)
def test_any_other_selector_is_refused(name: str) -> None:
    assert not is_name(name)
