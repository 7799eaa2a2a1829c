"""Addresses of the list of users."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from flask import url_for

PLAIN = "!$'()*,/:;?@"  # as `url_for` leaves it in a query


def users_urls() -> Callable[[Mapping[str, Any]], str]:
    """Return the function that gives the list's address with a query; a page has a dozen."""
    address = url_for("users.index")

    def users_url(arguments: Mapping[str, Any]) -> str:
        return f"{address}?{urlencode(arguments, safe=PLAIN)}" if arguments else address

    return users_url
