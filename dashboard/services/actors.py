"""Who makes a change."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Actor:
    """Who makes a change.

    Without an id it is the command line: whoever has the machine may change anything, which is
    the rescue where nobody can manage staff any more.
    """

    staff_id: int | None = None
    request_id: str | None = None


COMMAND_LINE = Actor()
