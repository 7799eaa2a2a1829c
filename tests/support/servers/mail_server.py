"""A real SMTP server on loopback, which keeps what it is handed; and ones that talk badly."""

import asyncio
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.support.servers.dashboard_process import free_port


@dataclass
class Inbox:
    """The mail that was handed in.

    `refuses` is the answer to a recipient, `refuses_to` that to single ones, `refuses_text` that to
    a whole mail. `hangs_up`: once it has taken a mail, the connection ends without an answer.
    """

    refuses: str | None = None
    refuses_to: dict[str, str] = field(default_factory=dict)
    refuses_text: str | None = None
    hangs_up: bool = False
    messages: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    logins: list[tuple[str, str]] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802  the server's names and arguments
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        if answer := self.refuses_to.get(address, self.refuses):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802  the server's name
        self, server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        if self.refuses_text:
            return self.refuses_text
        content = envelope.content
        assert isinstance(content, bytes)
        self.messages.append(message_from_bytes(content, policy=default))
        self.recipients += envelope.rcpt_tos
        if self.hangs_up and isinstance(server.transport, asyncio.WriteTransport):
            server.transport.abort()
        return "250 OK"

    def check(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _how: str, given: object
    ) -> AuthResult:
        assert isinstance(given, LoginPassword)
        self.logins.append((given.login.decode(), given.password.decode()))
        return AuthResult(success=True)


@contextmanager
def serve_mail(inbox: Inbox, tls: ssl.SSLContext | None = None) -> Iterator[int]:
    """Take mail until the block ends; give the port."""
    # To the server this is no TLS, for it was there before the first word.
    options: dict[str, Any] = {"authenticator": inbox.check, "auth_require_tls": False}
    port = free_port()
    controller = Controller(inbox, hostname="127.0.0.1", port=port, ssl_context=tls, **options)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


@contextmanager
def serve_user_mail(inbox: Inbox) -> Iterator[dict[str, str]]:
    """Take mail until the block ends; give the settings that send it to staff and to users."""
    with serve_mail(inbox) as port:
        yield {
            "MAIL_URL": f"smtp://127.0.0.1:{port}",
            "MAIL_FROM": "d@example.com",
            "USER_MAIL_FROM": "help@example.com",
        }


@contextmanager
def serve_lines(*lines: bytes) -> Iterator[int]:
    """Answer one client line by line, whatever it says, and then say nothing more."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        over = threading.Event()

        def answer() -> None:
            client, _ = server.accept()
            with client, suppress(OSError):
                for line in lines:
                    client.sendall(line)
                    client.recv(65536)
                over.wait(60)

        threading.Thread(target=answer, daemon=True).start()
        yield int(server.getsockname()[1])
        over.set()


@contextmanager
def serve_without_end(part: bytes, apart_s: float) -> Iterator[int]:
    """Answer one client with the same part again and again, until it leaves or the block ends."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        over = threading.Event()

        def answer() -> None:
            client, _ = server.accept()
            with client, suppress(OSError):
                client.settimeout(1)
                ends = time.monotonic() + 15  # so that one who listens on fails, and doesn't hang
                while not over.wait(apart_s) and time.monotonic() < ends:
                    client.sendall(part)

        threading.Thread(target=answer, daemon=True).start()
        yield int(server.getsockname()[1])
        over.set()
