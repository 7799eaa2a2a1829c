"""Steps of history, as the buttons Back and Forward take them."""

from playwright.sync_api import Page

# Of a document that is shown, also one that the browser kept: that one has no `load`.
IS_ANOTHER = "left => performance.timeOrigin !== left && document.readyState === 'complete'"


def step(page: Page, way: str) -> None:
    """Go back or forward, and wait until the page that this leads to is shown."""
    left = page.evaluate(f"setTimeout(() => history.{way}(), 30), performance.timeOrigin")
    page.wait_for_function(IS_ANOTHER, arg=left)
