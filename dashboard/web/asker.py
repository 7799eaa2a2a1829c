"""Tells for every request whether a person waits for its calls, or an automatic refresh."""

from contextlib import ExitStack

from flask import Flask, g

from dashboard.partner.asker import Asker, asking_for
from dashboard.web.htmx import is_poll


def init_asking(app: Flask) -> None:
    """Make the calls of each request for the one who waits for them."""
    app.before_request(_begin)
    app.teardown_request(_end)


def _begin() -> None:
    g.asking = ExitStack()
    g.asking.enter_context(asking_for(Asker.PROGRAM if is_poll() else Asker.PERSON))


def _end(_error: BaseException | None) -> None:
    g.pop("asking", ExitStack()).close()
