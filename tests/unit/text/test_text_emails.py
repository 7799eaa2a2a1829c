"""Email addresses: what is one, and when two are the same."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dashboard.text import emails
from dashboard.text.emails import ScriptMark
from tests.support.sampling import all_of

LONGEST = "a" * 64 + "@" + ".".join(["b" * 63] * 2 + ["c" * 57, "com"])


@all_of(
    "text",
    [
        "ana@example.com",
        "max@bücher.example",
        "jose.o'neil+x@ex-am.co",
        "анна@пример.рф",
        "info@डाटामेल.भारत",  # vowel signs, which are marks
        "डाटा@ලංකා.com",
        "ab@กกั.ไทย",
        "user@உதாரணம்.பரிட்சை",
        "x@שלום.קום",
        "ana@xn--bcher-kva.example",
        LONGEST,
    ],
)
def test_an_address_is_one(text: str) -> None:
    assert emails.is_email(text)


@all_of(
    "text",
    [
        "",
        "a@b",
        "ana",
        "@example.com",
        "Ana <ana@example.com>",
        "a@b@example.com",
        "ana@example.com\u200b",
        "ana@exam\u200bple.com",
        "ana@-example.com",
        "ana@example..com",
        "ana@127.0.0.1",
        "ana@ex_ample.com",
        "ana@bü_cher.com",
        "ana@-bücher.com",
        "ana@\u093eडाटा.com",  # a mark without its letter
        "ana@bücher。com",
        "ana@xn--a.com",
        "ana@℀.com",
        "ana@㏂bücher.com",
        "a" * 65 + "@example.com",
        "x" + LONGEST,
    ],
)
def test_other_text_is_none(text: str) -> None:
    assert not emails.is_email(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("max@bücher.example", "max@xn--bcher-kva.example"),
        ("MAX@BÜCHER.EXAMPLE", "max@bücher.example"),
        ("josé@example.com", "jose\u0301@example.com"),
        ("\u202aana@example.com\u202c", " ana@example.com\u200b"),
    ],
)
def test_two_spellings_of_one_address_compare_equal(one: str, other: str) -> None:
    assert emails.comparable(one) == emails.comparable(other)


def test_two_addresses_do_not_compare_equal() -> None:
    assert emails.comparable("max@faß.de") != emails.comparable("max@fass.de")
    assert emails.comparable("anna@example.com") != emails.comparable("аnna@example.com")  # noqa: RUF001  Cyrillic


@pytest.mark.parametrize("text", ["аnna@example.com", "ana@exаmple.com", "ana@xn--exmple-4nf.com"])  # noqa: RUF001
def test_an_address_that_mixes_scripts_is_told_apart(text: str) -> None:
    assert emails.script_mark(text) is ScriptMark.MIXED


@pytest.mark.parametrize(
    "text", ["ana@example.com", "анна@пример.рф", "анна@example.com", "田中さんa@例え.jp"]
)
def test_an_address_in_one_script_per_word_is_not(text: str) -> None:
    assert emails.script_mark(text) is None


def test_a_domain_with_other_letters_has_two_spellings() -> None:
    both = ("max@bücher.example", "max@xn--bcher-kva.example")
    assert emails.spellings(both[0]) == both
    assert emails.spellings(both[1]) == both[::-1]
    assert emails.spellings("ana@example.com") == ("ana@example.com",)
    assert emails.spellings("bücher") == ("bücher",)


def test_two_mailboxes_that_a_casefold_would_join_are_two() -> None:
    assert emails.comparable("straße@example.com") != emails.comparable("strasse@example.com")


@example("0", "K.Σ")
@given(
    st.text(max_size=20),
    st.text("abcßéünïçñдомен例えKİıΣςẞﬁ。.-\u0301\u200dडाटाभरत", max_size=20),  # noqa: RUF001
)
def test_an_address_stays_one_in_each_of_its_spellings(local: str, domain: str) -> None:
    email = f"{local}@{domain}"
    folded = emails.comparable(email)
    assert emails.comparable(folded) == folded
    if emails.is_email(email):
        for spelling in (*emails.spellings(email), unicodedata.normalize("NFD", email)):
            assert emails.comparable(spelling) == folded
        assert emails.is_email(folded)


@pytest.mark.parametrize(
    ("email", "is_marked"),
    [
        ("\u0430\u0440\u0435@example.com", True),  # all of it Cyrillic
        ("ana@\u0430\u0440\u0435.com", True),
        ("\u0430\u0440\u0435@\u043f\u043e\u0447\u0442\u0430.\u0440\u0444", False),  # a Cyrillic top
        ("\u0438\u0432\u0430\u043d@example.com", False),  # looks like no Latin word
        ("ape@example.com", False),
    ],
)
def test_a_word_that_only_looks_latin_is_marked(email: str, is_marked: bool) -> None:  # noqa: FBT001
    assert emails.script_mark(email) is (ScriptMark.LOOKS_LATIN if is_marked else None)
