"""The states of jobs and of their rows."""

from enum import StrEnum


class JobState(StrEnum):
    """Whether a job is running or paused, or how it ended."""

    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"
    STOPPED = "stopped"  # by a person
    HALTED = "halted"  # its starter was disabled, or lost the role


GOING_ON = frozenset({JobState.RUNNING, JobState.PAUSED})
ENDED_EARLY = frozenset({JobState.STOPPED, JobState.HALTED})


class RowState(StrEnum):
    """Where a row is, or its outcome."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    ALREADY = "already"  # it was so already
    REFUSED = "refused"
    UNCONFIRMED = "unconfirmed"  # the answer was lost: it is never sent again
    NOT_RUN = "not_run"


OPEN = (RowState.WAITING.value, RowState.RUNNING.value)
