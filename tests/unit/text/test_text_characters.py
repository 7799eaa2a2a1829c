"""Characters that cannot be seen."""

import pytest

from dashboard.text import characters


@pytest.mark.parametrize("char", ["\u200b", "\u200e", "\u2060", "\ufeff", "\u202a", "\u00a0", "\n"])
def test_padding_is_trimmed_at_both_ends_and_kept_inside(char: str) -> None:
    assert characters.trim(f"{char} a{char}b {char}{char}") == f"a{char}b"


def test_text_of_padding_only_is_nothing() -> None:
    assert characters.trim(" \u200b\u3164") == ""


@pytest.mark.parametrize(
    "name",
    ["علی\u200cرضا", "ක්\u200dරි", "ന്\u200dറ", "മോഹന്\u200d"],  # noqa: RUF001  Persian
)
def test_a_joiner_is_spelling_between_letters_of_scripts_that_use_it(name: str) -> None:
    assert not characters.find_invisible(name)
    assert characters.write_out(name) == characters.trim(name) == name


@pytest.mark.parametrize("name", ["Ana\u200cMaría", "علی\u200c", "\u200dක", "ع\u200ca", "a\u00adb"])
def test_elsewhere_it_is_invisible(name: str) -> None:
    assert characters.find_invisible(name)
    assert "⟨U+" in characters.write_out(name)


def test_line_ends_are_invisible_in_one_line_and_not_in_several() -> None:
    assert characters.find_invisible("one\ntwo")
    assert not characters.find_invisible("one\n\ttwo", lines=True)
    assert characters.find_invisible("one\ntwo\u202e", lines=True)
