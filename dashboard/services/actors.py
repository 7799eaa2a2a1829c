"""Who makes a change, and who finds out what came of one."""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True)
class Actor:
    """Who makes a change.

    Without an id it is the command line: whoever has the machine may change anything, which is
    the rescue where nobody can manage staff any more.
    """

    staff_id: int | None = None
    request_id: str | None = None


COMMAND_LINE = Actor()


class Source(StrEnum):
    """On what occasion somebody looked."""

    WORKER = "worker"
    VIEW = "view"
    BUTTON = "button"
    NEW_ATTEMPT = "new attempt"


@dataclass(frozen=True)
class Trigger:
    """Who looks. The worker is nobody on staff, and answers no request."""

    how: Source
    staff_id: int | None = None
    request_id: str | None = None
    follows: bool = False  # a page that shows the user refreshes automatically


WORKER = Trigger(Source.WORKER)
