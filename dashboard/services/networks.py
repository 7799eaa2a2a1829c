"""Where a request comes from, as far as its sender can't change that at will."""

from ipaddress import IPv6Address, ip_address

IPV6_PREFIX = 64  # of which one customer has every address


def network_of(address: str) -> str:
    """Return the address, of IPv6 the network; what is no address comes back as it is."""
    try:
        parsed = ip_address(address)
    except ValueError:  # the server passes on what it was given
        return address
    if not isinstance(parsed, IPv6Address):
        return address
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(IPv6Address(int(parsed) >> (128 - IPV6_PREFIX) << (128 - IPV6_PREFIX)))
