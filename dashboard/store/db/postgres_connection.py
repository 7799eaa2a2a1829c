"""A connection to PostgreSQL that waits for an answer only so long, and is closed then.

A machine that is gone is noticed by TCP; a server that hangs answers TCP for ever.
"""

import select
import time
from typing import Any, TypeVar

import psycopg
from psycopg.abc import PQGen

RV = TypeVar("RV")
INTERVAL_S = 0.1  # as psycopg's own
FRESH_S = 0.2  # for this long after an answer, a page uses the connection without asking first


class TimeoutConnection(psycopg.Connection[Any]):
    """As psycopg's; `patience_s` bounds each wait, and one that takes longer is an error."""

    patience_s: float = 60.0
    answered_at: float = float("-inf")  # by the monotonic clock

    def answers(self, patience_s: float) -> bool:
        """Return whether the server answers within this time, or has just answered."""
        usual, self.patience_s = self.patience_s, patience_s
        try:
            if time.monotonic() - self.answered_at > FRESH_S or self._has_news():
                self.execute("SELECT 1")
        except psycopg.Error:
            return False
        finally:
            self.patience_s = usual
        return True

    def wait(
        self, gen: PQGen[RV], interval: float = INTERVAL_S, timeout: float | None = None
    ) -> RV:
        """Wait until the server has answered, and close the connection where it does not."""
        try:
            answer = super().wait(gen, interval, timeout or self.patience_s)
        except psycopg.OperationalError as error:
            if error.sqlstate is None:  # not the server's word: it is gone, or hangs
                self.close()  # what it may still say would be taken for the next answer
            raise
        self.answered_at = time.monotonic()
        return answer

    def _has_news(self) -> bool:
        """Return whether the server sent something unasked: most often that it is gone."""
        poll = select.poll()
        poll.register(self.fileno(), select.POLLIN)
        return bool(poll.poll(0))
