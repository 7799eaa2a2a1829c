"""Reading the metrics that a process serves."""

import time
from collections.abc import Iterator
from dataclasses import dataclass

import requests
from prometheus_client.parser import text_string_to_metric_families

from tests.support.clock import LOOK_S, PATIENCE_S


@dataclass(frozen=True)
class Scrape:
    """The metrics of one moment."""

    text: str

    def total(self, name: str, **labels: str) -> float:
        """Return the sum of the samples with these labels."""
        return sum(value for _, given, value in self.samples(name) if labels.items() <= given)

    def samples(self, name: str = "") -> Iterator[tuple[str, frozenset[tuple[str, str]], float]]:
        """Give name, labels and value of each sample; of one name, or of all."""
        for family in text_string_to_metric_families(self.text):
            for sample in family.samples:
                if name in ("", sample.name):
                    yield sample.name, frozenset(sample.labels.items()), sample.value


def scrape(port: int) -> Scrape:
    """Read them, waiting until something serves them."""
    until = time.monotonic() + PATIENCE_S
    while True:
        try:
            answer = requests.get(f"http://127.0.0.1:{port}/metrics", timeout=PATIENCE_S)
        except requests.ConnectionError:
            if time.monotonic() > until:
                raise
            time.sleep(LOOK_S)
        else:
            answer.raise_for_status()
            return Scrape(answer.text)
