"""Who a call is made for. An API that asks us to wait binds programs longer than people."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum


class Asker(StrEnum):
    """Who waits for the answer."""

    PROGRAM = "program"  # the worker, a page that follows a user
    BUDGET = "budget"  # a call of the background's budget: it is not sent again
    PERSON = "person"
    NOW = "now"  # a person who chose not to wait

    @property
    def is_person(self) -> bool:
        """Whether a person waits."""
        return self in {Asker.PERSON, Asker.NOW}


@dataclass(frozen=True)
class Caller:
    """Which member of staff a call is made for, and in which request of ours.

    A program that calls for no one has neither.
    """

    staff_id: int | None = None
    request_id: str | None = None


NO_ONE = Caller()
caller = ContextVar("caller", default=NO_ONE)  # of the calls that this thread makes
asker = ContextVar("asker", default=Asker.PROGRAM)  # of the calls that this thread makes


@contextmanager
def asking_for(who: Asker) -> Iterator[None]:
    """Make calls for this asker until the block ends."""
    token = asker.set(who)
    try:
        yield
    finally:
        asker.reset(token)
