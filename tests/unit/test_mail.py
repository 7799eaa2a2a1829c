"""Mail over a real SMTP server on loopback: what arrives, and how it fails."""

import time
from contextlib import suppress
from pathlib import Path

import pytest

from dashboard.mail import MailError, SmtpMailer
from tests.faults.support.certificates import make_certificate
from tests.support.servers.dashboard_process import free_port
from tests.support.servers.mail_server import Inbox, serve_lines, serve_mail, serve_without_end

TIMEOUT_S = 1  # enough for a busy machine to answer
FROM = "Dashboard <dashboard@example.com>"
TEXT = "Hola Sofía,\n\nhttps://dash.example.com/link/" + "x" * 200 + "\n"
INQUIRY = f"https://inquiry.withpersona.com/verify?inquiry-id=inq_{'Hq7TzVb3' * 3}"
ONE_TIME = f"https://dash.example.com/link/{'Zx9_-kQ2' * 6}"


def test_a_mail_arrives_as_plain_text_and_whole() -> None:
    inbox = Inbox()
    with serve_mail(inbox) as port:
        SmtpMailer(f"smtp://127.0.0.1:{port}", FROM).send("sofia@example.com", "Tu acceso", TEXT)
    (message,) = inbox.messages
    assert inbox.recipients == ["sofia@example.com"]
    assert (message["From"], message["Subject"]) == (FROM, "Tu acceso")
    assert message.get_content_type() == "text/plain"
    assert str(message.get_content()).replace("\r\n", "\n") == TEXT
    assert message["Message-ID"].endswith("@example.com>")
    assert message["Auto-Submitted"] == "auto-generated"
    assert inbox.logins == []


def test_over_tls_it_logs_in_and_trusts_only_known_certificates(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context, trusted = make_certificate(tmp_path)
    inbox = Inbox()
    with serve_mail(inbox, context) as port:
        mail = SmtpMailer(f"smtps://us%40er:p%2Fw@localhost:{port}", FROM)
        with pytest.raises(MailError, match="SSLCertVerificationError"):
            mail.send("sofia@example.com", "Tu acceso", TEXT)
        assert inbox.logins == []
        monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
        mail.send("sofia@example.com", "Tu acceso", TEXT)
    assert inbox.logins == [("us@er", "p/w")]
    assert len(inbox.messages) == 1


@pytest.mark.parametrize(
    "lines",
    [
        (),
        (b"220 hello\r\n",),
        (b"220 hello\r\n", b"250 ok\r\n", b"250 ok\r\n", b"250 ok\r\n", b"354 go on\r\n"),
        (b"not SMTP at all\r\n",),
        (b"220 hello\r\n", b"\xff" * 60_000),
        (b"421 busy\r\n",),
    ],
)
def test_a_server_that_hangs_or_talks_nonsense_ends_in_an_error(lines: tuple[bytes, ...]) -> None:
    began = time.monotonic()
    with serve_lines(*lines) as port:
        mail = SmtpMailer(f"smtp://127.0.0.1:{port}", FROM, timeout_s=TIMEOUT_S)
        with pytest.raises(MailError):
            mail.send("sofia@example.com", "Tu acceso", TEXT)
    assert time.monotonic() - began < 20 * TIMEOUT_S


@pytest.mark.parametrize(
    ("part", "apart_s", "within_s"),
    [
        (b"220-hello\r\n" * 1000, 0, 2.5 * TIMEOUT_S),
        (b"220-hello\r\n", 0.2, 3 * TIMEOUT_S + 2),
        (b"2", 0.2, 3 * TIMEOUT_S + 2),
    ],
    ids=["at once", "line by line", "byte by byte"],
)
def test_an_answer_without_an_end_is_not_listened_to(
    part: bytes, apart_s: float, within_s: float
) -> None:
    began = time.monotonic()
    with serve_without_end(part, apart_s) as port:
        mail = SmtpMailer(f"smtp://127.0.0.1:{port}", FROM, timeout_s=TIMEOUT_S)
        with pytest.raises(MailError):
            mail.send("sofia@example.com", "Tu acceso", TEXT)
    assert time.monotonic() - began < within_s


def test_nobody_there_is_an_error_that_names_no_address() -> None:
    mail = SmtpMailer(f"smtp://127.0.0.1:{free_port()}", FROM)
    with pytest.raises(MailError) as failed:
        mail.send("sofia@example.com", "Tu acceso", TEXT)
    assert str(failed.value) == "ConnectionRefusedError"


def test_what_was_taken_was_handed_in_however_the_server_says_goodbye() -> None:
    taken = (b"220 hello\r\n", *[b"250 ok\r\n"] * 3, b"354 go on\r\n", b"250 taken\r\n")
    with serve_lines(*taken) as port:
        mail = SmtpMailer(f"smtp://127.0.0.1:{port}", FROM, timeout_s=TIMEOUT_S)
        mail.send("sofia@example.com", "Tu acceso", TEXT)


@pytest.mark.parametrize("to", ["a@example.com\nBcc: b@example.com", "a@example.com\r\n\r\nhello"])
def test_an_address_adds_no_header(to: str) -> None:
    inbox = Inbox()
    with serve_mail(inbox) as port, pytest.raises(MailError):
        SmtpMailer(f"smtp://127.0.0.1:{port}", FROM).send(to, "Tu acceso", TEXT)
    assert inbox.messages == []


SEVERAL = [
    "v@example.com, e@evil.example",
    "v@example.com,e@evil.example",
    "g: v@example.com, e@evil.example;",
]


@pytest.mark.parametrize("to", SEVERAL)
def test_one_address_is_never_several_recipients(to: str) -> None:
    inbox = Inbox()
    with serve_mail(inbox) as port, suppress(MailError):
        SmtpMailer(f"smtp://127.0.0.1:{port}", FROM).send(to, "Hola", TEXT)
    assert len(inbox.recipients) <= 1
    assert "e@evil.example" not in inbox.recipients


@pytest.mark.parametrize("to", ["", *SEVERAL])
def test_what_is_no_single_address_is_refused(to: str) -> None:
    with (
        serve_mail(Inbox(refuses="550 no such user")) as port,
        pytest.raises(MailError) as failed,
    ):
        SmtpMailer(f"smtp://127.0.0.1:{port}", FROM).send(to, "Hola", TEXT)
    assert not failed.value.outcome_unknown


@pytest.mark.parametrize("answer", [b"garbled\r\n", b"000 odd\r\n", b"354 go on\r\n"])
def test_a_garbled_answer_to_the_text_is_no_refusal(answer: bytes) -> None:
    said = (b"220 hello\r\n", *[b"250 ok\r\n"] * 3, b"354 go on\r\n", answer, b"250 reset\r\n")
    with serve_lines(*said) as port:
        mail = SmtpMailer(f"smtp://127.0.0.1:{port}", FROM, timeout_s=TIMEOUT_S)
        with pytest.raises(MailError) as failed:
            mail.send("sofia@example.com", "Hola", TEXT)
    assert failed.value.outcome_unknown


def test_a_garbled_answer_before_the_text_means_that_nothing_was_sent() -> None:
    with serve_lines(b"220 hello\r\n", b"250 ok\r\n", b"garbled\r\n", b"250 ok\r\n") as port:
        mail = SmtpMailer(f"smtp://127.0.0.1:{port}", FROM, timeout_s=TIMEOUT_S)
        with pytest.raises(MailError) as failed:
            mail.send("sofia@example.com", "Hola", TEXT)
    assert not failed.value.outcome_unknown


@pytest.mark.parametrize(
    ("inbox", "status", "said"),
    [
        (Inbox(refuses="550 no such user"), 550, "the address, for good"),
        (Inbox(refuses="450 later"), 450, "the address, for now"),
        (Inbox(refuses_text="554 spam"), 554, "the mail, for good"),
        (Inbox(refuses_text="451 busy"), 451, "the mail, for now"),
    ],
)
def test_a_refusal_says_what_is_refused_and_for_how_long(
    inbox: Inbox, status: int, said: str
) -> None:
    with serve_mail(inbox) as port, pytest.raises(MailError) as failed:
        SmtpMailer(f"smtp://127.0.0.1:{port}", FROM).send("sofia@example.com", "Hola", TEXT)
    error = failed.value
    what = "the address" if error.is_about_recipient else "the mail"
    assert (error.status, f"{what}, for {'now' if error.is_temporary else 'good'}") == (
        status,
        said,
    )
    assert not error.outcome_unknown


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("550 5.1.1 <Sofia@example.com> unknown", "5.1.1 … unknown"),
        ("550 " + "no " * 200, ("no " * 200)[:200]),
        (f"554 spam: <{INQUIRY}> is listed", "spam: … is listed"),
        (f"554 spam: {ONE_TIME}", "spam: …"),
    ],
)
def test_the_server_s_words_are_kept_short_and_without_address_and_link(
    answer: str, said: str
) -> None:
    with (
        serve_mail(Inbox(refuses=answer)) as port,
        pytest.raises(MailError) as failed,
    ):
        SmtpMailer(f"smtp://127.0.0.1:{port}", FROM).send("sofia@example.com", "Hola", TEXT)
    assert failed.value.said == said
    assert failed.value.said not in str(failed.value)


@pytest.mark.parametrize(("begun", "unknown"), [(0, False), (3, False), (4, True)])
def test_only_what_was_on_its_way_may_have_been_taken(
    begun: int,
    unknown: bool,  # noqa: FBT001  a case
) -> None:
    said = (b"220 hello\r\n", *[b"250 ok\r\n"] * 3, b"354 go on\r\n")
    with serve_lines(*said[: begun + 1]) as port:
        mail = SmtpMailer(f"smtp://127.0.0.1:{port}", FROM, timeout_s=TIMEOUT_S)
        with pytest.raises(MailError) as failed:
            mail.send("sofia@example.com", "Hola", TEXT)
    assert failed.value.outcome_unknown == unknown


def test_an_address_beyond_ascii_that_the_server_cannot_take_is_refused() -> None:
    with serve_lines(b"220 hello\r\n", b"250 ok\r\n") as port:
        mail = SmtpMailer(f"smtp://127.0.0.1:{port}", FROM, timeout_s=TIMEOUT_S)
        with pytest.raises(MailError) as failed:
            mail.send("sofía@example.com", "Hola", TEXT)
    assert failed.value.is_about_recipient
    assert not failed.value.is_temporary
