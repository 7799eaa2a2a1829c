"""A page, asked for again and again by one client: its times and its CPU, one figure per round."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count, islice
from statistics import median

from tests.bench.stage import Served

PAGES = 300  # per round
LIST = "/users?limit=25"  # our own list once the directory is complete, else the API's
API_LIST = "/users?source=api&limit=25"


@dataclass
class Course:
    """One page of one server; `goal` is how many times the floor it may cost.

    `{turn}` in its path gives another page each time.
    """

    name: str
    served: Served
    path: str
    headers: Mapping[str, str]
    goal: float = 0.0
    turns: Iterator[int] = field(default_factory=lambda: count(1))
    p50_ms: list[float] = field(default_factory=list)
    cpu_ms: list[float] = field(default_factory=list)

    def warm_up(self) -> None:
        """Ask for the page without counting."""
        self.run()
        self.p50_ms.clear()
        self.cpu_ms.clear()

    def run(self) -> None:
        """Ask for the pages of one round."""
        client = self.served.client()
        before = self.served.usage.cpu_s()
        answers = [client.get(path, self.headers) for path in islice(self._paths(), PAGES)]
        self.cpu_ms.append((self.served.usage.cpu_s() - before) * 1000 / PAGES)
        client.close()
        assert {answer.status for answer in answers} == {200}
        self.p50_ms.append(median(answer.took_ms for answer in answers))

    def _paths(self) -> Iterator[str]:
        return (self.path.format(turn=turn) for turn in self.turns)
