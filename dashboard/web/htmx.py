"""One URL gives the page or a fragment of it: the request's htmx headers decide."""

from collections.abc import Mapping

from flask import Flask, Response, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_htmx import HTMX

from dashboard.web.security.redirects import safe_path, split_address

FOLLOW = "follow"  # root id of fragments that poll
VARY = "HX-Request, HX-History-Restore-Request, HX-Target"

htmx = HTMX()


def init_htmx(app: Flask) -> None:
    """Let `htmx` read the headers of this application's requests."""
    htmx.init_app(app)


def wants_fragment() -> bool:
    """Return whether htmx asks, and not to restore a page of the browser's history."""
    return bool(htmx) and not htmx.history_restore_request


def target() -> str:
    """Return the id of the element that the answer will replace, "" where htmx names none."""
    return str(htmx.target or "")


def is_poll() -> bool:
    """Return whether a page asks automatically, without an action of a person."""
    return wants_fragment() and target() == FOLLOW


def triggered_by(element_id: str) -> bool:
    """Return whether this element made the request."""
    return bool(htmx.trigger == element_id)


def respond(
    page: str,
    *,
    fragments: Mapping[str, str],
    url: str | None = None,
    replaces: bool = False,
    status: int = 200,
    **context: object,
) -> Response:
    """Render the whole page, or the fragment that htmx requests.

    `fragments` maps root ids to templates, the page's main one first. `url` is the canonical
    address of what is shown; `replaces` puts it in place of the history entry that is there.
    """
    fragment = _fragment(fragments) if fragments and wants_fragment() else None
    response = make_response(
        render_template(fragment or page, fragment=fragment, **context), status
    )
    response.headers["Vary"] = VARY
    if fragment and url:
        stays = replaces or url == _current()
        response.headers["HX-Replace-Url" if stays else "HX-Push-Url"] = url
    return response


def redirect_to(url: str) -> ResponseReturnValue:
    """Lead to another page: 303, or for htmx `HX-Redirect`."""
    return redirect_whole_page(url) if wants_fragment() else redirect(url, 303)


def redirect_whole_page(url: str, *, status: int = 200) -> Response:
    """Tell htmx to load another page."""
    return Response(status=status, headers={"HX-Redirect": url, "Vary": VARY})


def return_path() -> str | None:
    """Return the path to come back to after a log-in, None where it is the start page."""
    wanted = request.method == "GET" and not is_poll()
    path = safe_path(request.full_path.rstrip("?") if wanted else None) or shown_page()
    return None if path in {None, "/"} else path


def shown_page() -> str | None:
    """Return path and query of our page that the browser shows, if it says so."""
    return safe_path(_current() or _path(request.headers.get("Referer")))


def _current() -> str:
    return _path(htmx.current_url)


def _path(address: object) -> str:
    """Return path and query of an address."""
    parts = split_address(str(address or ""))
    if parts is None:
        return ""
    return parts.path + (f"?{parts.query}" if parts.query else "")


def _fragment(fragments: Mapping[str, str]) -> str | None:
    if not target():
        return next(iter(fragments.values()))
    return fragments.get(target())
