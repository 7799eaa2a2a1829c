"""Mailing one-time links, where mail is set up. A link is on the page as well: nothing is lost."""

from enum import StrEnum

import structlog

from dashboard.mail import MailError
from dashboard.services.actors import Actor
from dashboard.services.ports import Mailer

log = structlog.get_logger()


class Mailed(StrEnum):
    """The result of sending a mail."""

    OFF = "off"  # there is no mail here
    HANDED_IN = "handed in"
    FAILED = "failed"


class LinkMail:
    """Sends mail. Neither its text nor its address is ever in the log."""

    def __init__(self, mailer: Mailer | None) -> None:
        self._mailer = mailer

    @property
    def is_set_up(self) -> bool:
        """Return whether mail is set up."""
        return self._mailer is not None

    def send(self, to: str, subject: str, text: str, actor: Actor) -> Mailed:
        """Send a mail, once."""
        if self._mailer is None:
            return Mailed.OFF
        try:
            self._mailer.send(to, subject, text)
        except MailError as error:
            log.warning("mail_failed", cause=str(error), request_id=actor.request_id)
            return Mailed.FAILED
        return Mailed.HANDED_IN
