"""The address of a client: the same one however a proxy writes it."""

from dashboard.services.networks import ADDRESS_MAX, address_of, network_of
from tests.rules.code.test_house import ROOT
from tests.support.sampling import all_of


@all_of(
    "written,address",
    [
        ("203.0.113.9", "203.0.113.9"),
        ("203.0.113.9:51234", "203.0.113.9"),
        (" 203.0.113.9 ", "203.0.113.9"),
        ("[2001:db8::1]:51234", "2001:db8::1"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("2001:DB8:0::1", "2001:db8::1"),
        ("fe80::1%eth0", "fe80::1"),
        ("unknown", "unknown"),
        ("", ""),
    ],
)
def test_a_port_or_another_spelling_makes_no_other_client(written: str, address: str) -> None:
    assert address_of(written) == address


def test_what_is_no_address_is_short() -> None:
    assert len(address_of("a" * 60_000)) == ADDRESS_MAX


def test_two_addresses_of_one_customer_are_one_network() -> None:
    assert network_of("2001:db8::1") == network_of("2001:db8::ffff") == "2001:db8::"
    assert network_of("::ffff:203.0.113.9") == "203.0.113.9"


def test_one_place_reads_the_address_of_a_request() -> None:
    readers = [
        path.name
        for path in (ROOT / "dashboard").rglob("*.py")
        if "remote_addr" in path.read_text()
    ]
    assert readers == ["client_address.py"]
