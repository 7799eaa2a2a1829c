from dashboard.crypto.keyring import KeyPurpose, Keyring

OLD, NEW = "an old secret key of some length", "a new secret key of some length"


def test_each_purpose_has_a_key_of_its_own() -> None:
    ring = Keyring(NEW)
    keys = [ring.keys(purpose).current for purpose in KeyPurpose]
    assert len({key.id for key in keys}) == len({key.secret for key in keys}) == len(KeyPurpose)


def test_the_same_secret_gives_the_same_key_and_the_current_one_signs() -> None:
    before, after = Keyring(OLD).keys(KeyPurpose.CHAIN), Keyring(NEW, [OLD]).keys(KeyPurpose.CHAIN)
    mac = before.current.mac(b"row")
    assert after.current.id != before.current.id
    found = after.find(before.current.id)
    assert found is not None
    assert found.verifies(b"row", mac)
    assert not found.verifies(b"rov", mac)
    assert not after.current.verifies(b"row", mac)
    assert Keyring(NEW).keys(KeyPurpose.CHAIN).find(before.current.id) is None


def test_nothing_prints_a_key() -> None:
    ring = Keyring(NEW, [OLD])
    shown = repr(ring) + repr(ring.keys(KeyPurpose.CHAIN))
    assert OLD not in shown
    assert NEW not in shown
    assert repr(ring.keys(KeyPurpose.CHAIN).current.secret) not in shown
