"""A worker that is full lets its client go, so that they find another one.

A connection stays with the worker that took it: without this, clients who came to a full worker
would be refused there while another one has places.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import request

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

KEY = "dashboard.let_go"


def close_after_response() -> None:
    """End the connection after this answer."""
    request.environ[KEY] = True


class CloseConnectionMiddleware:
    """WSGI middleware, the outermost. PEP 3333 leaves connections to the server: gunicorn's way."""

    def __init__(self, app: "WSGIApplication") -> None:
        self._app = app

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer as the application does; gunicorn writes the head with the first part."""
        parts = self._app(environ, start_response)
        if KEY in environ:
            answer = getattr(start_response, "__self__", None)  # gunicorn's
            getattr(answer, "force_close", lambda: None)()
        return parts
