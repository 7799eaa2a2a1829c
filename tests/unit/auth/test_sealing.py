"""API credentials at rest: sealed with a key of the keyring, as the pair that they are."""

from dashboard.crypto.keyring import KeyPurpose, Keyring
from dashboard.partner.credentials import Credentials
from dashboard.services.credentials.pair_encryption import CredentialsEncryptor

PAIR = Credentials("qash_key_live_" + "k" * 40, "qash_secret_live_" + "s" * 128)


def sealer(*keys: str) -> CredentialsEncryptor:
    return CredentialsEncryptor(Keyring(keys[0], keys[1:]).keys(KeyPurpose.CREDENTIAL))


def test_a_sealed_pair_opens_with_its_key_as_the_pair_it_was_and_no_other_way() -> None:
    here = sealer("one")
    sealed = here.seal_pair(PAIR)
    assert here.open_pair(sealed, here.key_id, PAIR.id) == PAIR
    assert sealer("two", "one").open_pair(sealed, here.key_id, PAIR.id) == PAIR
    assert sealer("two").open_pair(sealed, here.key_id, PAIR.id) is None
    assert here.open_pair(sealed, here.key_id, "0" * 12) is None
    assert here.open_pair(sealed[:-8] + "AAAAAAA=", here.key_id, PAIR.id) is None
    assert here.open_pair("no base64", here.key_id, PAIR.id) is None
    assert here.seal_pair(PAIR) != sealed
