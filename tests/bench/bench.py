"""One run of the bench: what every line is given."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Bench:
    """`folder` is the line's own, for what it starts; medians are over `rounds`."""

    folder: Path
    rounds: int
    peers: bool
