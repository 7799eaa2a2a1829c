"""The Host header, spelled in one way before anything compares it."""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

FOR_ANY_HOST = frozenset({"/healthz", "/readyz"})  # load balancers ask by address, or by no name
_LAST_DOT = re.compile(r"\.(?=(?::[0-9]*)?\Z)")


class OneHostSpelling:
    """WSGI middleware: `Host` in lower case, without the dot that ends a full name.

    What asks for our health may use any host, or none: it gets `own_host`.
    """

    def __init__(self, app: "WSGIApplication", own_host: str) -> None:
        self._app = app
        self._own_host = own_host

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer as the application does."""
        if environ.get("PATH_INFO") in FOR_ANY_HOST:
            environ["HTTP_HOST"] = self._own_host
        elif "HTTP_HOST" in environ:
            environ["HTTP_HOST"] = one_spelling(environ["HTTP_HOST"])
        return self._app(environ, start_response)


def one_spelling(host: str) -> str:
    """Return a `Host` header as browsers send it."""
    return _LAST_DOT.sub("", host.lower())
