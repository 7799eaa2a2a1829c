"""The fixtures of the benches: the server and the browser of the browser tests, and a table."""

from dataclasses import dataclass, field
from time import perf_counter

import pytest
from playwright.sync_api import Page

RESULTS = pytest.StashKey[list[str]]()


@dataclass
class Hand:
    """A person's hand: each click, key and filled field is an action, and counted."""

    page: Page
    actions: int = 0
    started_s: float = field(default_factory=perf_counter)

    def click(self, selector: str) -> None:
        self.actions += 1
        self.page.locator(selector).first.click()

    def press(self, key: str) -> None:
        self.actions += 1
        self.page.keyboard.press(key)

    def fill(self, selector: str, text: str) -> None:
        self.actions += 1
        self.page.locator(selector).first.fill(text)

    @property
    def took_s(self) -> float:
        return perf_counter() - self.started_s


@dataclass(frozen=True)
class Report:
    """Takes a line of the table."""

    lines: list[str]

    def line(self, what: str, goal: str, measured: str, *, met: bool) -> None:
        self.lines.append(f"{what:62} {goal:38} {measured:42} {'met' if met else 'NOT MET'}")


@pytest.fixture
def report(request: pytest.FixtureRequest) -> Report:
    return Report(request.config.stash.setdefault(RESULTS, []))


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    lines = config.stash.get(RESULTS, [])
    if lines:
        terminalreporter.section("bench")
        for line in lines:
            terminalreporter.write_line(line)
