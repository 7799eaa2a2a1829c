"""Every page is in the walks that look at it in a browser, or there is a reason why not."""

from uuid import UUID

from flask import Flask
from werkzeug.exceptions import NotFound

from tests.browser.support import handled, worked
from tests.browser.support.every_page import PATHS
from tests.support.walking import walk

USER = str(UUID(int=0))
USERS = {"active": USER, "pending": USER, "suspended": USER}
PART, FILE, LEADS_ON = "a part of a page", "a file or no HTML", "it leads to another page"
NOT_WALKED = {
    "auth.form": "the walk begins there, before it logs in",
    "auth.remaining": FILE,
    "desk.next_user": LEADS_ON,
    "health.alive": FILE,
    "health.ready": FILE,
    "lab.report": FILE,
    "lab.requests": FILE,
    "lab.results": FILE,
    "palette.dialogs": PART,
    "reveal.back": LEADS_ON,
    "saved_views.show": LEADS_ON,
    "second_step.form": "only between two steps of a log-in: journeys/test_factors.py looks there",
    "single_sign_on.end": "only from a provider: journeys/test_single_sign_on.py goes there",
    "texts.message": PART,
    "users.timeline": PART,
}
"""What answers a GET and is in no walk, and why."""


class Number(dict[str, str]):
    """Any name that isn't a user's is a number."""

    def __missing__(self, name: str) -> str:
        return "1"


def endpoint(app: Flask, path: str) -> str | None:
    try:
        found, _ = app.url_map.bind("localhost").match(path.partition("?")[0], method="GET")
    except NotFound:
        return None
    return str(found)


def test_every_page_is_walked_or_has_a_reason(app: Flask) -> None:
    known = Number(USERS)
    about = (f"/users/{USER}{path}" for path in handled.PAGES)
    paths = [path.format_map(known) for path in (*PATHS, *worked.PAGES, *about)]
    walked = {endpoint(app, path) for path in paths}
    pages = {step.endpoint for step in walk(app) if step.method == "GET"}
    assert pages - walked == set(NOT_WALKED)
