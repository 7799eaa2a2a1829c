"""Tokens, keys and one-time links are found wherever they are in a text."""

import pytest

from dashboard.text.reasons import is_reason
from dashboard.text.secrets import may_be_secret, without_links, without_tokens
from tests.rules.canaries.test_token_fields import LINKS, TOKENS


@pytest.mark.parametrize("token", TOKENS)
def test_a_token_is_taken_out_of_a_text(token: str) -> None:
    for before, after in (("", ""), ("Ana: ", " (today)"), ('"token":"', '"'), ("a\n", "\nb")):
        left = without_tokens(f"{before}{token}{after}")
        around = (before + after).replace("  ", " ")
        assert left in {around, f"{before}https://dashboard.example.com{after}"}


@pytest.mark.parametrize(
    "text",
    [
        "eyjolfur.jonsson@example.is",
        "The key pair qash_key_live_…8a3f was replaced",
        "See https://wiki.example.com/link/how-kyc-works",
        "The bearer of bad news",
        "Reykjavik reyJavik.a.b",
        "علی\u200cرضا",  # noqa: RUF001  Persian
        "a\u200bb",
        "Their inquiry inq_…a4Eg, of https://inquiry.withpersona.com, has no inquiry-id in it",
        "See https://tickets.example.com/browse?id=QA-17",
    ],
)
def test_other_text_stays_as_it_is(text: str) -> None:
    assert without_links(without_tokens(text)) == text


@pytest.mark.parametrize("link", LINKS)
def test_a_verification_link_is_taken_out_with_the_word_that_it_is_in(link: str) -> None:
    for before, after in (("", ""), ("Ana: ", " (today)"), ("a\n", "\nb")):
        assert without_links(f"{before}<{link}>,{after}") == before + after


def test_a_reason_with_a_token_is_none() -> None:
    assert is_reason("Asked by Ana")
    assert not is_reason(f"Asked by Ana {TOKENS[0]}")
    assert not is_reason("Asked by Ana inq_Hq7TzVb3LdKx9PfN")


def test_whatever_is_taken_out_of_a_text_gets_into_no_address() -> None:
    assert all(map(may_be_secret, TOKENS + LINKS))
