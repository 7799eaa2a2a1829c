"""A page that redirects automatically, where a redirect would lose the session's cookie.

The cookie is Strict: the browser omits it from requests that began on another site, such as a link
in a chat, and from every redirect that follows. A page of ours that redirects starts afresh.
"""

from flask import Response, make_response, render_template, request, url_for


def is_cross_site_navigation() -> bool:
    """Return whether a browser follows a link from another site, so that it left our cookie out."""
    headers = request.headers
    return (
        request.method == "GET"
        and headers.get("Sec-Fetch-Site") == "cross-site"
        and headers.get("Sec-Fetch-Dest") == "document"
    )


def go_on_here() -> Response:
    """Redirect to the requested address: the request now comes from us, with the cookie."""
    path = url_for(request.endpoint or "", **(request.view_args or {}))
    query = request.query_string.decode("ascii", "replace")
    return client_redirect(f"{path}?{query}" if query else path)


def client_redirect(address: str) -> Response:
    """Answer a page that redirects immediately, without a script, and stays out of the history."""
    response = make_response(render_template("auth/go_on.html", address=address))
    # The address of this page may be a secret of a log-in: no request for a file names it.
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
