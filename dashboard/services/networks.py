"""A request's network, as far as its sender can't choose it freely."""

from ipaddress import IPv6Address, ip_address

ADDRESS_MAX = 45  # characters of an IPv6 address at most
IPV6_PREFIX = 64  # of which one customer has every address


def address_of(text: str) -> str:
    """Return the address in what a proxy says: some add the client's port, which always differs.

    What is no address comes back as it is, cut.
    """
    host = text.strip()
    if host.startswith("["):
        host = host[1:].partition("]")[0]
    elif host.count(":") == 1:
        host = host.partition(":")[0]
    try:
        return str(ip_address(host.partition("%")[0]))
    except ValueError:
        return text[:ADDRESS_MAX]


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
