"""Addresses of the list of users, and of the one place that a text leads to."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import request, url_for

from dashboard.services.directory.box import Finds
from dashboard.services.directory.reading import TEXT_MAX
from dashboard.services.tokens.receipts import Grant
from dashboard.web.context import services, settings
from dashboard.web.sight import sees_personal

PLAIN = "!$'()*,/:;?@"  # as `url_for` leaves it in a query


def with_query(path: str, arguments: Mapping[str, Any]) -> str:
    """Return an address with arguments whose names may be any: `url_for` reads some itself."""
    return f"{path}?{urlencode(arguments, safe=PLAIN)}" if arguments else path


def users_urls() -> Callable[[Mapping[str, Any]], str]:
    """Return the function that gives the list's address with a query; a page has a dozen."""
    return partial(with_query, url_for("users.index"))


def user_address(finds: Finds) -> str:
    """Return the address of the one user; it says where the search named another dashboard."""
    return url_for("users.show", user_id=finds.only, elsewhere=1 if finds.host else None)


def only_place(finds: Finds, issued: Sequence[Grant]) -> str | None:
    """Return the address of the one receipt or user that a text names."""
    if len(issued) == 1 and {each.user_id for each in finds.users} <= {issued[0].user_id}:
        return url_for("tokens.show", number=issued[0].attempt_seq)
    return user_address(finds) if finds.only else None


def find_place(text: str) -> str | None:
    """Return the same for a text that is not shown, such as a token; its end may be left out."""
    box, masked = services().directory.box, not sees_personal()
    reading = box.read(text[:TEXT_MAX], our_hosts(), masked=masked)
    issued = services().tokens.receipts.recognise(reading.tokens)
    return only_place(box.find(reading, masked=masked), issued)


def our_hosts() -> frozenset[str]:
    """Return the hosts whose addresses name users of this environment."""
    addresses = (settings().address, settings().partner_api_url)
    return frozenset({request.host, *(urlsplit(address).netloc for address in addresses)})
