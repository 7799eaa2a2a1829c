"""The settings of the directory's upkeep."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class SyncSettings:
    """Whether there is a directory, and how often it is swept; no time: only when asked to."""

    is_on: bool
    sweep_every: timedelta
