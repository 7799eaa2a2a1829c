"""Where a log-in, a confirmation or a form may lead: a page of ours."""

from urllib.parse import SplitResult, unquote, urlsplit

from flask import current_app
from werkzeug.exceptions import HTTPException

from dashboard.forms.auth import PATH_MAX

NO_PAGES = frozenset(
    {"auth.remaining", "health.alive", "health.ready", "links.show", "single_sign_on.end"}
)


def safe_path(candidate: str | None) -> str | None:
    """Return `candidate` when it is a path of a page of ours, else None.

    Anything else is refused, not repaired: control characters, backslashes, a scheme, a host,
    two slashes in front (also encoded), and paths that no GET route of ours answers.
    """
    if not candidate or len(candidate) > PATH_MAX or not candidate.isascii():
        return None
    decoded = unquote(candidate)
    if any(char <= " " or char in "\\\x7f" for char in candidate + decoded.replace(" ", "+")):
        return None
    parts = split_address(candidate)
    if (
        parts is None
        or parts.scheme
        or parts.netloc
        or not candidate.startswith("/")
        or "//" in decoded.split("?")[0]
    ):
        return None
    return candidate if find_page(unquote(parts.path)) else None


def split_address(text: str) -> SplitResult | None:
    """Return the parts of an address that a browser sent, or None where it is none."""
    try:
        return urlsplit(text)
    except ValueError:  # such as http://[
        return None


def find_page(path: str) -> str | None:
    """Return the endpoint of the page at a path, None where there is no page of ours."""
    try:
        endpoint, _ = current_app.url_map.bind("").match(path, method="GET")
    except HTTPException:
        return None
    return None if endpoint in NO_PAGES else str(endpoint)
