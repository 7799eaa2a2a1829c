"""Telling staff by email that users were handed over to them: those who want it, once a day."""

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from dashboard.mail import MailError
from dashboard.services.clocks import latest_seen
from dashboard.services.foundation import Foundation
from dashboard.services.ports import Mailer
from dashboard.store.owners import hand_overs
from dashboard.store.owners.hand_overs import HandOver, HandOverTimes

__all__ = ["HandOver", "HandOverMail"]

EVERY = timedelta(days=1)
Compose = Callable[[HandOver], tuple[str, str]]
"""Writes subject and text. No user is named in them."""
log = structlog.get_logger()


class HandOverMail:
    """Sends the emails, each once: it is recorded before, and never sent again."""

    def __init__(self, base: Foundation, mailer: Mailer | None, lapses: timedelta) -> None:
        self._database = base.database
        self._clock = base.clock
        self._mailer = mailer
        self._lapses = lapses

    @property
    def is_set_up(self) -> bool:
        """Return whether mail is set up."""
        return self._mailer is not None

    def send(self, compose: Compose) -> int:
        """Send what is due; return how many emails were handed in."""
        if self._mailer is None:
            return 0
        with self._database.read() as connection:
            due = hand_overs.due(connection, self._times(self._clock()))
        return sum(self._send(self._mailer, each, compose) for each in due)

    def _send(self, mailer: Mailer, to: HandOver, compose: Compose) -> bool:
        now = self._clock()
        with self._database.write() as connection:
            if not hand_overs.take(connection, to.staff_id, now, self._times(now)):
                return False
        try:
            mailer.send(to.email, *compose(to))
        except MailError as error:
            log.warning("hand_over_mail_failed", cause=str(error), staff_id=to.staff_id)
            return False
        return True

    def _times(self, now: datetime) -> HandOverTimes:
        return HandOverTimes(now - self._lapses, now - EVERY, latest_seen(now))
