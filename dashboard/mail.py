"""Mail, handed in over SMTP. Nothing of it is logged here: it holds one-time links."""

import contextlib
import smtplib
import ssl
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from urllib.parse import unquote, urlsplit

TIMEOUT_S = 10.0


class MailError(Exception):
    """The mail was not handed in, or it is not known whether it was. The text holds no address."""


class SmtpMailer:
    """Hands mail to the server that a URL names: `smtps://user:password@host:465`."""

    def __init__(self, url: str, sender: str, timeout_s: float = TIMEOUT_S) -> None:
        self._server = urlsplit(url)
        self._sender = sender
        self._timeout_s = timeout_s

    def send(self, to: str, subject: str, text: str) -> None:
        """Hand in one mail of plain text.

        Raises:
            NotMailedError: the server is out of reach, too slow, or does not take it.

        """
        try:
            self._hand_in(self._message(to, subject, text))
        # OSError: whatever the network or the server does. ValueError: no header can hold it.
        except (OSError, ValueError) as error:
            raise MailError(type(error).__name__) from None

    def _hand_in(self, message: EmailMessage) -> None:
        server = self._connect()
        try:
            if self._server.username:
                server.login(unquote(self._server.username), unquote(self._server.password or ""))
            server.send_message(message)
            with contextlib.suppress(OSError):  # it was taken, however the server says goodbye
                server.quit()
        finally:
            server.close()

    def _message(self, to: str, subject: str, text: str) -> EmailMessage:
        message = EmailMessage()
        message["From"] = self._sender
        message["To"] = to
        message["Subject"] = subject
        message["Date"] = formatdate()
        message["Message-ID"] = make_msgid(domain=self._sender.rpartition("@")[2].rstrip(">"))
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(text)
        return message

    def _connect(self) -> smtplib.SMTP:
        host, port = self._server.hostname or "", self._server.port or 0
        if self._server.scheme == "smtps":
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(host, port, timeout=self._timeout_s, context=context)
        return smtplib.SMTP(host, port, timeout=self._timeout_s)
