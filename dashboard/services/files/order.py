"""What is asked of an export, and what it gives."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import IO

from dashboard.services.actors import Actor
from dashboard.services.files.tables import Format

IN_MEMORY, PART = 4 * 2**20, 2**16  # bytes of a file that is written first, and of a part of it


@dataclass(frozen=True)
class Size:
    """How many rows an export has, and how many more there are than it may have."""

    rows: int
    left_out: int


@dataclass(frozen=True)
class Order:
    """Who requests an export and why; `plain`: they may see personal data as it is."""

    actor: Actor
    reason: str
    form: Format
    plain: bool


@dataclass(frozen=True)
class Export:
    """A file to be given out: its parts come once.

    Raises StoreError if the database is lost while they come: the file is then cut off, and the
    record says more than was given out.
    """

    parts: Iterator[bytes]
    size: Size
    at: datetime


def parts_of(file: IO[bytes]) -> Iterator[bytes]:
    """Return a file a part at a time, and close it."""
    with file:
        while part := file.read(PART):
            yield part
