"""Who acts: for the audit log, for budgets, and for what follows from an action."""

from dataclasses import dataclass
from enum import StrEnum


class Via(StrEnum):
    """The occasion of an action. The audit log stores it with outcomes that are found out later."""

    WORKER = "worker"
    VIEW = "view"
    BUTTON = "button"
    NEW_ATTEMPT = "new attempt"
    COMMAND_LINE = "command line"


@dataclass(frozen=True)
class Actor:
    """Who acts, in which request, and from where.

    `sees_personal`: they see the personal data of all users.

    Without a `staff_id` it is the dashboard, the worker or the command line. Anyone with access to
    the machine may change anything: that is the rescue where no admin is left.
    """

    staff_id: int | None = None
    request_id: str | None = None
    address: str = ""
    via: Via = Via.VIEW
    sees_personal: bool = False


AUTOMATIC = Actor()
COMMAND_LINE = Actor(via=Via.COMMAND_LINE)
WORKER = Actor(via=Via.WORKER)
