"""The doctor's checks of the public address and of the addresses of log-ins."""

from collections.abc import Iterator
from ipaddress import ip_address
from urllib.parse import urlsplit

from dashboard.services.diagnostics.findings import Finding, ok, warning
from dashboard.store.auth import login_addresses as log_in_addresses
from dashboard.store.db.database import Database

RECENT = 20  # log-ins
PROXIES = "Set PROXIES to the number of proxies in front (docs/settings.md), and restart."


def examine_address(
    database: Database, environment: str, public_url: str, address: str, *, proxies: int
) -> Iterator[Finding]:
    """Check the address that passkeys are bound to, and the addresses of log-ins."""
    if environment != "local" and not public_url:
        yield warning(
            "address",
            f"PUBLIC_URL is not set: passkeys work at {address or 'http://localhost'} only, and "
            "one-time links lead there. Production requires it.",
            f"Set PUBLIC_URL={address or 'https://dashboard.example.com'}",
        )
    elif environment != "local" and _is_this_machine(urlsplit(public_url).hostname or ""):
        yield warning(
            "address",
            f"PUBLIC_URL is {public_url}: passkeys and one-time links work only on this machine.",
            "Set PUBLIC_URL to the address that staff open.",
        )
    elif _is_number(urlsplit(public_url).hostname or ""):
        yield warning(
            "address",
            f"PUBLIC_URL is {public_url}: browsers make passkeys only for host names.",
            "Give the dashboard a name, and set PUBLIC_URL to it.",
        )
    if proxies:
        return
    with database.read() as connection:
        recent = log_in_addresses.recent(connection, RECENT)
    if recent and all(map(_is_this_machine, recent)):
        found = f"PROXIES=0, and each of the last log-ins ({len(recent)}) came from this machine."
        if environment == "local":
            yield ok("proxies", f"{found} {PROXIES}")
        else:
            yield warning(
                "proxies",
                f"{found} Behind a proxy, one person's failed log-ins then count for everyone.",
                PROXIES,
            )


def _is_number(host: str) -> bool:
    try:
        return bool(ip_address(host))
    except ValueError:
        return False


def _is_this_machine(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return address == "localhost"
