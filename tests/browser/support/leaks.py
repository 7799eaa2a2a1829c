"""Search for the secrets of a test in everything that a browser keeps and requests."""

import json

from playwright.sync_api import BrowserContext, Request

from tests.support.canaries import Kind, canaries

STORAGE = "() => JSON.stringify([{...localStorage}, {...sessionStorage}, history.state, name])"


def watch_addresses(context: BrowserContext) -> None:
    """Search the address and the referrer of every request."""

    def note(request: Request) -> None:
        allowed = {Kind.LINK} if "/link/" in request.url else set()
        canaries.look("an address", request.url, allowed)
        canaries.look("a referrer", request.headers.get("referer", ""))

    context.on("request", note)


def look_over(context: BrowserContext) -> None:
    """Remember the browser's session, and look through its storage and its open pages."""
    state = context.storage_state(indexed_db=True)
    cookies = [cookie["value"] for cookie in state["cookies"]]
    canaries.remember(Kind.SESSION, *cookies)
    canaries.look("a cookie", "\n".join(cookies), {Kind.SESSION})
    canaries.look("the browser's storage", json.dumps(state["origins"]))
    for page in context.pages:
        if page.url.startswith("http"):
            canaries.look("a page's storage", str(page.evaluate(STORAGE)))
            allowed = {Kind.LINK} if "/link/" in page.url else set()
            canaries.look("a page's address and title", page.url + page.title(), allowed)
