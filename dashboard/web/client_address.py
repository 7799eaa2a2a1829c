"""Where a request comes from: the one reader of `request.remote_addr`."""

from flask import request

from dashboard.services.networks import address_of


def client_address() -> str:
    """Return the address of the client, empty where the server knows none."""
    return address_of(request.remote_addr or "")
