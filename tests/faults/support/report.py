"""The figures that a run of the fault suite prints last.

A test takes the fixture `figure` and says `figure("faults survived", 150)`: the name is one of
FIGURES, which says how the values of several tests become one. It travels with the test's report,
so that it arrives under xdist too.
"""

from collections.abc import Callable, Iterable

import pytest

Figure = Callable[[str, int], None]

FIGURES: dict[str, Callable[[Iterable[int]], int]] = {
    "first seed": min,
    "faults survived": sum,
    "calls doubled": sum,
    "calls unaudited": sum,
    "outcomes settled": sum,
    "upstream calls during an outage": max,
    "p95 of unaffected pages, ms": max,
    "kill rounds": sum,
    "jobs": sum,
    "workers that died at jobs": sum,
}


@pytest.fixture
def figure(record_property: Callable[[str, object], None]) -> Figure:
    def figure(name: str, value: int) -> None:
        assert name in FIGURES, name
        record_property(name, value)

    return figure


def write_figures(reporter: pytest.TerminalReporter) -> None:
    """Print what the tests of this run recorded, if any did."""
    reports = [each for found in reporter.stats.values() for each in found]
    recorded = [
        (name, int(value))
        for each in reports
        for name, value in getattr(each, "user_properties", ())
        if getattr(each, "when", "") == "call" and name in FIGURES
    ]
    if not recorded:
        return
    reporter.section("faults")
    for name, combine in FIGURES.items():
        if values := [value for found, value in recorded if found == name]:
            reporter.write_line(f"{name:34} {combine(values):6}")
