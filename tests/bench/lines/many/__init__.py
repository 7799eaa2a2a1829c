"""MANY: what is done to many users, test users, and looks at one."""

from collections.abc import Iterator

from tests.bench.bench import Bench
from tests.bench.figures import Figure
from tests.bench.lines.many import lab, looks, registering


def measure(bench: Bench) -> Iterator[Figure]:
    """Measure every part."""
    yield from looks.measure(bench)
    yield from lab.measure(bench)
    yield from registering.measure(bench)
