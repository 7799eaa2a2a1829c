"""Mail, handed in over SMTP. Nothing of it is logged here: it holds one-time links."""

import contextlib
import smtplib
import ssl
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from io import BufferedReader
from socket import SocketIO, socket
from time import monotonic
from typing import Any
from urllib.parse import unquote, urlsplit

from dashboard.text.secrets import has_secret

TIMEOUT_S = 10.0
TIMEOUTS = 3  # within which a server has to say all that it says about a mail
ANSWERS_MAX = 100_000  # bytes of that
NO_SUCH_ADDRESS = 553  # what a server that takes no such address would answer
TEMPORARY = range(400, 500)
REFUSALS = range(400, 600)
SAID_MAX = 200


class MailError(Exception):
    """The mail was not handed in, or it is not known whether it was. The text holds no address.

    Attributes:
        status: the server's answer, None where none came.
        said: the server's words, without the address and links; they are for pages only.
        is_about_recipient: the server refuses this recipient, not all mail.
        outcome_unknown: the text of the mail was on its way, so it may have been taken.

    """

    def __init__(
        self,
        cause: Exception,
        status: int | None = None,
        *,
        said: str = "",
        is_about_recipient: bool = False,
        outcome_unknown: bool = False,
    ) -> None:
        super().__init__(type(cause).__name__)
        self.status = status
        self.said = said
        self.is_about_recipient = is_about_recipient
        self.outcome_unknown = outcome_unknown

    @property
    def is_temporary(self) -> bool:
        """Return whether the same mail may be taken later."""
        return self.status is None or self.status in TEMPORARY


class SmtpMailer:
    """Hands mail to the server that a URL names: `smtps://user:password@host:465`.

    `is_automatic`: the mail says that no person wrote it.
    """

    def __init__(
        self, url: str, sender: str, timeout_s: float = TIMEOUT_S, *, is_automatic: bool = True
    ) -> None:
        self._server = urlsplit(url)
        self._sender = sender
        self._timeout_s = timeout_s
        self._is_automatic = is_automatic

    def send(self, to: str, subject: str, text: str) -> None:
        """Hand in one mail of plain text, to one recipient.

        Raises:
            MailError: the server is out of reach, too slow, or does not take it.

        """
        try:
            message = self._message(to, subject, text)
            server = self._connect()
        except (OSError, ValueError) as error:  # ValueError: no header can hold it
            raise _failure(error, to) from None
        try:
            self._hand_in(server, message, to)
        except (OSError, ValueError) as error:
            raise _failure(error, to, began=server.began) from None
        finally:
            server.close()

    def _hand_in(self, server: "_Server", message: EmailMessage, to: str) -> None:
        if self._server.username:
            server.login(unquote(self._server.username), unquote(self._server.password or ""))
        server.send_message(message, to_addrs=[to])
        with contextlib.suppress(OSError):  # it was taken, however the server says goodbye
            server.quit()

    def _message(self, to: str, subject: str, text: str) -> EmailMessage:
        message = EmailMessage()
        message["From"] = self._sender
        message["To"] = to
        message["Subject"] = subject
        message["Date"] = formatdate()
        message["Message-ID"] = make_msgid(domain=self._sender.rpartition("@")[2].rstrip(">"))
        if self._is_automatic:
            message["Auto-Submitted"] = "auto-generated"
        message.set_content(text)
        return message

    def _connect(self) -> "_Server":
        host, port = self._server.hostname or "", self._server.port or 0
        if self._server.scheme == "smtps":
            context = ssl.create_default_context()
            return _TlsServer(host, port, timeout=self._timeout_s, context=context)
        return _Server(host, port, timeout=self._timeout_s)


class _Server(smtplib.SMTP):
    """Remembers that the text of a mail was on its way: what fails then may have been taken.

    Its answers come to an end.
    """

    began = False

    def getreply(self) -> tuple[int, bytes]:
        """Read an answer."""
        if self.file is None and self.sock is not None:
            self.file = BufferedReader(_Answers(self.sock, TIMEOUTS * self.timeout))
        return super().getreply()

    def send(self, s: Any) -> None:  # noqa: ANN401  as smtplib
        """Send a command, which is text, or a mail, which is bytes."""
        self.began = self.began or isinstance(s, bytes)
        super().send(s)


class _Answers(SocketIO):
    """What a server says, up to a limit. A timeout would start again with every byte."""

    def __init__(self, connection: socket, seconds: float) -> None:
        super().__init__(connection, "r")
        self._until = monotonic() + seconds
        self._left = ANSWERS_MAX

    def readinto(self, buffer: Any) -> int | None:  # noqa: ANN401  as SocketIO
        """Read what is there, or wait for it."""
        if self._left <= 0 or monotonic() > self._until:
            raise TimeoutError
        read = super().readinto(buffer)
        self._left -= read or 0
        return read


class _TlsServer(smtplib.SMTP_SSL, _Server):
    """The same over TLS from the first word on."""


def _failure(error: Exception, to: str, *, began: bool = False) -> MailError:
    match error:
        case smtplib.SMTPRecipientsRefused():
            status, said = next(iter(error.recipients.values()), (NO_SUCH_ADDRESS, b""))
            return MailError(error, status, said=_words(said, to), is_about_recipient=True)
        case smtplib.SMTPNotSupportedError():  # an address beyond ASCII
            return MailError(error, NO_SUCH_ADDRESS, is_about_recipient=True)
        case smtplib.SMTPResponseException() if error.smtp_code in REFUSALS:
            return MailError(error, error.smtp_code, said=_words(error.smtp_error, to))
        case _:  # among them an answer that is no answer of SMTP
            return MailError(error, outcome_unknown=began)


def _words(answer: bytes | str, to: str) -> str:
    """Return a server's words in one line, without the address and the links of the mail."""
    text = answer if isinstance(answer, str) else answer.decode(errors="replace")
    return " ".join("…" if _is_of_mail(word, to) else word for word in text.split())[:SAID_MAX]


def _is_of_mail(word: str, to: str) -> bool:
    return to.lower() in word.lower() or has_secret(word)
