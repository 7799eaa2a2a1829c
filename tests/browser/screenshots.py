"""The pictures of the documentation: `make screenshots`. Not a test, so not collected as one."""

from pathlib import Path

from playwright.sync_api import Page

from tests.simulator_process import RunningSimulator

FOLDER = Path(__file__).parents[2] / "docs/screenshots"


def test_screenshots(page: Page, simulator: RunningSimulator) -> None:
    suspended = next(user for user in simulator.users() if user["status"] == "suspended")
    pages = {"users": "/users", "user": f"/users/{suspended['id']}"}
    for name, path in pages.items():
        page.goto(path)
        page.screenshot(path=FOLDER / f"{name}.png")
