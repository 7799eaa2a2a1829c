"""A connection to PostgreSQL that waits for an answer no longer than told, and is closed then.

A machine that is gone is noticed by TCP; a server that hangs answers TCP for ever.
"""

from typing import Any, TypeVar

import psycopg
from psycopg.abc import PQGen

RV = TypeVar("RV")
INTERVAL_S = 0.1  # as psycopg's own


class TimeoutConnection(psycopg.Connection[Any]):
    """As psycopg's; `patience_s` bounds each wait, and one that takes longer is an error."""

    patience_s: float = 60.0

    def answers(self, patience_s: float) -> bool:
        """Return whether the server answers within this time."""
        usual, self.patience_s = self.patience_s, patience_s
        try:
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
            return super().wait(gen, interval, timeout or self.patience_s)
        except psycopg.OperationalError as error:
            if error.sqlstate is None:  # not the server's word: it is gone, or hangs
                self.close()  # what it may still say would be taken for the next answer
            raise
