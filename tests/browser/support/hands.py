"""How a person works a page: with a mouse, or with only a keyboard."""

from dataclasses import dataclass
from typing import Protocol

from playwright.sync_api import Locator, Page, expect

TABS_MAX = 150


class Hands(Protocol):
    """Presses, fills in and chooses what a page has."""

    def press(self, control: Locator, key: str = "") -> None:
        """Use a link or a button, which may have a key of its own."""

    def fill(self, field: Locator, text: str, key: str = "") -> None:
        """Write into a field, which may have a key of its own, in place of what is there."""

    def choose(self, field: Locator, value: str) -> None:
        """Choose from a list."""


@dataclass(frozen=True)
class Mouse:
    """Clicks."""

    page: Page

    def press(self, control: Locator, key: str = "") -> None:  # noqa: ARG002  the protocol's
        control.click()

    def fill(self, field: Locator, text: str, key: str = "") -> None:  # noqa: ARG002  as above
        field.click()
        field.fill(text)

    def choose(self, field: Locator, value: str) -> None:
        field.select_option(value)


@dataclass(frozen=True)
class Keyboard:
    """Goes from one control to the next by Tab; nothing is ever clicked."""

    page: Page

    def press(self, control: Locator, key: str = "") -> None:
        if key:
            control.wait_for()
            self.page.keyboard.press(key)
        else:
            self._reach(control)
            self.page.keyboard.press("Enter")

    def fill(self, field: Locator, text: str, key: str = "") -> None:
        if key:
            self.page.keyboard.press(key)
            expect(field).to_be_focused()
        self._reach(field)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)

    def choose(self, field: Locator, value: str) -> None:
        self._reach(field)
        self.page.keyboard.press("Home")
        for _ in range(TABS_MAX):
            if field.input_value() == value:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"no option {value}")

    def _reach(self, control: Locator) -> None:
        control.wait_for()
        for _ in range(TABS_MAX):
            if control.evaluate("each => each === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"not reached by Tab: {control}")
