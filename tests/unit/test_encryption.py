"""Sealed texts are read as they were written, letter by letter."""

import pytest

from dashboard.crypto.encryption import Encryptor
from dashboard.crypto.keyring import KeyPurpose, Keyring


@pytest.mark.parametrize("length", [1, 2, 3])
def test_a_text_with_another_last_letter_does_not_open_whatever_bits_it_leaves_unused(
    length: int,
) -> None:
    encryptor = Encryptor(Keyring("one", ()).keys(KeyPurpose.FACTOR))
    sealed = encryptor.seal("x" * length, "this")
    letters, padding = sealed.rstrip("="), "=" * sealed.count("=")
    others = {*"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"} - {letters[-1]}
    texts = [letters[:-1] + each + padding for each in others]
    opened = {encryptor.open(each, encryptor.key_id, "this") for each in texts}
    assert opened == {None}
    assert encryptor.open(sealed, encryptor.key_id, "this") == "x" * length
